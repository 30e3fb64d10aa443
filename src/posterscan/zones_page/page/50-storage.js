// Every step is in this browser's storage within a moment. Zones that didn't change between steps are written once.

const STORE = "posterscan-zones/1";
const STORE_KEY = `${STORE}/${DATA.key}`;
const STORE_DELAY_MS = 150;
const FEWEST_STEPS = 20; // kept for undoing where the browser's storage is full

const storage = { timer: 0 };

function keep() {
  storage.timer = storage.timer || setTimeout(writeNow, STORE_DELAY_MS);
}

/** Writes the work; where there is no room for all steps, the last ones. */
function writeNow() {
  if (!storage.timer) return;
  clearTimeout(storage.timer);
  storage.timer = 0;
  const written = [Infinity, 200, FEWEST_STEPS, 0].some((steps) => write(STORE_KEY, JSON.stringify(packed(steps))));
  setNotice("storage", written ? null : { words: () => say("storage.failed") });
}

/** The work and its steps, each zone once. */
function packed(steps) {
  const pool = new Map();
  const numbers = (doc) => doc.zones.map((zone) => pool.get(zone) ?? (pool.set(zone, pool.size), pool.size - 1));
  const one = ({ doc, zone, verb }) => ({ zones: numbers(doc), ladder: doc.ladder, zone, verb });
  const last = (list) => (steps === 0 ? [] : list.slice(-Math.min(steps, list.length)));
  const out = { now: one({ doc: history.now, zone: state.zone, verb: "" }), past: last(history.past).map(one), future: last(history.future).map(one),
    drawing: { kind: drawing.kind, points: drawing.points },
    saved: { text: saving.text, file: saving.file, at: saving.at, ids: [...saving.ids] } };
  return { ...out, pool: [...pool.keys()] };
}

/** What an earlier visit left; nothing where it makes no sense. */
function takeUp() {
  const kept = readJson(STORE_KEY);
  if (!kept) return;
  try {
    const one = ({ zones, ladder, zone, verb }) => ({ doc: { zones: zones.map((n) => sound(kept.pool[n])), ladder }, zone, verb, tag: null, at: 0 });
    const [now, past, future] = [one(kept.now), kept.past.map(one), kept.future.map(one)];
    Object.assign(history, { now: now.doc, past, future });
    Object.assign(saving, { text: kept.saved.text, file: kept.saved.file, at: kept.saved.at, ids: new Set(kept.saved.ids) });
    state.zone = zoneOf(now.zone) ? now.zone : null;
    const { kind, points } = kept.drawing;
    if (["corners", "box", "round"].includes(kind)) Object.assign(drawing, { kind, points: points.map(snapped), undone: [], cursor: snapped(viewMiddle()) });
  } catch {
    write(STORE_KEY, null);
  }
}

/** A zone of the storage, or an error. */
function sound(zone) {
  const { key, raw } = zone;
  const good = typeof key === "string" && ["id", "label", "kind"].every((name) => typeof raw[name] === "string") && raw.polygon_mm.length >= 3
    && raw.polygon_mm.every((point) => point.length === 2 && point.every(Number.isFinite));
  if (!good) throw new Error("no zone");
  return zone;
}

/** Whether it could be written (null takes the key away). */
function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

function readJson(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Another window with this page wrote: take that up, lest the two overwrite each other. */
function otherWindowWrote(event) {
  if (event.key !== STORE_KEY) return;
  takeUp();
  refresh();
}
