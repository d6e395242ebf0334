"""axe-core on a page: what it finds wrong, and what it could not decide and nobody has looked at."""

from typing import Any

from playwright.sync_api import Page

from config.bootstrap import ROOT

SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# Where axe left the judgement to the eye, what the eye saw: {rule: {part of the element's HTML: why it is right}}.
SEEN_TO_BE_RIGHT: dict[str, dict[str, str]] = {
    "color-contrast": {
        'class="tab"': "in the strip that scrolls on a phone; decided at 1280 pixels",
        'class="gap-count': "in a picture: the colour that the theme makes for text on the circle's colour",
        'class="gap-name': "in a picture: the colours of text on the tinted background",
        'class="gap-label': "in a picture: the colour of subtle text on the background",
    },
}


def complaints(page: Page, within: str = "body", *, of_colours: bool = False) -> list[str]:
    """What is wrong; of colours only where everything else was looked at in another scheme."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, runOnly]) => axe.run(within, {runOnly, resultTypes: ['violations', 'incomplete']})",
        [within, COLOURS if of_colours else TAGS],
    )
    wrong = [told(rule, node) for rule in found["violations"] for node in rule["nodes"]]
    unclear = [
        f"undecided {told(rule, node)}"
        for rule in found["incomplete"]
        for node in rule["nodes"]
        if not any(part in node["html"] for part in SEEN_TO_BE_RIGHT.get(rule["id"], ()))
    ]
    return [*wrong, *unclear]


def told(rule: Any, node: Any) -> str:
    checks = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return f"{rule['id']}: {node['html'][:200]} – {'; '.join(checks)[:300]}"
