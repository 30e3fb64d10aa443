// What can be said of one card, each as the changes it takes.

/** Whoever looks at a card knows which of the two it is. */
const OTHER_KIND = { ingredient: "intention", intention: "ingredient", unknown: "ingredient" };

/** Writing as it compares: without case, accents, punctuation and spare blanks. */
function folded(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** A text that stands on a card of the catalogue brings that card's id and kind with it. */
function textChanges(table, card, text) {
  const key = folded(text);
  const known = key ? catalogueOf(table).cards.find((each) => folded(each.text) === key) : undefined;
  const changes = [change(table, card.id, "text.value", text), change(table, card.id, "catalogue_id", known ? known.id : null)];
  return known ? [...changes, change(table, card.id, "kind", known.kind)] : changes;
}

function kindChanges(table, card) {
  return [change(table, card.id, "kind", OTHER_KIND[card.kind])];
}

function sideChanges(table, card) {
  return [change(table, card.id, "side", card.side === "front" ? "back" : "front")];
}

function zoneChanges(table, card, zone) {
  return [change(table, card.id, "zone.id", zone)];
}

function countChanges(table, card, by) {
  return [change(table, card.id, "stickers.count", Math.max(0, card.count + by))];
}

/** "Klopt": what stands is right; it also decides for what stands where another reviewer said otherwise. */
function rightChanges(table, card) {
  const fields = [...new Set(card.differences.map((difference) => difference.field))].filter((field) => field !== "checked");
  return [...fields.map((field) => change(table, card.id, field, valueNow(table, card.id, field))), change(table, card.id, "checked", true)];
}

/** What goes along with a value: a text has its catalogue card, a count its stickers. */
const ALONG = { "text.value": ["catalogue_id"], "stickers.count": ["stickers.items"] };

/**
 * Of two opinions `theirs` is taken; null: what stands. What else is disputed of the same goes along; of a card that is not
 * there after all, everything does.
 */
function decideChanges(table, id, field, theirs) {
  const open = openDifferences(table, id);
  const along = field === "added" && !theirs ? open.map((each) => each.field) : ALONG[field] ?? [];
  const fields = new Set([field, ...along.filter((each) => open.some((difference) => difference.field === each))]);
  if (theirs && field === "text.value" && fields.size === 1) return textChanges(table, cardOf(table, id), theirs.value);
  const word = (each) => (theirs ? open.find((difference) => difference.field === each && difference.by === theirs.by) : undefined);
  return [...fields].map((each) => change(table, id, each, word(each) ? word(each).value : valueNow(table, id, each)));
}

/** A value goes back to what was measured. */
function measuredChanges(table, card, field) {
  return [field, ...(ALONG[field] ?? [])].map((each) => change(table, card.id, each, measuredValue(table, card.id, each)));
}

/** A sticker at a place: on the card it lies on, else loose. */
function stickerChanges(table, at) {
  const card = cardAt(table, at);
  const sticker = { center_mm: rounded(at), diameter_mm: stickerSize(table), colour: "onbekend", confidence: 1 };
  if (!card) return [change(table, null, "loose_stickers", [...valueNow(table, null, "loose_stickers"), sticker])];
  return [change(table, card.id, "stickers.count", card.count + 1), change(table, card.id, "stickers.items", [...card.items, sticker])];
}

/** Takes the sticker with this index away from a card, or (null) from the loose ones. */
function stickerAwayChanges(table, id, index) {
  const without = (items) => items.filter((_, i) => i !== index);
  if (id === null) return [change(table, null, "loose_stickers", without(valueNow(table, null, "loose_stickers")))];
  const card = cardOf(table, id);
  return [change(table, id, "stickers.count", Math.max(0, card.count - 1)), change(table, id, "stickers.items", without(card.items))];
}

/** As wide as those that were seen on this table. */
function stickerSize(table) {
  const seen = [...table.record.cards.flatMap((card) => card.stickers.items), ...table.record.loose_stickers].map((item) => item.diameter_mm);
  return seen.length ? seen.sort((a, b) => a - b)[seen.length >> 1] : 12;
}
