// The cards of a table as they now stand: measured, with the edits on top. Derived per table, anew after each edit of that table.

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {object|null} record  as measured; null: a human added it
 * @property {"todo"|"right"|"changed"|"deleted"|"merged"|"added"|"sure"} state
 * @property {boolean} gone  taken away or gone up in another
 * @property {Point[]} outline
 * @property {Point} center
 */

/** What a reviewer can change of a card; each can be put back to what was measured. */
const CARD_FIELDS = ["text.value", "text.handwritten", "zone.id", "stickers.count", "kind", "side", "polygon_mm", "argument.value", "stance.value"];

/** All that follows from a table's data and edits. */
function derived(table) {
  if (!table.derived) {
    const cards = cardIds(table).map((id) => cardNow(table, id));
    table.derived = { cards, byId: new Map(cards.map((card) => [card.id, card])), items: [] };
    table.derived.items = worklist(table, cards);
    cards.forEach((card) => { card.state = stateOf(card, table.derived.items); });
    table.derived.left = table.derived.items.filter((item) => !item.done).length;
    table.derived.changed = cards.filter((card) => card.changed).length;
  }
  return table.derived;
}

/** Ids of the measured cards, then of the added ones in the order they came. */
function cardIds(table) {
  const added = [...table.applied.keys(), ...table.edits.keys()].map((key) => key.split("\n"))
    .filter(([card, field]) => field === "added" && valueNow(table, card, "added")).map(([card]) => card);
  return [...table.measured.keys(), ...new Set(added)];
}

/** One card as it now stands. @returns {Card} */
function cardNow(table, id) {
  const now = (field) => valueNow(table, id, field);
  const record = table.measured.get(id) ?? null;
  const outline = now("polygon_mm");
  const fields = CARD_FIELDS.filter((field) => !same(now(field), measuredValue(table, id, field)));
  const [deleted, mergedInto] = [now("deleted"), now("merged_into")];
  return {
    id, record, outline, center: record && same(outline, record.polygon_mm) ? record.center_mm : rounded(middle(outline)),
    text: now("text.value"), handwritten: now("text.handwritten"), catalogueId: now("catalogue_id"),
    kind: now("kind"), side: now("side"), zone: now("zone.id"),
    count: now("stickers.count"), items: now("stickers.items"), argument: now("argument.value"), stance: now("stance.value"),
    deleted, mergedInto, gone: deleted || mergedInto !== null, checked: now("checked"), note: now("note"),
    reasons: reasonsOf(table, id, record), sample: Boolean(record && record.sample),
    readings: record ? record.text.readings : [], differences: openDifferences(table, id),
    crop: record && same(outline, record.polygon_mm) ? record.crop : null,
    fields, changed: fields.length > 0 || deleted || mergedInto !== null || !record, state: "sure",
  };
}

/** Why it wants a look; a back that it was given brings its own reasons. */
function reasonsOf(table, id, record) {
  return [...new Set([...(record ? record.needs_review : []), ...(backOf(table, id)?.needs_review ?? [])])];
}

/** The one state that the card is drawn in. */
function stateOf(card, items) {
  if (card.deleted) return "deleted";
  if (card.mergedInto !== null) return "merged";
  const item = items.find((each) => each.card === card);
  if (item && !item.done) return card.record ? "todo" : "added";
  if (card.changed) return card.record ? "changed" : "added";
  return card.checked ? "right" : "sure";
}

const cardOf = (table, id) => derived(table).byId.get(id) ?? null;

/** Stickers that lie on no card: the loose ones, and those of cards that were taken away. */
function looseStickers(table) {
  const own = valueNow(table, null, "loose_stickers").map((sticker, index) => ({ sticker, index, card: null }));
  const left = derived(table).cards.filter((card) => card.deleted)
    .flatMap((card) => card.items.map((sticker, index) => ({ sticker, index, card })));
  return [...own, ...left];
}

/** The card that a point lies on: of several the one whose middle is nearest. */
function cardAt(table, point) {
  const under = derived(table).cards.filter((card) => !card.gone && inside(point, card.outline));
  return under.sort((a, b) => distance(a.center, point) - distance(b.center, point))[0] ?? null;
}

/** A value as people read it. */
function shown(table, field, value) {
  if (field === "text.value" || field === "argument.value") return value || say("no-text");
  if (field === "stance.value") return say(`stance.${value ?? "none"}`);
  if (field.startsWith(BACK)) return value ? cardOf(table, value)?.text || value : say(value === null ? "back.unknown" : "back.nowhere");
  if (field === "zone.id") return zoneLabel(table, value);
  if (field === "kind" || field === "side") return say(`${field}.${value}`);
  if (field === "stickers.count") return sayCount("stickers", value);
  if (field === "stickers.items" || field === "loose_stickers") return sayCount("stickers", value.length);
  if (field === "added") return say(value ? "card-here.yes" : "card-here.no");
  if (value === null || value === undefined) return say("measured.none");
  if (field === "deleted") return say(value ? "state.deleted" : "stays");
  if (field === "merged_into") return say("merged-into", { text: cardOf(table, value)?.text || say("no-text") });
  if (field === "catalogue_id") return catalogueOf(table).cards.find((card) => card.id === value)?.text ?? String(value);
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  return typeof value === "string" ? value : say("outline");
}

/** What a field is called, at the beginning of a line. */
function fieldLabel(field) {
  const words = { "text.value": "text", "text.handwritten": "handwritten", "zone.id": "zone", "stickers.count": "stickers",
    "stickers.items": "stickers", "argument.value": "argument", "stance.value": "stance", loose_stickers: "stickers", kind: "kind", side: "side", polygon_mm: "outline", catalogue_id: "text",
    note: "note", checked: "right", deleted: "delete", merged_into: "merge", added: "card-here" };
  return say(field.startsWith(BACK) ? "back.which" : words[field] ?? "page");
}

/** Two reviewers differ about it. */
function differWords(field) {
  return say("differ", { field: fieldLabel(field).toLowerCase() });
}
