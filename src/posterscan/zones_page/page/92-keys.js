// Keys. None works while text is typed or a dialog is open, but for those of the field or the dialog.

/** For the list of keys. */
const KEY_LIST = [
  ["draw", ["h"], "corners"], ["draw", ["r"], "box"], ["draw", ["o"], "round"], ["draw", ["←", "↑", "→", "↓"], "cursor"], ["draw", ["Shift", "←"], "far"],
  ["draw", ["Space"], "put"], ["draw", ["Enter"], "finish"], ["draw", ["Esc"], "stop"],
  ["zone", ["1", "…", "9"], "number"], ["zone", ["n", "p"], "next"], ["zone", ["i"], "insert"], ["zone", ["x", "Delete"], "delete"], ["zone", ["m"], "shape"],
  ["zone", ["]", "["], "order"], ["zone", ["t"], "name"],
  ["work", ["u", "Ctrl+Z"], "undo"], ["work", ["y", "Ctrl+Y"], "redo"], ["work", ["b", "Ctrl+S"], "save"], ["work", ["f"], "whole"], ["work", ["+", "−"], "zoom"],
  ["work", ["?"], "help"],
].map(([group, keys, word]) => ({ group, keys, word }));

const KEY_VERBS = {
  h: "draw.corners", r: "draw.box", o: "draw.round", n: "corner.next", p: "corner.previous", i: "corner.add", x: "corner.delete", Delete: "corner.delete",
  Backspace: "corner.delete", m: "shape", "]": "higher", "[": "lower", t: "name", u: "undo", y: "redo", b: "save", f: "whole", "+": "nearer", "=": "nearer",
  "-": "farther", "−": "farther", "?": "help", "Ctrl+z": "undo", "Ctrl+Shift+z": "redo", "Ctrl+y": "redo", "Ctrl+s": "save",
};

const isTyping = (node) => node.tagName === "INPUT" && ["text", "number"].includes(node.type);
/** A button or a summary has Enter and Space for itself; radio buttons have the arrows and Space. */
const isPressable = (node) => ["BUTTON", "SUMMARY"].includes(node.tagName);

function keyDown(event) {
  if (event.isComposing || openDialog()) return;
  if (isTyping(event.target) ? fieldKey(event) : pageKey(event)) event.preventDefault();
}

/** In a field: Enter and Escape leave it; Ctrl+S saves, since the browser's own saving is of no use here. */
function fieldKey(event) {
  if (keyName(event) === "Ctrl+s") return event.target.blur(), pageKey(event);
  if (event.key !== "Enter" && event.key !== "Escape") return false;
  event.target.blur();
  byId("panel").focus({ preventScroll: true });
  return true;
}

function pageKey(event) {
  if (drawing.kind && drawKey(event)) return true;
  const key = keyName(event);
  const radio = event.target.type === "radio";
  const arrow = ARROWS[key.replace("Shift+", "")];
  if (arrow && !radio && !key.startsWith("Ctrl+")) return nudge(times(arrow, event.shiftKey ? FAR_STEP_MM : SNAP_MM)), true;
  if (key === "Escape") return letGo();
  if (/^[1-9]$/.test(key)) return selectNumber(Number(key));
  if (!(key in KEY_VERBS)) return false;
  doVerb(KEY_VERBS[key]);
  return true;
}

/** First of the corner, then of the zone. */
function letGo() {
  if (state.grip === null) select(null);
  else Object.assign(state, { grip: null }), refresh();
  return true;
}

/** A digit names a zone as the list does. */
function selectNumber(n) {
  const zone = history.now.zones[history.now.zones.length - n];
  if (zone) select(zone.key);
  return true;
}

/** The key with what was held along; letters count the same with caps lock. */
function keyName(event) {
  if (event.altKey) return "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.shiftKey ? "Shift+" : ""}${key}`;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}
