"use strict";
// What the page does without plots: tables are sorted and searched, and all is open on paper.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const worth = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));

  const sort = (table, column, head) => {
    const isNumber = head.classList.contains("number");
    const before = head.getAttribute("aria-sort");
    const next = before ? (before === "ascending" ? "descending" : "ascending") : isNumber ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => sign * compare(worth(a, column), worth(b, column)));
    table.tBodies[0].append(...rows);
  };

  const makeSortable = (table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(table, column, head));
      head.replaceChildren(button);
    });
  };

  const makeSearchable = (section) => {
    const rows = [...section.querySelectorAll("tbody tr")];
    const status = section.querySelector("[role=status]");
    const said = status.textContent;
    const label = document.createElement("label");
    label.className = "filter";
    const input = document.createElement("input");
    input.type = "search";
    label.append("Show classes with ", input);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      const left = rows.filter((row) => !row.hidden).length;
      status.textContent = wanted ? `${left} of ${rows.length} classes` : said;
    });
    status.after(label);
  };

  for (const table of document.querySelectorAll("table.sortable")) makeSortable(table);
  for (const section of document.querySelectorAll("section.classes")) makeSearchable(section);

  const opened = [];
  const openAll = () => {
    for (const details of document.querySelectorAll("details:not([open])")) opened.push(details);
    for (const details of opened) details.open = true;
  };
  const closeAgain = () => {
    for (const details of opened.splice(0)) details.open = false;
  };
  addEventListener("beforeprint", openAll);
  addEventListener("afterprint", closeAgain);
})();
