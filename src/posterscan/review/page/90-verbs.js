// What can be done, by button and by key alike.

/** What is shown. `mode`: what a press on the poster does. @type {{table: Table, item: string|null, all: boolean, mode: "look"|"stickers", dragged: Point[]|null}} */
const state = { table: tables[0], item: null, all: false, mode: "look", dragged: null };

const chosenItem = () => (state.item === null ? null : itemOf(state.table, state.item));
const chosenCard = () => (state.item?.startsWith("card:") ? cardOf(state.table, state.item.slice(5)) : null);

/** Shows everything anew as it now stands. */
function refresh() {
  if (!chosenCard() && !chosenItem()) state.item = null;
  showHeader();
  showList();
  showPanel();
  showPoster();
}

/** Makes changes as one step and says so; `show`: whoever goes on to another card shows that anyway. */
function act(verb, changes, value, show = true) {
  const { table } = state;
  if (!perform(verb, changes, state.item)) return false;
  if (show) refresh();
  const last = history.done[history.done.length - 1].changes.find((each) => each.field in FIELD_OF_VERB || each.field === "loose_stickers") ?? changes[0];
  tell(`did.${verb}`, { value: value ?? shown(table, last.field, last.to), n: looseStickers(table).length });
  return true;
}

/** Fields that say what a verb did. */
const FIELD_OF_VERB = { "text.value": 1, kind: 1, side: 1, "zone.id": 1, "stickers.count": 1, "text.handwritten": 1, "argument.value": 1, "stance.value": 1 };

/** Chooses an item and shows it; `move`: the view goes there. */
function select(id, { move = true } = {}) {
  takeTyped();
  if (drawing.on) stopDrawing();
  const other = state.item !== id;
  state.item = id;
  refresh();
  if (other) panelFromTop();
  if (move) showItem();
  loadAhead();
}

/** Opens a table at an item, else at the first that is left. */
function openTable(table, id) {
  takeTyped();
  if (drawing.on) stopDrawing();
  state.table = table;
  showSheet(table);
  select(id ?? nextOpen(table, null)?.id ?? null);
}

/** On to what is left: in this table, else in the next; else all is done. */
function goOn() {
  const next = nextOpen(state.table, state.item);
  if (next) return select(next.id);
  const table = nextOpenTable(state.table);
  if (!table) return finish();
  openTable(table);
  return tell("next.table", { table: titleOf(table) });
}

/** All is done: Enter saves. */
function finish() {
  select(null);
  tell("head.finished");
  byId("finish")?.focus();
}

/** Klopt, or seen. */
function right() {
  const card = chosenCard();
  const item = chosenItem();
  if (card && !card.gone) act("right", rightChanges(state.table, card), undefined, false);
  else if (item?.check?.difference && !item.done) act("seen", decideChanges(state.table, item.check.difference.card, item.check.difference.field, null));
  else if (item?.check) act("seen", [change(state.table, null, `check:${item.check.key}`, true)]);
  goOn();
}

/** After a step back or again: what it was about is shown. */
function showStep(patch, verb) {
  if (!patch) return tell(`${verb}.none`);
  const table = tableByName.get(patch.changes[0].table) ?? state.table;
  if (table !== state.table) openTable(table, patch.item);
  else select(patch.item ?? state.item, { move: patch.item !== state.item });
  return tell(`did.${verb}`);
}

function split(card) {
  const changes = splitChanges(state.table, card);
  if (act("split", changes)) select(`card:${changes.find((each) => each.field === "added").card}`);
}

function removeOrRestore(card) {
  const verb = card.gone ? "restore" : "delete";
  act(verb, card.gone ? restoreChanges(state.table, card) : deleteChanges(state.table, card));
}

function decide(button) {
  const { field, theirs, card } = button.dataset;
  const word = state.table.differences[Number(theirs)] ?? null;
  const value = word ? word.value : valueNow(state.table, card || null, field);
  act("decide", decideChanges(state.table, card || null, field, word), shown(state.table, field, value));
}

function focusNote() {
  byId("note").focus();
  byId("note").select();
}

function openNeighbour(by) {
  if (tables.length > 1) openTable(tables[(state.table.index + by + tables.length) % tables.length]);
}

function toggleAll() {
  state.all = !state.all;
  showList();
}

function switchLanguage() {
  speak(language === "nl" ? "en" : "nl");
  write(`${STORE}/language`, language);
  refresh();
}

/** Verbs that need a card to be chosen. @type {Record<string, (card: Card, button?: HTMLElement) => void>} */
const CARD_VERBS = {
  kind: (card) => act("kind", kindChanges(state.table, card)),
  side: (card) => act("side", sideChanges(state.table, card)),
  plus: (card) => act("stickers", countChanges(state.table, card, 1)),
  minus: (card) => act("stickers", countChanges(state.table, card, -1)),
  reading: (card, button) => act("text", textChanges(state.table, card, button.dataset.value)),
  measured: (card, button) => act("measured", measuredChanges(state.table, card, button.dataset.field)),
  delete: removeOrRestore,
  split: (card) => !card.gone && split(card),
  merge: (card) => !card.gone && askMerge(card),
  redraw: (card) => !card.gone && startDrawing(card),
  text: focusText,
  note: focusNote,
  handwritten: (card) => act("handwritten", [change(state.table, card.id, "text.handwritten", !card.handwritten)]),
};

/** The others. @type {Record<string, (button?: HTMLElement) => void>} */
const VERBS = {
  right, next: () => select(stepped(1)), previous: () => select(stepped(-1)), decide,
  add: () => (drawing.on ? stopDrawing() : startDrawing()), put: putDrawn, cancel: stopDrawing,
  "turn-left": () => changeDrawn(quarterTurn(false)), "turn-right": () => changeDrawn(quarterTurn(true)),
  stickers: () => setMode(state.mode === "stickers" ? "look" : "stickers"), stop: () => setMode("look"),
  undo: () => showStep(takeBack(), "undo"), redo: () => showStep(doAgain(), "redo"), save,
  help: showKeys, overview: () => tables.length > 1 && showTables(), close: () => openDialog()?.close(),
  "table.next": () => openNeighbour(1), "table.previous": () => openNeighbour(-1),
  whole: () => moveTo(wholeView()), zoom: () => showItem(), nearer: () => stepZoom(1.4), farther: () => stepZoom(1 / 1.4),
  all: toggleAll, language: switchLanguage,
};

/** Does a verb; what was typed is taken first. */
function doVerb(verb, button) {
  if (verb !== "close") takeTyped();
  if (verb in VERBS) return VERBS[verb](button);
  const card = chosenCard();
  return card ? CARD_VERBS[verb](card, button) : undefined;
}
