"""What can spoil a page, asked of the page itself: each script answers with the parts that are wrong."""

# Another style sheet on top of the page's own; none when it is empty.
STYLE = """css => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = css ? [sheet] : []
}"""
# Text that lies on other text of its layer, boxes that hide a part of what they hold, and a page wider than its window.
SPOILT = """() => {
    const never = 'script, style, option, datalist, textarea'
    const apart = '.ds-sr-only, .ds-skip-link, .table--stacked thead, .menu .label'
    const left_out = element => element.closest(never)
        || element.closest(apart) && getComputedStyle(element.closest(apart)).position !== 'static'
        || !element.checkVisibility()
    const spoilt = []
    const texts = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const node = walker.currentNode
        if (!node.data.trim() || left_out(node.parentElement)) continue
        const layer = node.parentElement.closest('.menu-panel')
        const range = document.createRange()
        range.selectNodeContents(node)
        for (const box of range.getClientRects()) if (box.width > 2 && box.height > 2) texts.push({box, node, layer})
    }
    const over = ({box: a}, {box: b}) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2
    texts.forEach((one, n) => {
        const others = texts.slice(n + 1).filter(other => other.node !== one.node && other.layer === one.layer)
        const other = others.find(other => over(one, other))
        if (other) spoilt.push(`“${one.node.data.trim()}” lies on “${other.node.data.trim()}”`)
    })
    const hides = overflow => ['hidden', 'clip'].includes(overflow)
    for (const element of document.body.querySelectorAll('*')) {
        if (left_out(element) || element.matches('select, input')) continue
        const {overflowX, overflowY} = getComputedStyle(element)
        const is_cut = hides(overflowX) && element.scrollWidth > element.clientWidth + 1
            || hides(overflowY) && element.scrollHeight > element.clientHeight + 1
        if (is_cut) spoilt.push(`cut: ${element.outerHTML.slice(0, 120)}`)
    }
    if (document.documentElement.scrollWidth > innerWidth) {
        const out = [...document.body.querySelectorAll('*')].filter(one => one.getClientRects()[0]?.right > innerWidth)
        spoilt.push(`wider than the window: ${out.slice(-3).map(one => one.outerHTML.slice(0, 120))}`)
    }
    return spoilt
}"""
# What moves although the visitor asked that nothing should.
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const {animationDuration, transitionDuration} = getComputedStyle(one)
    return parseFloat(animationDuration) > 0 || parseFloat(transitionDuration) > 0
}).map(one => `moves: ${one.outerHTML.slice(0, 120)}`)"""
# Signs that forced colours make as dark or as light as what they stand on.
UNSEEN = """() => [...document.querySelectorAll('main .icon')].filter(one => one.checkVisibility()
    && getComputedStyle(one).backgroundColor === getComputedStyle(document.body).backgroundColor
).map(one => `unseen: ${one.outerHTML}`)"""
# What one came to press and is less than 44 pixels high; axe asks 24 of everything.
SMALL = """() => [...document.querySelectorAll(
    '.ds-button:not([data-variant]), .menu > summary, .filters > summary, .site-header button,'
    + ' input.ds-input:not([type=radio], [type=checkbox]), select.ds-input, textarea.ds-input'
)].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
.map(one => `${one.getBoundingClientRect().height} pixels high: ${one.outerHTML.slice(0, 120)}`)"""
