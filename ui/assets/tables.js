// Tables that can be sorted by a column, sifted by words, and taken along.
const UNITS = { 万: 1e4, 亿: 1e8, 万亿: 1e12 };
const measure = (text) => {
  const found = text.replace(/,/g, "").match(/(\d+(?:\.\d+)?)\s*(万亿|[万亿])?/);
  return found ? Number(found[1]) * (UNITS[found[2]] ?? 1) : null;
};
const words = (cell) => {
  const bare = cell.cloneNode(true);
  all("sup", bare).forEach((mark) => mark.remove());
  return bare.textContent.trim();
};

// The page writes an answer anew while it grows: the table that takes the place of a sorted one keeps its order.
const headsOf = (table) => [...table.tHead.rows[0].cells].map(words).join("\t");
const ordered = new Map();
const sortBy = (table, column, down) => {
  ordered.set(headsOf(table), { table, column, down });
  const key = (row) => {
    const text = words(row.cells[column]);
    const exact = Number(row.cells[column].title || NaN);
    return { text, number: Number.isNaN(exact) ? measure(text) : exact };
  };
  const order = new Intl.Collator("zh-CN").compare;
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, ...key(row) }));
  const numeric = rows.filter((one) => one.number !== null).length * 2 > rows.length;
  rows.sort((a, b) => {
    if (numeric && (a.number === null) !== (b.number === null)) return a.number === null ? 1 : -1;
    const difference = numeric && a.number !== b.number ? a.number - b.number : order(a.text, b.text);
    return down ? -difference : difference;
  });
  table.tBodies[0].append(...rows.map((one) => one.row));
  all("th", table.tHead).forEach((head, n) => {
    if (n === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
};

const grid = (table) => [...table.rows].filter((row) => !row.hidden)
  .map((row) => [...row.cells].map((cell) => (find(".sort", cell) ?? cell)).map((cell) => words(cell)));
// A cell that begins like a formula would be run by a spreadsheet.
const csvCell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
const csv = (rows) => `\ufeff${[...rows, [say("本内容由人工智能生成，请以原文为准")]].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
const markdownCell = (text) => text.replace(/[\\|]/g, "\\$&").replace(/\s*\n\s*/g, " ");
const markdown = (rows) => {
  const line = (row) => `| ${row.map(markdownCell).join(" | ")} |`;
  return [line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line), "", `> ${say("本内容由人工智能生成，请以原文为准")}`, ""].join("\n");
};

const prepareTables = (within) => all("table.sortable:not(.ready)", within).forEach((table) => {
  table.classList.add("ready");
  all("th", table.tHead).forEach((head, column) => {
    const button = make("button", { type: "button", className: "sort", textContent: head.textContent.trim() });
    button.addEventListener("click", () => sortBy(table, column, head.getAttribute("aria-sort") === "ascending"));
    head.replaceChildren(button);
  });
  const former = ordered.get(headsOf(table));
  if (former && !former.table.isConnected) sortBy(table, former.column, former.down);
  const bar = make("p", { className: "table-tools" },
    make("button", { type: "button", textContent: "CSV", onclick: () => save("zhengda.csv", "text/csv;charset=utf-8", csv(grid(table))) }),
    make("button", { type: "button", textContent: "Markdown", onclick: () => save("zhengda-table.md", "text/markdown;charset=utf-8", markdown(grid(table))) }));
  table.closest(".table").after(bar);
});
watchers.push(() => prepareTables(document));

document.addEventListener("input", (event) => {
  if (!event.target.matches(".sift-words")) return;
  const wanted = event.target.value.trim().toLowerCase().split(/\s+/);
  all("#side table.sortable tbody tr, main table.sortable tbody tr").forEach((row) => {
    const text = `${row.textContent} ${all("[title]", row).map((cell) => cell.title).join(" ")}`.toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
  });
});
