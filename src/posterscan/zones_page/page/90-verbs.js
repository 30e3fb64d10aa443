// What can be done, by button and by key alike.

/** `zone`: the chosen one's key; `grip`: its corner, or square of its box; `shape`: how it is shaped, where somebody said so. */
const state = { zone: null, grip: null, shape: null, dragged: null };

/** Shows everything anew as it now stands. */
function refresh() {
  if (!zoneOf(state.zone)) Object.assign(state, { zone: null, grip: null });
  showHeader();
  showList();
  showPanel();
  showSheet();
  showMode();
}

/** Makes a step and says so; false where it changes nothing. */
function act(verb, doc, filling = {}, tag = null) {
  const made = perform(verb, doc, tag);
  refresh();
  if (made) tell(`did.${verb}`, filling);
  return made;
}

function select(key) {
  if (drawing.kind) stopDrawing();
  if (key !== state.zone) Object.assign(state, { zone: key, grip: null, shape: null });
  refresh();
  const zone = zoneOf(key);
  if (zone) tell("chosen", { label: labelOf(zone), kind: say(`kind.${zone.raw.kind}`), n: zone.raw.polygon_mm.length });
}

function chooseGrip(i) {
  const zone = zoneOf(state.zone);
  state.grip = i;
  refresh();
  if (shapeMode(zone) === "corners") tell("did.corner", cornerOf(zone.raw.polygon_mm, i));
}

/** The next corner or square, or the one before. */
function walkGrips(by) {
  const zone = zoneOf(state.zone);
  if (!zone) return;
  const many = grips(zone).length;
  chooseGrip(state.grip === null ? (by > 0 ? 0 : many - 1) : (state.grip + by + many) % many);
  keepInView(grips(zone)[state.grip]);
}

function insertCorner(after) {
  const zone = zoneOf(state.zone);
  const polygon = withCornerAfter(zone.raw.polygon_mm, after);
  state.grip = after + 1;
  act("insert", withZone(zone.key, { polygon_mm: polygon }), cornerOf(polygon, after + 1));
}

function dropCorner(zone) {
  const polygon = zone.raw.polygon_mm;
  if (polygon.length <= 3) return tell("did.three");
  const i = state.grip;
  state.grip = null;
  return act("drop", withZone(zone.key, { polygon_mm: polygon.filter((_, k) => k !== i) }));
}

/** The arrows move the chosen corner, else the zone, else the poster. */
function nudge(by) {
  const zone = zoneOf(state.zone);
  if (!zone) return showView(held({ scale: view.scale, x: view.x - by[0] * 40, y: view.y - by[1] * 40 }));
  const polygon = zone.raw.polygon_mm;
  const { grip } = state;
  const tag = `nudge ${zone.key} ${grip} ${shapeMode(zone)}`;
  if (grip === null) return act("move", withZone(zone.key, { polygon_mm: shifted(polygon, by) }), {}, tag);
  const to = stepped(grips(zone)[grip], by);
  const whole = shapeMode(zone) === "whole";
  const now = whole ? stretched(polygon, grip, to) : withCorner(polygon, grip, to);
  act(whole ? "stretch" : "corner", withZone(zone.key, { polygon_mm: now }), whole ? sizeOf(now) : cornerOf(now, grip), tag);
  return keepInView(to);
}

/** A figure that was typed: of the corner, or of the box. */
function numberTyped(name, value) {
  const zone = zoneOf(state.zone);
  if (!zone || !Number.isFinite(value)) return refresh();
  const polygon = zone.raw.polygon_mm;
  if (shapeMode(zone) === "corners") {
    const [x, y] = polygon[state.grip];
    const now = withCorner(polygon, state.grip, snapped(name === "x" ? [value, y] : [x, value]));
    return act("corner", withZone(zone.key, { polygon_mm: now }), cornerOf(now, state.grip));
  }
  const [left, top, right, bottom] = box(polygon);
  if (name === "x" || name === "y") return act("move", withZone(zone.key, { polygon_mm: shifted(polygon, name === "x" ? [value - left, 0] : [0, value - top]) }));
  const [w, h] = [name === "w" ? within(value, LEAST_MM, SIZE_MM[0] - left) : right - left, name === "h" ? within(value, LEAST_MM, SIZE_MM[1] - top) : bottom - top];
  const now = intoBox(polygon, [left, top, left + w, top + h]);
  return act("stretch", withZone(zone.key, { polygon_mm: now }), sizeOf(now));
}

function labelTyped(text) {
  const zone = zoneOf(state.zone);
  if (zone) act("label", withLabel(zone, text), { label: text }, `label ${zone.key}`);
}

function idTyped(text) {
  const zone = zoneOf(state.zone);
  if (zone && text.trim()) act("id", withZone(zone.key, { id: text.trim() }, { auto: false }), { id: text.trim() });
  else refresh();
}

function stepBack(verb, from, to) {
  if (drawing.kind) return verb === "undo" ? cornerBack(drawing.points, drawing.undone) : cornerBack(drawing.undone, drawing.points);
  const done = travel(from, to);
  refresh();
  return tell(done ? `did.${verb}` : `${verb}.none`);
}

function reshape(way) {
  Object.assign(state, { shape: way, grip: null });
  refresh();
}

function removeZone(zone) {
  const i = history.now.zones.findIndex((one) => one.key === zone.key);
  act("delete", without(zone.key));
  byId("panel").focus({ preventScroll: true });
  return i;
}

function switchLanguage() {
  speak(language === "nl" ? "en" : "nl");
  write(`${STORE}/language`, JSON.stringify(language));
  refresh();
}

/** Verbs that need a zone to be chosen. @type {Record<string, (zone: Zone) => unknown>} */
const ZONE_VERBS = {
  higher: (zone) => act("higher", withOrder(zone.key, 1), { label: labelOf(zone) }),
  lower: (zone) => act("lower", withOrder(zone.key, -1), { label: labelOf(zone) }),
  ladder: (zone) => act("ladder", { ...history.now, ladder: zone.key }, { label: labelOf(zone) }),
  delete: removeZone,
  deselect: () => select(null),
  "corner.next": () => walkGrips(1), "corner.previous": () => walkGrips(-1),
  "corner.add": (zone) => shapeMode(zone) === "corners" && insertCorner(state.grip ?? zone.raw.polygon_mm.length - 1),
  "corner.delete": (zone) => (state.grip !== null && shapeMode(zone) === "corners" ? dropCorner(zone) : removeZone(zone)),
  "shape.corners": () => reshape("corners"), "shape.whole": () => reshape("whole"),
  shape: (zone) => reshape(shapeMode(zone) === "whole" ? "corners" : "whole"),
  name: () => { byId("label").focus(); byId("label").select(); },
};

/** The others. @type {Record<string, () => unknown>} */
const VERBS = {
  "draw.corners": () => startDrawing("corners"), "draw.box": () => startDrawing("box"), "draw.round": () => startDrawing("round"),
  finish: () => finishCorners(), back: () => cornerBack(drawing.points, drawing.undone), cancel: () => stopDrawing(),
  undo: () => stepBack("undo", history.past, history.future), redo: () => stepBack("redo", history.future, history.past),
  save, "save.anyhow": saveNow, help: showHelp, close: () => openDialog()?.close(), language: switchLanguage,
  whole: () => moveTo(wholeView()), nearer: () => stepZoom(1.4), farther: () => stepZoom(1 / 1.4),
};

function doVerb(verb) {
  if (verb in VERBS) return VERBS[verb]();
  const zone = zoneOf(state.zone);
  return zone ? ZONE_VERBS[verb](zone) : undefined;
}
