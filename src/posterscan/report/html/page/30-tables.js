// Tables that sort by a press on a column's head, and a field that leaves only rows with its words.
function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent.trim().toLocaleLowerCase();
}

function sortBy(head) {
  const table = head.closest("table");
  const column = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && !head.classList.contains("n"));
  table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", down ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].sort((one, other) => {
    const [a, b] = [valueOf(one, column), valueOf(other, column)];
    const order = typeof a === "number" ? a - b : a.localeCompare(b, document.documentElement.lang);
    return down ? order : -order;
  });
  table.tBodies[0].append(...rows);
}

document.querySelectorAll("table.sorts thead th button").forEach((button) => button.addEventListener("click", () => sortBy(button.closest("th"))));

document.querySelectorAll("input[data-filters]").forEach((field) => field.addEventListener("input", () => {
  const words = field.value.trim().toLocaleLowerCase();
  for (const row of byId(field.dataset.filters).tBodies[0].rows) row.hidden = !row.cells[0].textContent.toLocaleLowerCase().includes(words);
}));
