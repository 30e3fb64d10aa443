// The worklist: what is left, most doubtful first; below it what was done, or all other cards.

function showList() {
  const { items } = derived(state.table);
  const open = items.filter((item) => !item.done);
  const done = items.filter((item) => item.done);
  byId("list-title").textContent = say(state.all ? "list.all" : "list.left");
  byId("all").textContent = say(state.all ? "all.off" : "all");
  byId("all").setAttribute("aria-pressed", String(state.all));
  byId("all").title = "a";
  const lines = state.all ? allLines(open, done) : [...open.map(listLine), ...(done.length ? [listHeading("list.done"), ...done.map(listLine)] : [])];
  fill(byId("worklist"), ...(lines.length ? lines : [make("li", { class: "empty", "data-key": "empty", text: say("list.empty") })]));
  keepInSight(byId("worklist").querySelector("[aria-current]"));
  showRemarks();
}

/** Scrolls the list to a line; never the page, where the list stands in it below the panel. */
function keepInSight(line) {
  const list = byId("worklist").parentElement;
  if (!line || list.scrollHeight <= list.clientHeight) return;
  const [at, seen] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
  const head = list.firstElementChild.offsetHeight;
  if (at.top < seen.top + head) list.scrollTop -= seen.top + head - at.top;
  else if (at.bottom > seen.bottom) list.scrollTop += at.bottom - seen.bottom;
}

/** All cards: those left first, then the others from the top of the poster down. */
function allLines(open, done) {
  const listed = new Set(open.map((item) => item.id));
  const others = derived(state.table).cards.map((card) => ({ id: `card:${card.id}`, card, check: null, done: true })).filter((item) => !listed.has(item.id))
    .sort((a, b) => a.card.center[1] - b.card.center[1]);
  return [...open, ...others, ...done.filter((item) => item.check)].map(listLine);
}

function listHeading(key) {
  return make("li", { class: "heading", "data-key": key, text: say(key) });
}

function listLine(item) {
  const current = item.id === state.item;
  const itemState = item.card ? item.card.state : item.done ? "right" : "todo";
  const text = item.card ? item.card.text.slice(0, 200) || say("no-text") : checkWords(item.check).title;
  const few = item.done ? say(`state.${itemState}`) : doubtWords(item);
  return make("li", { "data-key": item.id }, make("button", { type: "button", "data-item": item.id, "data-state": itemState, "data-key": "b",
    class: item.done ? "done" : null, "aria-current": current ? "true" : null },
    make("span", { class: "mark", "data-key": `mark-${itemState}` }, sign(itemState)),
    make("span", { class: "line", "data-key": "line" }, make("span", { class: "line-text", dir: "auto", text }), make("small", { text: few }))));
}

/** What needs nothing, but is good to know. */
function showRemarks() {
  const infos = (state.table.record.checks ?? []).filter((check) => check.severity === "info");
  fill(byId("remarks"), ...(infos.length ? [make("h3", { text: say("list.remarks") }), ...infos.map((check) => {
    const words = checkWords(check);
    return make("p", { dir: "auto", text: words.more ? `${words.title} ${words.more}` : words.title });
  })] : []));
}

/** The items as the list shows them, to step through. */
function listed() {
  return [...byId("worklist").querySelectorAll("[data-item]")].map((button) => button.dataset.item);
}

/** The item a step further in the worklist's own order; with all cards shown, in the list's. */
function stepped(by) {
  const ids = state.all ? listed() : derived(state.table).items.map((item) => item.id);
  if (!ids.length) return null;
  const at = ids.indexOf(state.item);
  return at < 0 ? ids[by > 0 ? 0 : ids.length - 1] : ids[(at + by + ids.length) % ids.length];
}
