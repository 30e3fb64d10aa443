// Dialogs: the tables of the batch, the keys, and which card to merge with.

const openDialog = () => document.querySelector("dialog[open]");

function dialogHead(id, title) {
  return make("div", { class: "dialog-head" }, make("h2", { id, text: title }), verbButton("close", say("close"), { key: "Esc" }));
}

function showDialog(id, ...content) {
  takeTyped();
  byId(id).replaceChildren(...content);
  byId(id).showModal();
}

/** All tables: how they stand; a press opens one. */
function showTables() {
  const head = ["name", "cards", "left", "changed", "status"].map((key) => make("th", { scope: "col", text: say(`tables.${key}`) }));
  const body = tables.map((table) => {
    const { cards, left, changed } = derived(table);
    const status = statusOf(table);
    const numbers = [cards.filter((card) => !card.gone).length, left, changed].map((n) => make("td", { class: "number", text: String(n) }));
    return make("tr", { "data-state": status, "aria-current": table === state.table ? "true" : null },
      make("th", { scope: "row" }, make("button", { type: "button", class: "link", dir: "auto", "data-table": table.name, autofocus: table === state.table,
        text: titleOf(table) })), ...numbers,
      make("td", {}, sign(status === "reviewed" ? "right" : status === "unreviewed" ? "sure" : "todo"), make("span", { text: say(`status.${status}`) })));
  });
  showDialog("tables", dialogHead("tables-title", say("overview")),
    make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body))));
}

/** The keys, by what they are about. */
function showKeys() {
  const groups = ["card", "poster", "work"].map((group) => make("section", {}, make("h3", { text: say(`keys.${group}`) }),
    make("dl", {}, ...KEY_LIST.filter((line) => line.group === group).map(({ keys, word }) => make("div", {},
      make("dt", {}, ...keys.map((key) => make("kbd", { text: key }))), make("dd", { text: say(`key.${word}`) }))))));
  showDialog("keys", dialogHead("keys-title", say("help")), make("div", { class: "scroll keys", tabindex: "0", role: "group", "aria-labelledby": "keys-title" }, ...groups));
}

/** The nearest cards, to choose by press or digit. */
function askMerge(card) {
  const near = nearest(state.table, card, 6);
  if (!near.length) return tell("merge.none");
  return showDialog("merge", dialogHead("merge-title", say("merge.ask")), make("p", { text: say("merge.hint") }),
    make("ol", { class: "choices" }, ...near.map((other, i) => make("li", {}, make("button", { type: "button", "data-into": other.id, autofocus: i === 0 },
      make("kbd", { text: String(i + 1) }), thumb(other), make("span", { class: "clamp", dir: "auto", text: other.text || say("no-text") }))))));
}

function mergeInto(id) {
  const [card, into] = [chosenCard(), cardOf(state.table, id)];
  openDialog()?.close();
  act("merge", mergeChanges(state.table, card, into), into.text || say("no-text"));
  select(`card:${id}`);
}

/** Digits choose in the dialog for merging; `o` and `?` close what they opened. */
function dialogKey(event) {
  const dialog = openDialog();
  const digit = dialog.id === "merge" && /^[1-9]$/.test(event.key) ? dialog.querySelectorAll("[data-into]")[Number(event.key) - 1] : null;
  if (digit) mergeInto(digit.dataset.into);
  if ((dialog.id === "tables" && event.key === "o") || (dialog.id === "keys" && event.key === "?")) dialog.close();
}
