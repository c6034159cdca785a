// Sorts and filters tables, splits long ones into pages, and copies records. The page is complete without it.
"use strict";

const status = document.getElementById("status");
const announce = (text) => { status.textContent = text; };

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The sort key of a row in a column: the cell's own value, or its text.
function valueOf(group, column) {
  const cell = group.rows[0].cells[column];
  const own = cell.dataset.sort;
  const texts = [...cell.childNodes].map((node) => node.textContent.trim());
  return own === undefined ? texts.join(" ") : Number(own);
}

function sortBy(table, column, descending) {
  const groups = [...table.tBodies];
  const compare = (a, b) => {
    const [x, y] = [valueOf(a, column), valueOf(b, column)];
    return typeof x === "number" ? x - y : x.localeCompare(y, "en");
  };
  groups.sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
  table.append(...groups);
}

function makeSortable(table, changed) {
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    if (header.classList.contains("track")) return;
    const button = element("button", { type: "button", className: "sort" });
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const descending = header.getAttribute("aria-sort") === "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sortBy(table, column, descending);
      changed();
    });
  });
}

// A filter field and, for long tables, pages.
function makeBrowsable(table) {
  const size = Number(table.dataset.page);
  const noun = table.dataset.noun;
  const total = table.tBodies.length;
  let page = 0;
  const input = element("input", { type: "search", autocomplete: "off", spellcheck: false });
  const matches = element("span", { className: "matches" });
  const back = element("button", { type: "button" }, "Previous");
  const on = element("button", { type: "button" }, "Next");
  const text = new Map([...table.tBodies].map((group) => [group, group.rows[0].textContent.toLowerCase()]));

  function show() {
    const wanted = input.value.trim().toLowerCase();
    const found = [...table.tBodies].filter((group) => text.get(group).includes(wanted));
    const pages = Math.max(1, Math.ceil(found.length / size));
    page = Math.min(page, pages - 1);
    const shown = new Set(found.slice(page * size, (page + 1) * size));
    for (const group of table.tBodies) group.hidden = !shown.has(group);
    const first = found.length ? page * size + 1 : 0;
    const range = found.length > size ? `${first}–${first + shown.size - 1} of ${found.length}` : `${found.length}`;
    matches.textContent = found.length === total ? `${range} ${noun}` : `${range} of ${total} ${noun} match`;
    back.disabled = page === 0;
    on.disabled = page + 1 >= pages;
    announce(matches.textContent);
  }

  const turn = (by) => () => { page += by; show(); };
  back.addEventListener("click", turn(-1));
  on.addEventListener("click", turn(1));
  input.addEventListener("input", () => { page = 0; show(); });
  const bar = element("div", { className: "browse" }, element("label", {}, "Filter ", input), matches);
  if (total > size) bar.append(element("span", { className: "pages" }, back, on));
  if (total > 1) table.parentElement.before(bar);
  show();
  return show;
}

function makeCopied(source) {
  const what = source.dataset.copy;
  const button = element("button", { type: "button", className: "copy" }, "Copy");
  button.setAttribute("aria-label", `Copy ${what}`);
  button.addEventListener("click", async () => {
    const records = [...source.querySelectorAll("li code")];
    const text = records.length ? records.map((record) => record.textContent).join("\n") : source.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce(`Copied ${what}`);
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
      announce(`Selected ${what}: press the copy keys`);
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  source.before(button);
}

// Records that are folded away get their button when they are first unfolded.
function makeFoldsCopied(details) {
  const once = () => {
    const records = details.querySelector(":scope > [data-copy]");
    if (records && details.open) {
      makeCopied(records);
      details.removeEventListener("toggle", once);
    }
  };
  details.addEventListener("toggle", once);
  once();
}

function printWhole() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter((details) => !details.closest("[hidden]"));
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
}

// Scrolls a picture that is wider than its frame to the place where packets stopped.
function showStop(mark) {
  const frame = mark.closest(".scroll");
  const place = mark.getBoundingClientRect();
  frame.scrollLeft += place.left + place.width / 2 - frame.getBoundingClientRect().left - frame.clientWidth / 2;
}

document.querySelectorAll(".picture .mark circle").forEach(showStop);
document.querySelectorAll("details.all").forEach((details) => { details.open = true; });
document.querySelectorAll("table.sortable").forEach((table) => {
  const changed = table.classList.contains("filtered") ? makeBrowsable(table) : () => {};
  if (table.tBodies.length > 1) makeSortable(table, changed);
});
document.querySelectorAll("pre[data-copy]").forEach(makeCopied);
document.querySelectorAll("details.statement").forEach(makeFoldsCopied);
printWhole();
announce("");
