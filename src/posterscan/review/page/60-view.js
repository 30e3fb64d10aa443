// Which part of the poster is seen: millimetres to pixels of the screen by one CSS transform.

const STAGE_PX_PER_MM = 4; // as finely as the rectified picture is drawn
const MAX_PX_PER_MM = 14;
const MOVE_MS = 280;
const CARD_SHARE = 0.34; // of the view's width that a card gets when it is chosen

/** The sheet's top left on the view in px, and px per mm. `whole`: as large as fits. */
const view = { x: 0, y: 0, scale: 1, whole: true, frame: 0, size: [0, 0], sheet: [841, 594] };

function viewSize() {
  return [byId("poster").clientWidth, byId("poster").clientHeight];
}

/** The view in which the whole sheet is seen. */
function wholeView() {
  const [w, h] = viewSize();
  const scale = Math.min(w / view.sheet[0], h / view.sheet[1]) * 0.97 || 0.1;
  return { scale, x: (w - view.sheet[0] * scale) / 2, y: (h - view.sheet[1] * scale) / 2, whole: true };
}

/** The view with a point in its middle. */
function viewAt([x, y], scale) {
  const [w, h] = viewSize();
  return { scale, x: w / 2 - x * scale, y: h / 2 - y * scale, whole: false };
}

/** The view in which a card is easily read. */
function cardView(outline) {
  const [left, top, right, bottom] = box(outline);
  const [w, h] = viewSize();
  const scale = Math.min((w * CARD_SHARE) / (right - left), (h * 0.4) / (bottom - top));
  return viewAt(middle(outline), Math.min(scale, 6));
}

/** Keeps the sheet in sight: the view's middle always lies on it. */
function held(to) {
  const least = wholeView();
  if (to.scale <= least.scale) return least;
  const scale = Math.min(to.scale, MAX_PX_PER_MM);
  const [w, h] = viewSize();
  const along = (at, size, length) => Math.min(size / 2, Math.max(size / 2 - length * scale, at));
  return { scale, x: along(to.x, w, view.sheet[0]), y: along(to.y, h, view.sheet[1]), whole: false };
}

/** Shows a view at once. */
function showView(to) {
  const resized = to.scale !== view.scale;
  Object.assign(view, to);
  const stage = byId("stage");
  stage.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale / STAGE_PX_PER_MM})`;
  if (resized) byId("drawing").style.setProperty("--mm", String(1 / view.scale));
}

/** Goes to a view smoothly; at once for those who want no motion. */
function moveTo(to) {
  cancelAnimationFrame(view.frame);
  const goal = held(to);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) return showView(goal);
  const from = { x: view.x, y: view.y, scale: view.scale };
  const start = performance.now();
  const step = (now) => {
    const part = Math.min(1, Math.max(0, (now - start) / MOVE_MS));
    const eased = 1 - (1 - part) ** 3;
    showView(part === 1 ? goal : { ...glide(from, goal, eased), whole: goal.whole });
    if (part < 1) view.frame = requestAnimationFrame(step);
  };
  view.frame = requestAnimationFrame(step);
  return undefined;
}

/** Between two views: the scale by ratio, so that closer and farther feel alike, and the middle along. */
function glide(from, to, part) {
  const scale = from.scale * (to.scale / from.scale) ** part;
  const done = Math.abs(to.scale - from.scale) < 1e-6 ? part : (scale - from.scale) / (to.scale - from.scale);
  return { scale, x: from.x + (to.x - from.x) * done, y: from.y + (to.y - from.y) * done };
}

/** Closer (factor > 1) or farther about a point of the view in px. */
function zoomedAbout([px, py], factor) {
  const scale = Math.min(MAX_PX_PER_MM, view.scale * factor);
  const real = scale / view.scale;
  return held({ scale, x: px - (px - view.x) * real, y: py - (py - view.y) * real });
}

/** A step closer or farther about the middle. */
function stepZoom(factor) {
  moveTo(zoomedAbout(times(viewSize(), 0.5), factor));
}

/** Where on the sheet, in mm, a point of the window lies. */
function toSheet(clientX, clientY) {
  const { left, top } = byId("poster").getBoundingClientRect();
  return [(clientX - left - view.x) / view.scale, (clientY - top - view.y) / view.scale];
}

/** The point of the sheet in the middle of the view. */
function viewMiddle() {
  const [w, h] = viewSize();
  return [(w / 2 - view.x) / view.scale, (h / 2 - view.y) / view.scale];
}

/** Keeps what is in the middle there when the window changes. */
function viewResized() {
  const [w, h] = viewSize();
  if (!w || (w === view.size[0] && h === view.size[1])) return;
  const [wasW, wasH] = view.size;
  view.size = [w, h];
  if (view.whole) showView(wholeView());
  else showView(held({ scale: view.scale, x: view.x + (w - wasW) / 2, y: view.y + (h - wasH) / 2 }));
}
