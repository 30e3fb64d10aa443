// Keys. None works while text is typed or a dialog is open, but for those of the field or the dialog.

/** For the list of keys. */
const KEY_LIST = [
  ["card", ["Enter"], "right"], ["card", ["n", "→"], "next"], ["card", ["p", "←"], "previous"], ["card", ["t"], "text"],
  ["card", ["1", "…", "9"], "zone"], ["card", ["0"], "zone.none"], ["card", ["+"], "plus"], ["card", ["-"], "minus"], ["card", ["i"], "kind"],
  ["card", ["k"], "side"], ["card", ["x", "Delete"], "delete"], ["card", ["s"], "split"], ["card", ["m"], "merge"], ["card", ["d"], "redraw"], ["card", ["w"], "note"],
  ["poster", ["f"], "whole"], ["poster", ["z"], "zoom"], ["poster", ["v"], "add"], ["poster", ["g"], "stickers"],
  ["work", ["u", "Ctrl+Z"], "undo"], ["work", ["r", "Ctrl+Y"], "redo"], ["work", ["b", "Ctrl+S"], "save"], ["work", ["a"], "all"],
  ["work", ["o"], "overview"], ["work", ["]"], "table.next"], ["work", ["["], "table.previous"], ["work", ["?"], "help"],
].map(([group, keys, word]) => ({ group, keys, word }));

const KEY_VERBS = {
  Enter: "right", n: "next", ArrowRight: "next", p: "previous", ArrowLeft: "previous", t: "text", "+": "plus", "=": "plus", "-": "minus", "−": "minus", i: "kind", k: "side",
  Delete: "delete", x: "delete", s: "split", m: "merge", d: "redraw", w: "note", f: "whole", z: "zoom", v: "add", g: "stickers", u: "undo", r: "redo", b: "save",
  a: "all", o: "overview", "]": "table.next", "[": "table.previous", "?": "help",
  "Ctrl+z": "undo", "Ctrl+Shift+z": "redo", "Ctrl+y": "redo", "Ctrl+s": "save",
};

const isTyping = (node) => node.tagName === "TEXTAREA" || (node.tagName === "INPUT" && node.type === "text");
/** A button, a link or a box has Enter and Space for itself; radio buttons have the arrows. */
const isPressable = (node) => ["BUTTON", "A", "SUMMARY"].includes(node.tagName);

function keyDown(event) {
  if (event.isComposing) return;
  const used = openDialog() ? dialogKey(event) : isTyping(event.target) ? fieldKey(event) : pageKey(event);
  if (used) event.preventDefault();
}

/** In a field: its own keys, and Ctrl+S, since the browser's own saving is of no use here. */
function fieldKey(event) {
  if (keyName(event) === "Ctrl+s") return pageKey(event);
  if (event.target.id === "text") return textKey(event);
  if (event.key !== "Enter" && event.key !== "Escape") return false;
  if (event.target.id === "note" && event.key === "Escape") event.target.value = chosenCard()?.note ?? "";
  event.target.blur();
  byId("panel").focus({ preventScroll: true });
  return true;
}

function pageKey(event) {
  if (drawing.on && drawKey(event)) return true;
  const key = keyName(event);
  if (key === "Escape" && state.mode !== "look") return doVerb("stop"), true;
  if (key === "Enter" && isPressable(event.target)) return false;
  if (event.target.type === "radio" && key.startsWith("Arrow")) return false;
  if (/^\d$/.test(key)) return zoneKey(Number(key));
  if (!(key in KEY_VERBS)) return false;
  doVerb(KEY_VERBS[key]);
  return true;
}

/** The key with what was held along; letters count the same with caps lock. */
function keyName(event) {
  if (event.altKey) return "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.shiftKey ? "Shift+" : ""}${key}`;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

/** A digit names a zone in the layout's order; 0 none. */
function zoneKey(n) {
  const zone = n === 0 ? null : layoutOf(state.table).zones[n - 1];
  const card = chosenCard();
  if (card && zone !== undefined) act("zone", zoneChanges(state.table, card, zone ? zone.id : null));
  return true;
}
