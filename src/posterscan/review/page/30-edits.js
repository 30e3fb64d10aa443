// All that a reviewer says is one map (table, card, field) → value. What the machine measured is never touched.

/** @typedef {{table: string, card: string|null, field: string, from: unknown, to: unknown, decided?: unknown[], decidedBefore?: unknown[]}} Change */
/** @typedef {{verb: string, item: string|null, changes: Change[]}} Patch */

/** What a card has that nobody measured. */
const OF_NEW_CARD = {
  "text.value": "", "text.handwritten": false, "catalogue_id": null, "side": "front",
  "zone.id": null, "stickers.count": 0, "stickers.items": [], "argument.value": "", "stance.value": null,
};
const UNSAID = { deleted: false, merged_into: null, checked: false, note: "", added: null };
const MEASURED = {
  "text.value": (card) => card.text.value, "text.handwritten": (card) => card.text.handwritten, "catalogue_id": (card) => card.catalogue_id,
  "kind": (card) => card.kind, "side": (card) => card.side, "zone.id": (card) => card.zone.id,
  "stickers.count": (card) => card.stickers.count, "stickers.items": (card) => card.stickers.items, "polygon_mm": (card) => card.polygon_mm,
  "argument.value": (card, back) => (card.argument ?? back?.argument)?.value ?? "", "stance.value": (card, back) => (card.stance ?? back?.stance)?.value ?? null,
};

/** Everything done since the beginning, and what was undone of it. @type {{done: Patch[], undone: Patch[]}} */
const history = { done: [], undone: [] };

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What the machine measured; what a card that was added starts from. */
function measuredValue(table, card, field) {
  if (card === null) return field === "loose_stickers" ? table.record.loose_stickers : field.startsWith(BACK) ? null : false;
  if (field in UNSAID) return UNSAID[field];
  const measured = table.measured.get(card);
  if (measured) return MEASURED[field](measured, field.endsWith(".value") && field !== "text.value" ? backOf(table, card) : null);
  const added = valueNow(table, card, "added");
  if (field === "kind") return added ? added.kind : "unknown";
  if (field === "polygon_mm") return added ? added.polygon_mm : null;
  return OF_NEW_CARD[field];
}

/** What stood when the page was made: measured, with the corrections of before. */
function valueBefore(table, card, field) {
  const key = keyOf(card, field);
  return table.applied.has(key) ? table.applied.get(key) : measuredValue(table, card, field);
}

/** What stands now. */
function valueNow(table, card, field) {
  const entry = table.edits.get(keyOf(card, field));
  return entry ? entry.value : valueBefore(table, card, field);
}

/** A change to `to` of what stands now; it is not made yet. Where another reviewer said otherwise, it decides that. */
function change(table, card, field, to) {
  const made = { table: table.name, card, field, from: valueNow(table, card, field), to };
  const open = openDifferences(table, card).filter((difference) => difference.field === field);
  if (!open.length) return made;
  const before = table.edits.get(keyOf(card, field))?.decided ?? [];
  return { ...made, decided: [...before, ...open.map((difference) => difference.value)], decidedBefore: before };
}

/** Other reviewers' words on a card (null: on the table) between which nobody has decided. */
function openDifferences(table, card) {
  return table.differences.filter((difference) => difference.card === card && !isDecided(table, difference));
}

function isDecided(table, difference) {
  const entry = table.edits.get(keyOf(difference.card, difference.field));
  return (entry?.decided ?? []).some((value) => same(value, difference.value));
}

/** Makes changes as one step that can be undone; false when they change nothing. */
function perform(verb, changes, item) {
  const real = changes.filter((each) => each.decided || !same(each.from, each.to));
  if (!real.length) return false;
  history.done.push({ verb, item, changes: real });
  history.undone.length = 0;
  real.forEach((each) => put(each, each.to, each.decided));
  keep(touched(real));
  return true;
}

/** Takes the last step back; returns it, or null. */
function takeBack() {
  const patch = history.done.pop();
  if (!patch) return null;
  history.undone.push(patch);
  [...patch.changes].reverse().forEach((each) => put(each, each.from, each.decidedBefore));
  keep(touched(patch.changes));
  return patch;
}

/** Does the step again that was taken back last; returns it, or null. */
function doAgain() {
  const patch = history.undone.pop();
  if (!patch) return null;
  history.done.push(patch);
  patch.changes.forEach((each) => put(each, each.to, each.decided));
  keep(touched(patch.changes));
  return patch;
}

const touched = (changes) => [...new Set(changes.map((each) => tableByName.get(each.table)))].filter(Boolean);

/** Puts one value. One that is as before is no edit, unless a file holds another or it decides between two reviewers. */
function put({ table: name, card, field }, value, decided) {
  const table = tableByName.get(name);
  if (!table) return;
  const key = keyOf(card, field);
  const before = table.edits.get(key)?.before ?? valueBefore(table, card, field);
  table.edits.delete(key);
  table.derived = null;
  const entry = { card, field, value, before, at: timestamp() };
  if (decided?.length) entry.decided = decided;
  if (decided?.length || table.sent.has(key) || !same(value, valueBefore(table, card, field))) table.edits.set(key, entry);
  table.unsaved = table.edits.size > 0 || table.sent.size > 0;
}

/** Now, ISO 8601 with the offset of this place. */
function timestamp(now = new Date()) {
  const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const offset = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + offset * 60000).toISOString().slice(0, 19);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
