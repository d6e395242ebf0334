// A plan's grid as people know it from spreadsheets: arrow keys, paste, sums while one types. All works without it too.

const cells = (row) => [...row.querySelectorAll(".grid-cell > input")];
const years = (row) => cells(row).filter((cell) => /^\d{4}$/.test(cell.dataset.column));
const format = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-GB" : "nb-NO", { maximumFractionDigits: 2 });

// In øre, as whole numbers; null when it cannot be read. The server reads it again by its own rules.
function read(text) {
  const bare = text.replace(/[\s\u00a0\u202f]|kr|nok/gi, "").replace(/,-$/, "");
  if (!bare) return 0n;
  const groups = /^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(bare) ? bare.replaceAll(".", "")
    : /^\d{1,3}(,\d{3})+\.\d{1,2}$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const found = /^(\d{1,14})(?:[.,](\d{1,2}))?$/.exec(groups);
  return found && BigInt(found[1] + (found[2] ?? "").padEnd(2, "0"));
}

// Of a cell, in øre: hours times the price an hour when there is one, to the nearest øre.
function worth(cell, row) {
  const value = read(cell.value);
  const rate = row.querySelector('[data-column="rate"]');
  if (value === null || !rate?.value.trim()) return value;
  const price = read(rate.value);
  return price === null ? null : (value * price + 50n) / 100n;
}

function sum(values) {
  return values.includes(null) ? null : values.reduce((all, one) => all + one, 0n);
}

function shown(ore) {
  if (ore === null) return "–";
  const sign = ore < 0n ? "−" : "";
  const whole = ore < 0n ? -ore : ore;
  const part = (whole % 100n).toString().padStart(2, "0");
  const decimal = format.formatToParts(0.5).find((one) => one.type === "decimal").value;
  return sign + format.format(whole / 100n) + (part === "00" ? "" : decimal + part);
}

function count(form) {
  const sums = [...form.querySelectorAll("[data-grid]")].map((grid) => {
    const rows = [...grid.querySelectorAll("[data-row]")];
    for (const row of rows) {
      row.toggleAttribute("data-hours", Boolean(row.querySelector('[data-column="rate"]')?.value.trim()));
      row.querySelector("[data-total]").textContent = shown(sum(years(row).map((cell) => worth(cell, row))));
    }
    return [...grid.querySelectorAll("[data-sum]")].map((output, place) => {
      const whole = sum(rows.map((row) => worth(years(row)[place], row)));
      output.textContent = shown(whole);
      return whole;
    });
  });
  form.querySelectorAll("[data-lack]").forEach((output, place) => {
    const [costs, financing] = sums.map((one) => one[place]);
    const lack = costs === null || financing === null ? null : costs - financing;
    output.textContent = lack === 0n ? output.dataset.zero : shown(lack);
  });
}

// Up, down and Enter go to the same column of another row; left and right leave the cell at its edges.
function step(event) {
  const cell = event.target.closest(".grid-cell > input");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = cell.closest("[data-row]");
  const rows = [...row.parentElement.querySelectorAll("[data-row]")];
  const place = cells(row).indexOf(cell);
  const aside = { ArrowLeft: cell.selectionEnd === 0 && -1, ArrowRight: cell.selectionStart === cell.value.length && 1 }[event.key];
  const upright = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const next = upright ? cells(rows[rows.indexOf(row) + upright] ?? row)[place] : aside && cells(row)[place + aside];
  if (!next || next === cell) return;
  event.preventDefault();
  next.focus();
  next.select();
}

// What was copied in a spreadsheet fills the cells from this one to the right and down; or none, when there are too few.
function paste(event) {
  const cell = event.target.closest(".grid-cell > input");
  const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
  if (!cell || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const row = cell.closest("[data-row]");
  const rows = [...row.parentElement.querySelectorAll("[data-row]")].slice([...row.parentElement.children].indexOf(row));
  const place = cells(row).indexOf(cell);
  const copied = text.split(/\r?\n/).flatMap((line, down) => line.split("\t").map((value, right) => [
    rows[down] && cells(rows[down])[place + right], value.trim(),
  ]));
  const fits = copied.every(([target, value]) => target || !value);
  cell.form.querySelector("[data-too-few]").hidden = fits;
  if (!fits) return;
  for (const [target, value] of copied) if (target) target.value = value;
  count(cell.form);
}

for (const grid of document.querySelectorAll("[data-grid]")) {
  grid.addEventListener("input", () => count(grid.closest("form")));
  grid.addEventListener("keydown", step);
  grid.addEventListener("paste", paste);
}
