// The work as it stands, and every step since the beginning.

/** @typedef {{doc: Doc, zone: string|null, verb: string, tag: string|null, at: number}} Step */

/** `now`: the work; `past`, `future`: the states before it and those that were undone, with what led on from them. */
const history = { now: BEGINNING, past: [], future: [] };
const MERGE_MS = 1500; // key presses that follow each other so closely are one step

/** Makes a step; false where nothing changes. Steps of one `tag` that follow closely are undone together. */
function perform(verb, doc, tag = null) {
  if (same(doc, history.now)) return false;
  const last = history.past.at(-1);
  const goesOn = tag !== null && last?.tag === tag && !history.future.length && Date.now() - last.at < MERGE_MS;
  if (goesOn) last.at = Date.now();
  else history.past.push({ doc: history.now, zone: state.zone, verb, tag, at: Date.now() });
  history.now = doc;
  history.future.length = 0;
  keep();
  return true;
}

/** One step back or on again; false where there is none. */
function travel(from, to) {
  const step = from.pop();
  if (!step) return false;
  to.push({ ...step, doc: history.now, zone: state.zone, tag: null });
  history.now = step.doc;
  state.zone = zoneOf(step.zone) ? step.zone : zoneOf(state.zone) ? state.zone : null;
  state.grip = null;
  keep();
  return true;
}
