// The data of the page: what was measured of each table, and what humans had said of it when the page was made.

/**
 * @typedef {object} Table
 * @property {object} record   what the data says of it
 * @property {number} index
 * @property {string} name     unique
 * @property {Map<string, object>} measured  cards by id
 * @property {Map<string, unknown>} applied  corrections taken up before, by `keyOf`
 * @property {object[]} differences          other reviewers' words that were not taken
 * @property {Map<string, Entry>} edits      what this page changed, by `keyOf`
 * @property {Set<string>} sent              keys that have been in a file or a post: going back must then be told too
 * @property {boolean} unsaved               whether edits are in no file (not posted, when served)
 * @property {object|null} derived           what follows from all this; null: to be derived again
 *
 * @typedef {{card: string|null, field: string, value: unknown, before: unknown, at: string, decided?: unknown[]}} Entry
 */

const DATA = JSON.parse(byId("data").textContent);
const NO_LAYOUT = { size_mm: [841, 594], zones: [], ladder_zone: null };
const NO_CATALOGUE = { card_size_mm: [85, 55], cards: [] };

/** Where a value stands: one key for a card (or null: the table) and a field. */
const keyOf = (card, field) => `${card ?? ""}\n${field}`;

/** @type {Table[]} */
const tables = DATA.tables.map((record, index) => ({
  record, index, name: record.name,
  measured: new Map(record.cards.map((card) => [card.id, card])),
  applied: new Map((record.applied ?? []).map((item) => [keyOf(item.card, item.field), item.value])),
  differences: record.differences ?? [],
  edits: new Map(), sent: new Set(), unsaved: false, derived: null,
}));
const tableByName = new Map(tables.map((table) => [table.name, table]));

const layoutOf = (table) => DATA.layouts[table.record.layout] ?? NO_LAYOUT;
const catalogueOf = (table) => DATA.catalogues[table.record.catalogue] ?? NO_CATALOGUE;
const titleOf = (table) => table.record.table || table.name;

/** The zone under a point: of zones that overlap the later one wins. Null: in none. */
function zoneAt(table, point) {
  const zones = layoutOf(table).zones.filter((zone) => inside(point, zone.polygon_mm));
  return zones.length ? zones[zones.length - 1] : null;
}

/** What a zone is called; an id that the layout lacks stands for itself. */
function zoneLabel(table, id) {
  if (id === null) return say("zone.none");
  const zone = layoutOf(table).zones.find((each) => each.id === id);
  return zone ? zone.label || zone.id : id;
}

/** A number from a text, the same for ever: 0 <= n < 2^32 (FNV-1a). */
function hashed(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
