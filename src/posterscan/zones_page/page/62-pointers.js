// Fingers, pens and mice on the poster: one drags or presses, two pinch.

const PRESS_PX = 5; // less far than this is a press, not a drag
const NEAR_PX = { mouse: 12, pen: 16, touch: 26 }; // of a corner that is meant
/** @type {{down: Map<number, {at: Point, start: Point, type: string}>, drag: object|null, moved: boolean, hover: Point|null}} */
const pointers = { down: new Map(), drag: null, moved: false, hover: null };

function listenToPointers() {
  const poster = byId("poster");
  poster.addEventListener("pointerdown", pointerDown);
  poster.addEventListener("pointermove", pointerMove);
  poster.addEventListener("pointerup", pointerUp);
  poster.addEventListener("pointercancel", pointerGone);
  poster.addEventListener("pointerleave", () => { pointers.hover = null; showHover(); });
  poster.addEventListener("wheel", wheel, { passive: false });
  poster.addEventListener("dragstart", (event) => event.preventDefault());
}

function pointerDown(event) {
  if (event.pointerType === "mouse" && event.button !== 0) return;
  cancelAnimationFrame(view.frame);
  byId("poster").setPointerCapture(event.pointerId);
  const at = [event.clientX, event.clientY];
  pointers.down.set(event.pointerId, { at, start: at, type: event.pointerType });
  if (pointers.down.size === 1) pointers.moved = false;
  if (pointers.down.size === 2) stopDrag();
}

function pointerMove(event) {
  pointers.hover = toSheet(event.clientX, event.clientY);
  const pointer = pointers.down.get(event.pointerId);
  if (!pointer) return showHover();
  const before = pointer.at;
  const apart = pinch();
  pointer.at = [event.clientX, event.clientY];
  if (apart) return pinched(apart, pinch());
  if (!pointers.moved && distance(pointer.at, pointer.start) < PRESS_PX) return undefined;
  pointers.drag = pointers.drag ?? (pointers.moved ? panDrag() : dragFrom(pointer));
  pointers.moved = true;
  pointers.drag.move(toSheet(...pointer.at), minus(pointer.at, before));
  return showHover();
}

/** Middle and distance of two fingers; null with fewer. */
function pinch() {
  if (pointers.down.size < 2) return null;
  const [a, b] = [...pointers.down.values()].map((pointer) => pointer.at);
  return { middle: between(a, b), apart: Math.max(1, distance(a, b)) };
}

function pinched(before, now) {
  pointers.moved = true;
  const { left, top } = byId("poster").getBoundingClientRect();
  const by = minus(now.middle, before.middle);
  const zoomed = zoomedAbout(minus(before.middle, [left, top]), now.apart / before.apart);
  showView(held({ scale: zoomed.scale, x: zoomed.x + by[0], y: zoomed.y + by[1] }));
}

/** What lies under a point: a corner or square of the chosen zone, a + between two corners, or a zone. */
function hit(at, type) {
  const near = (NEAR_PX[type] ?? NEAR_PX.mouse) / view.scale;
  const zone = zoneOf(state.zone);
  if (zone) {
    const found = nearest(at, grips(zone), near);
    if (found !== null) return { grip: found };
    const halfway = nearest(at, pluses(zone), near);
    if (halfway !== null) return { plus: halfway };
  }
  return { zone: zoneAt(at) };
}

function nearest(at, points, near) {
  const far = points.map((point) => (point ? distance(at, point) : Infinity));
  const best = far.indexOf(Math.min(...far));
  return best >= 0 && far[best] <= near ? best : null;
}

/** The zone that counts at a point, or null. */
function zoneAt(at, doc = shownDoc()) {
  return doc.zones.findLast((zone) => inside(at, zone.raw.polygon_mm)) ?? null;
}

/** What a drag does depends on where it starts. */
function dragFrom(pointer) {
  const start = toSheet(...pointer.start);
  if (drawing.kind === "box" || drawing.kind === "round") return shapeDrag(start);
  if (drawing.kind) return panDrag();
  const under = hit(start, pointer.type);
  if (under.grip !== undefined) return gripDrag(under.grip, start);
  if (under.plus !== undefined) return plusDrag(under.plus, start);
  const zone = zoneOf(state.zone);
  return zone && shapeMode(zone) === "whole" && inside(start, zone.raw.polygon_mm) ? wholeDrag(zone, start) : panDrag();
}

function panDrag() {
  return { move: (_, by) => showView(held({ scale: view.scale, x: view.x + by[0], y: view.y + by[1] })), end: () => {}, stop: () => {} };
}

/** A drag that shows an outline until it ends, and then makes it so. `outline`: after the pointer's place. */
function outlineDrag(key, verb, outline, done) {
  const stop = () => { state.dragged = null; refresh(); };
  return {
    move: (at) => { state.dragged = { key, polygon: outline(at) }; showSheet(); showPanelNumbers(); },
    end: () => {
      const polygon = state.dragged?.polygon;
      state.dragged = null;
      if (polygon) act(verb, withZone(key, { polygon_mm: polygon }), done(polygon));
      else refresh();
    },
    stop,
  };
}

/** A corner, or a square of the box, goes along with the pointer by as much as that moves: a finger may be beside it. */
function gripDrag(grip, start) {
  const zone = zoneOf(state.zone);
  const polygon = zone.raw.polygon_mm;
  const from = grips(zone)[grip];
  const to = (at) => snapped(plus(from, minus(at, start)));
  state.grip = grip;
  if (shapeMode(zone) === "whole") return outlineDrag(zone.key, "stretch", (at) => stretched(polygon, grip, to(at)), sizeOf);
  return outlineDrag(zone.key, "corner", (at) => withCorner(polygon, grip, to(at)), (now) => cornerOf(now, grip));
}

function plusDrag(i, start) {
  const zone = zoneOf(state.zone);
  const polygon = zone.raw.polygon_mm;
  const from = pluses(zone)[i];
  state.grip = i + 1;
  return outlineDrag(zone.key, "insert", (at) => withCornerAfter(polygon, i, snapped(plus(from, minus(at, start)))), (now) => cornerOf(now, i + 1));
}

function wholeDrag(zone, start) {
  state.grip = null;
  return outlineDrag(zone.key, "move", (at) => shifted(zone.raw.polygon_mm, minus(at, start)), () => ({}));
}

function pointerUp(event) {
  const pointer = pointers.down.get(event.pointerId);
  pointers.down.delete(event.pointerId);
  if (!pointer) return;
  const drag = pointers.drag;
  pointers.drag = null;
  if (drag) drag.end();
  else if (!pointers.moved) pressed(toSheet(event.clientX, event.clientY), pointer.type);
}

function pointerGone(event) {
  pointers.down.delete(event.pointerId);
  stopDrag();
}

function stopDrag() {
  pointers.drag?.stop();
  pointers.drag = null;
}

/** A press on the poster: draws, or chooses. */
function pressed(at, type) {
  byId("panel").focus({ preventScroll: true });
  if (drawing.kind) return drawAt(at, type);
  const under = hit(at, type);
  if (under.grip !== undefined) return chooseGrip(under.grip);
  if (under.plus !== undefined) return insertCorner(under.plus);
  return select(under.zone?.key ?? null);
}

/** A mouse's wheel and a pinch zoom; two fingers on a trackpad push the poster along. */
function wheel(event) {
  event.preventDefault();
  cancelAnimationFrame(view.frame);
  const { left, top } = byId("poster").getBoundingClientRect();
  const px = event.deltaMode === 0 ? 1 : 40;
  const byMouse = event.deltaMode !== 0 || (event.deltaX === 0 && Math.abs(event.deltaY) >= 50 && Number.isInteger(event.deltaY));
  if (event.ctrlKey || byMouse) {
    const speed = event.ctrlKey && !byMouse ? 0.01 : 0.0018;
    showView(zoomedAbout([event.clientX - left, event.clientY - top], Math.exp(-event.deltaY * px * speed)));
  } else showView(held({ scale: view.scale, x: view.x - event.deltaX * px, y: view.y - event.deltaY * px }));
}
