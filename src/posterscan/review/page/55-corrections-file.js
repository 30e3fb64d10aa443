// What Bewaren writes and what is posted: posterscan-corrections/1.

/** The whole file. */
function correctionsFile(tableParts = tables.filter(isTold).map(tablePart)) {
  return {
    schema: "posterscan-corrections/1", software: { name: "posterscan", version: DATA.software }, by: byId("by").value.trim() || null,
    session: sessionId(), at: timestamp(), tables: tableParts,
  };
}

/** Only tables that were worked on, or are done. */
const isTold = (table) => table.edits.size > 0 || statusOf(table) === "reviewed";

function tablePart(table) {
  const { items } = derived(table);
  const status = statusOf(table);
  return {
    name: table.name, measured: table.record.measured, photos: table.record.photos, status: status === "reviewed" ? status : "in-progress",
    known: table.record.known ?? 0, decided: decidedIn(table),
    sample: items.filter((item) => item.card?.sample && item.done).map((item) => item.card.id),
    corrections: inOrder([...table.edits.values()]).map((entry) => correction(table, entry)),
  };
}

/** Other reviewers' words that were shown, and that this page has settled. */
function decidedIn(table) {
  return [...table.edits.values()].flatMap(({ card, field, decided }) => (decided ?? []).map((value) => ({ card, field, value })));
}

/** All that "klopt" confirms of a card. */
function seenValues(table, card) {
  const now = (field) => valueNow(table, card, field);
  return { text: now("text.value"), catalogue_id: now("catalogue_id"), kind: now("kind"), side: now("side"), zone: now("zone.id"),
    stickers: now("stickers.count"), ...(backOf(table, card) ? { argument: now("argument.value"), stance: now("stance.value") } : {}) };
}

/** That a card was added comes before what is said of it; that it is right, after it. */
function inOrder(entries) {
  const rank = ({ field }) => (field === "added" ? 0 : field === "checked" ? 2 : 1);
  return entries.sort((a, b) => rank(a) - rank(b));
}

function correction(table, { card, field, value, before, at }) {
  const front = card === null && field.startsWith(BACK) && value ? cardOf(table, value) : null;
  const record = card === null ? null : table.measured.get(card);
  const added = card === null || record ? null : valueNow(table, card, "added");
  return {
    card, field, value, before, machine: card === null || record ? measuredValue(table, card, field) : null, at,
    reason: (card !== null && valueNow(table, card, "note")) || null,
    center_mm: front ? front.center : record ? record.center_mm : added ? rounded(middle(added.polygon_mm)) : null,
    seen: field === "checked" && value ? seenValues(table, card) : null,
  };
}

/** What is about to go out, to know afterwards what has. */
function outgoing() {
  return tables.filter(isTold).map((table) => [table, new Map(table.edits)]);
}

/** Marks what went out; what was changed meanwhile still has to go. */
function markSent(out) {
  for (const [table, entries] of out) {
    for (const [key, entry] of entries) {
      entry.saved = true;
      table.sent.add(key);
      if (!table.edits.has(key)) put(entry, valueNow(table, entry.card, entry.field));
    }
    table.unsaved = [...table.edits.values()].some((entry) => !entry.saved);
    storage.waiting.add(table);
  }
  storage.timer = storage.timer || setTimeout(writeNow, STORE_DELAY_MS);
}

const anyUnsaved = () => tables.some((table) => table.unsaved);
