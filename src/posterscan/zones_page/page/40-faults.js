// What is wrong, or may not be meant, in plain words. `fault`: scanning refuses it. `look`: it is allowed. `info`: to know.

/** @typedef {{level: "fault"|"look"|"info", word: string, filling: object, key: string|null, at?: Point}} Fault */

const COVER_POINTS = 22; // along each side of a zone's box: what shows less than that has no room for a card
const judged = { doc: null, faults: [] };

/** All faults of the work as it is shown, worst first; worked out once for each state. @returns {Fault[]} */
function faults(doc = shownDoc()) {
  if (judged.doc !== doc) Object.assign(judged, { doc, faults: sorted([...doc.zones.flatMap((zone, i) => zoneFaults(doc, zone, i)), ...wholeFaults(doc)]) });
  return judged.faults;
}

const sorted = (list) => ["fault", "look", "info"].flatMap((level) => list.filter((fault) => fault.level === level));

/** @returns {Fault[]} */
function zoneFaults(doc, zone, i) {
  const { polygon_mm: polygon, id, kind } = zone.raw;
  const out = [];
  const add = (word, more = {}) => out.push({ level: word.split(".")[0], word, key: zone.key, filling: { label: labelOf(zone), id, ...more }, at: more.at });
  const shape = shapeFault(polygon);
  if (shape) add(shape.word, shape.more);
  else if (stickOut(polygon)) add("look.edge");
  if (!shape && covered(doc, zone, i)) add("fault.covered");
  if (doc.zones.some((other, k) => k < i && other.raw.id === id)) add("fault.id");
  if (kind === "ladder" && doc.ladder === null) add("fault.uncounted");
  else if (kind === "ladder" && doc.ladder !== zone.key) add("fault.ladders", { other: labelOf(zoneOf(doc.ladder, doc)) });
  else if (kind !== "ladder" && doc.ladder === zone.key) add("look.kind");
  if (!zone.raw.label.trim()) add("look.unnamed");
  else if (doc.zones.some((other, k) => k < i && alike(other, zone))) add("look.same");
  return out;
}

const alike = (a, b) => a.raw.label.trim().toLowerCase() === b.raw.label.trim().toLowerCase();

const shapeFaults = new WeakMap();

/** What is wrong with an outline by itself; worked out once, since outlines never change. */
function shapeFault(polygon) {
  if (!shapeFaults.has(polygon)) shapeFaults.set(polygon, shapeFaultNow(polygon));
  return shapeFaults.get(polygon);
}

function shapeFaultNow(polygon) {
  const [left, top, right, bottom] = box(polygon);
  if (right <= 0 || bottom <= 0 || left >= SIZE_MM[0] || top >= SIZE_MM[1]) return { word: "fault.off" };
  const at = crossing(polygon);
  if (Math.abs(turning(polygon)) < 1e-6 && (!at || right === left || bottom === top)) return { word: "fault.empty" };
  return at ? { word: "fault.crossing", more: { at, x: Math.round(at[0]), y: Math.round(at[1]) } } : null;
}

function stickOut(polygon) {
  const [left, top, right, bottom] = box(polygon);
  return left < -0.5 || top < -0.5 || right > SIZE_MM[0] + 0.5 || bottom > SIZE_MM[1] + 0.5;
}

/** Whether later zones leave nothing of it. */
function covered(doc, zone, i) {
  const later = doc.zones.slice(i + 1).map((other) => other.raw.polygon_mm);
  if (!later.length || later.flat().length > MANY_CORNERS) return false;
  const over = around(zone.raw.polygon_mm, later);
  let any = false;
  for (const at of pointsIn(zone.raw.polygon_mm, COVER_POINTS)) {
    any = true;
    if (!over.some((other) => inside(at, other))) return false;
  }
  return any;
}

/** @returns {Fault[]} */
function wholeFaults(doc) {
  const out = [];
  const add = (word, filling = {}) => out.push({ level: "info", word, filling, key: null });
  if (doc.zones.length && doc.ladder === null && !doc.zones.some((zone) => zone.raw.kind === "ladder")) add("info.ladder");
  if (!DATA.picture) add("info.sheet");
  if ((LAYOUT.markers ?? []).length) add("info.markers", { n: LAYOUT.markers.length });
  return out;
}
