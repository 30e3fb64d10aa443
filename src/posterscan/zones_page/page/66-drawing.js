// Drawing a new zone: corner by corner, or a box or oval by a drag; by keys with a cross that the arrows move.

const DEFAULT_SHARE = 0.25; // of the sheet that a box or oval gets that is put by a press
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR_STEP_MM = 10;

/** `points`: corners so far; `undone`: taken back; `outline`: a box or oval as it would be; `cursor`: the cross, moved by keys. */
const drawing = { kind: null, points: [], undone: [], outline: null, from: null, cursor: null, byKeys: false };

function startDrawing(kind) {
  if (drawing.kind === kind) return stopDrawing();
  Object.assign(drawing, { kind, points: [], undone: [], outline: null, from: null, cursor: snapped(viewMiddle()), byKeys: false });
  Object.assign(state, { zone: null, grip: null, shape: null });
  byId("panel").focus({ preventScroll: true });
  refresh();
  return byId("poster").parentElement.scrollIntoView({ block: "nearest" }); // the whole of it, where the window is small
}

function stopDrawing() {
  Object.assign(drawing, { kind: null, points: [], undone: [], outline: null, from: null, byKeys: false });
  keep();
  refresh();
}

/** Puts what was drawn as a new zone, chosen, with its name to be typed. */
function putZone(polygon) {
  Object.assign(drawing, { kind: null, points: [], undone: [], outline: null, from: null, byKeys: false });
  const { key, doc } = withNew(polygon);
  perform("add", doc);
  Object.assign(state, { zone: key, grip: null, shape: null });
  refresh();
  tell("did.add");
  if (matchMedia("(hover: hover)").matches) byId("label").focus();
  else byId("panel").scrollIntoView({ block: "nearest" });
}

/** A press while drawing. */
function drawAt(at, type) {
  drawing.byKeys = false;
  if (drawing.kind === "corners") return cornerAt(at, (NEAR_PX[type] ?? NEAR_PX.mouse) / view.scale);
  return putShape(defaultBox(at));
}

/** A corner; on the first one, or again on the last one, it closes. */
function cornerAt(at, near) {
  const { points } = drawing;
  const again = points.length && (distance(at, points[0]) <= near || distance(at, points.at(-1)) <= near / 2);
  if (again && points.length >= 3) return finishCorners();
  if (points.length && same(snapped(at), points.at(-1))) return undefined;
  return addCorner(snapped(at));
}

function addCorner(point) {
  drawing.points = [...drawing.points, point];
  drawing.undone = [];
  tell("put.corner", { n: drawing.points.length, x: point[0], y: point[1] });
  return showDrawing();
}

function finishCorners() {
  if (drawing.points.length < 3) return tell("put.few", { n: 3 - drawing.points.length });
  return putZone(drawing.points);
}

/** The last corner away, or back. */
function cornerBack(from, to) {
  if (!from.length) return false;
  to.push(from.at(-1));
  from.pop();
  showDrawing();
  return true;
}

function showDrawing() {
  keep();
  showMode();
  showHeader();
  showGhost();
}

/** Two opposite corners of a box of a usual size about a point, on the sheet. */
function defaultBox(at) {
  const half = times(SIZE_MM, DEFAULT_SHARE / 2);
  const mid = at.map((v, i) => within(v, half[i], SIZE_MM[i] - half[i]));
  return [snapped(minus(mid, half)), snapped(plus(mid, half))];
}

const shapeBetween = (a, b) => (drawing.kind === "round" ? ovalBetween(a, b) : uprightBetween(a, b));

function putShape([a, b]) {
  if (Math.min(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])) < LEAST_MM) return tell("put.small");
  return putZone(shapeBetween(a, b));
}

/** A drag draws a box or an oval. */
function shapeDrag(start) {
  const from = snapped(start);
  let to = from;
  const stop = () => { drawing.outline = null; showGhost(); };
  drawing.byKeys = false;
  return { move: (at) => { to = snapped(at); drawing.outline = shapeBetween(from, to); showGhost(); }, end: () => { stop(); putShape([from, to]); }, stop };
}

/** Whether the key was one for drawing. */
function drawKey(event) {
  const arrow = ARROWS[event.key];
  const key = event.key;
  if (isPressable(event.target) && (key === "Enter" || key === " ")) return false;
  if (arrow && !event.ctrlKey && !event.altKey) moveCursor(times(arrow, event.shiftKey ? FAR_STEP_MM : SNAP_MM));
  else if (key === " ") putAtCursor();
  else if (key === "Enter") finishByKey();
  else if (key === "Backspace" || key === "Delete") cornerBack(drawing.points, drawing.undone);
  else if (key === "Escape") stopDrawing();
  else return false;
  return true;
}

function moveCursor(by) {
  drawing.cursor = stepped(drawing.cursor, by);
  drawing.byKeys = true;
  drawing.outline = drawing.from ? shapeBetween(drawing.from, drawing.cursor) : null;
  keepInView(drawing.cursor);
  showHover();
  tell("at", { x: drawing.cursor[0], y: drawing.cursor[1] });
}

/** The view follows what is moved by keys. */
function keepInView(at) {
  const [w, h] = viewSize();
  const [x, y] = [view.x + at[0] * view.scale, view.y + at[1] * view.scale];
  if (x < 24 || y < 24 || x > w - 24 || y > h - 24) showView(held(viewAt(at, view.scale)));
}

function putAtCursor() {
  drawing.byKeys = true;
  if (drawing.kind === "corners") return cornerAt(drawing.cursor, SNAP_MM / 2);
  if (drawing.from) return putShape([drawing.from, drawing.cursor]);
  drawing.from = drawing.cursor;
  return tell("put.corner", { n: 1, x: drawing.from[0], y: drawing.from[1] });
}

function finishByKey() {
  if (drawing.kind === "corners") return finishCorners();
  return putShape(drawing.from ? [drawing.from, drawing.cursor] : defaultBox(drawing.cursor));
}

/** What is being drawn. */
function showGhost() {
  const svg = byId("drawing");
  const node = svg.querySelector(":scope > [data-key=ghost]") ?? svg.appendChild(drawn("g", { "data-key": "ghost" }));
  fill(node, ...(drawing.kind ? ghostShapes() : []));
}

function ghostShapes() {
  const { points, kind } = drawing;
  const next = drawing.byKeys ? drawing.cursor : pointers.hover && !pointers.drag ? snapped(pointers.hover) : null;
  const out = [];
  if (drawing.outline) out.push(drawn("polygon", { class: "ghost", "data-key": "shape", points: svgPoints(drawing.outline) }));
  if (kind === "corners" && points.length) {
    out.push(drawn("polyline", { class: "ghost", "data-key": "line", points: svgPoints(next ? [...points, next] : points) }));
    out.push(...points.map((at, i) => gripShape(at, i === 0 ? "hold first" : "hold", `g${i}`, [drawn("circle", { r: i === 0 ? 9 : 5 })])));
  }
  if (drawing.byKeys) out.push(gripShape(drawing.cursor, "cursor", "cursor", [drawn("path", { class: "halo", d: "M-16 0h32M0-16v32" }), drawn("path", { class: "edge", d: "M-16 0h32M0-16v32" })]));
  return out;
}

/** The strip over the poster that says what to do now. */
function showMode() {
  const { kind, points } = drawing;
  byId("mode").hidden = !kind;
  showTools();
  if (!kind) return;
  const touch = matchMedia("(hover: none)").matches;
  byId("mode-hint").textContent = say(kind === "corners" && touch ? "hint.corners.touch" : `hint.${kind}`);
  const buttons = kind === "corners" ? [["finish", points.length < 3], ["back", !points.length], ["cancel", false]] : [["cancel", false]];
  fill(byId("mode-buttons"), ...buttons.map(([verb, off]) => verbButton(verb, say(verb), { disabled: off })));
}
