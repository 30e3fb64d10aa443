// Fingers, pens and mice on the poster: one drags or presses, two pinch.

const PRESS_PX = 5; // less far than this is a press, not a drag
/** @type {{down: Map<number, {at: [number, number], start: [number, number], target: Element}>, drag: object|null, moved: boolean}} */
const pointers = { down: new Map(), drag: null, moved: false };

function listenToPointers() {
  const poster = byId("poster");
  poster.addEventListener("pointerdown", pointerDown);
  poster.addEventListener("pointermove", pointerMove);
  poster.addEventListener("pointerup", pointerUp);
  poster.addEventListener("pointercancel", pointerGone);
  poster.addEventListener("wheel", wheel, { passive: false });
  poster.addEventListener("dragstart", (event) => event.preventDefault());
}

function pointerDown(event) {
  if (event.pointerType === "mouse" && event.button !== 0) return;
  takeTyped();
  cancelAnimationFrame(view.frame);
  byId("poster").setPointerCapture(event.pointerId);
  const at = [event.clientX, event.clientY];
  pointers.down.set(event.pointerId, { at, start: at, target: event.target });
  if (pointers.down.size === 1) pointers.moved = false;
  if (pointers.down.size === 2) stopDrag();
}

function pointerMove(event) {
  const pointer = pointers.down.get(event.pointerId);
  if (!pointer) return;
  const before = pointer.at;
  const apart = pinch();
  pointer.at = [event.clientX, event.clientY];
  if (apart) return pinched(apart, pinch());
  if (!pointers.moved && distance(pointer.at, pointer.start) < PRESS_PX) return undefined;
  pointers.drag = pointers.drag ?? (pointers.moved ? panDrag() : dragFrom(pointer));
  pointers.moved = true;
  return pointers.drag.move(pointer.at, minus(pointer.at, before));
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

/** What a drag does depends on where it starts: drawing, the chosen card's zone, else the poster itself. */
function dragFrom(pointer) {
  const id = cardIdOf(pointer.target);
  if (drawing.on) return drawDrag(pointer.start);
  const chosen = state.mode === "look" && id !== null && state.item === `card:${id}` && !cardOf(state.table, id).gone;
  return chosen ? zoneDrag(id, pointer.start) : panDrag();
}

function panDrag() {
  return { move: (_, by) => showView(held({ scale: view.scale, x: view.x + by[0], y: view.y + by[1] })), end: () => {}, stop: () => {} };
}

function pointerUp(event) {
  const pointer = pointers.down.get(event.pointerId);
  pointers.down.delete(event.pointerId);
  if (!pointer) return;
  const drag = pointers.drag;
  pointers.drag = null;
  if (drag) drag.end([event.clientX, event.clientY]);
  else if (!pointers.moved) pressed(pointer.target, toSheet(event.clientX, event.clientY));
}

function pointerGone(event) {
  pointers.down.delete(event.pointerId);
  stopDrag();
}

function stopDrag() {
  pointers.drag?.stop();
  pointers.drag = null;
}

/** A press on the poster: draws, puts or takes a sticker, or chooses a card. */
function pressed(target, at) {
  byId("panel").focus({ preventScroll: true });
  if (drawing.on) return drawAt(at);
  if (state.mode === "stickers") return pressSticker(target, at);
  const check = target.closest?.("[data-check]");
  if (check) return select(`check:${check.dataset.check}`, { move: false });
  const id = cardIdOf(target);
  return id === null ? undefined : select(`card:${id}`, { move: false });
}

const cardIdOf = (target) => target.closest?.("g.card")?.dataset.card ?? null;

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
