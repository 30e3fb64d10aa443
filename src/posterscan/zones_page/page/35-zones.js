// Changes to zones: each gives the work as it would be.

const zoneOf = (key, doc = history.now) => doc.zones.find((zone) => zone.key === key) ?? null;
const labelOf = (zone) => zone.raw.label.trim() || say("unnamed");

/** The work with one zone's values changed. */
function withZone(key, values, more = {}, doc = history.now) {
  return { ...doc, zones: doc.zones.map((zone) => (zone.key === key ? { ...zone, ...more, raw: { ...zone.raw, ...values } } : zone)) };
}

/** A new zone on top of the others. */
function withNew(polygon) {
  const key = `n${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  const raw = { id: freeId("", null), label: "", kind: "sphere", polygon_mm: clockwise(polygon) };
  return { key, doc: { ...history.now, zones: [...history.now.zones, { key, raw, auto: true }] } };
}

/** Letters, digits and hyphens of a name. */
function slug(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
}

/** An id after a name that no other zone has. */
function freeId(label, key) {
  const taken = new Set(history.now.zones.filter((zone) => zone.key !== key).map((zone) => zone.raw.id));
  const start = slug(label);
  for (let n = start ? 1 : 2; ; n++) {
    const id = start ? (n === 1 ? start : `${start}-${n}`) : `zone-${n - 1}`;
    if (!taken.has(id)) return id;
  }
}

/** A name; the id of a zone that no file knows yet follows it. */
function withLabel(zone, label) {
  const follows = zone.auto && !saving.ids.has(zone.raw.id);
  return withZone(zone.key, { label, ...(follows ? { id: freeId(label, zone.key) } : {}) });
}

/** A kind; the first ladder is the one that counts. */
function withKind(zone, kind) {
  const doc = withZone(zone.key, { kind });
  return kind === "ladder" || doc.ladder === zone.key ? withLadder(doc, kind === "ladder" ? zone.key : null) : doc;
}

/** The work with a ladder that counts, where there is any: the one that counted, else `offered`, else any. */
function withLadder(doc, offered = null) {
  const ladders = doc.zones.filter((zone) => zone.raw.kind === "ladder").map((zone) => zone.key);
  const ladder = [doc.ladder, offered, ...ladders].find((key) => key !== null && ladders.includes(key)) ?? null;
  return { ...doc, ladder };
}

function without(key) {
  const doc = { ...history.now, zones: history.now.zones.filter((zone) => zone.key !== key) };
  return doc.ladder === key ? withLadder({ ...doc, ladder: null }) : doc;
}

/** A zone moved by one place in the order; a later zone lies over an earlier one. */
function withOrder(key, by) {
  const zones = [...history.now.zones];
  const from = zones.findIndex((zone) => zone.key === key);
  const to = from + by;
  if (to < 0 || to >= zones.length) return history.now;
  [zones[from], zones[to]] = [zones[to], zones[from]];
  return { ...history.now, zones };
}

/** A corner after corner `i`, by default halfway to the next. */
function withCornerAfter(polygon, i, at = snapped(between(polygon[i], polygon[(i + 1) % polygon.length]))) {
  return [...polygon.slice(0, i + 1), at, ...polygon.slice(i + 1)];
}

const withCorner = (polygon, i, at) => polygon.map((point, k) => (k === i ? at : point));
