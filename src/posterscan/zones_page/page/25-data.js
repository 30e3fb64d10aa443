// What the page was made of. Whatever it doesn't know of in the layout goes into the saved file as it came.

const DATA = JSON.parse(byId("data").textContent);
const LAYOUT = DATA.layout;
const SIZE_MM = LAYOUT.size_mm;

/**
 * One zone. `key` holds through all changes; `raw` is the zone as it stands in the file; `auto`: its id follows its name.
 * @typedef {{key: string, raw: {id: string, label: string, kind: string, polygon_mm: Point[]}, auto: boolean}} Zone
 * All of the work, never changed: a change makes another one. `ladder`: key of the zone that counts as ladder.
 * @typedef {{zones: Zone[], ladder: string|null}} Doc
 */

/** @type {Doc} */
const BEGINNING = (() => {
  const zones = LAYOUT.zones.map((raw, i) => ({ key: `z${i}`, raw, auto: false }));
  return { zones, ladder: zones.find(({ raw }) => raw.id === LAYOUT.ladder_zone)?.key ?? null };
})();

/** What is printed and stays: outlines of markers and of the tags that say which table it is, with what to call them. */
const PRINTED = [
  ...(LAYOUT.markers ?? []).map((marker) => [String(marker.id), marker.corners_mm]),
  ...(LAYOUT.table_code?.copies ?? []).flat().map((corners) => ["", corners]),
];
