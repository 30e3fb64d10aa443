// Points and outlines on the poster, in millimetres from its top left. An outline: 4 points, clockwise from the card's own top left.

/** @typedef {[number, number]} Point */

const plus = (a, b) => [a[0] + b[0], a[1] + b[1]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
const times = (a, factor) => [a[0] * factor, a[1] * factor];
const between = (a, b) => times(plus(a, b), 0.5);
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const rounded = (point) => point.map((v) => Math.round(v * 100) / 100);

/** The middle of an outline. */
function middle(outline) {
  return times(outline.reduce(plus, [0, 0]), 1 / outline.length);
}

/** Whether a point lies in a polygon (even-odd rule). */
function inside(point, polygon) {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i], polygon[j]];
    const crosses = a[1] > point[1] !== b[1] > point[1];
    if (crosses && point[0] < ((b[0] - a[0]) * (point[1] - a[1])) / (b[1] - a[1]) + a[0]) within = !within;
  }
  return within;
}

/** The corners of the upright box around points: [left, top, right, bottom]. */
function box(points) {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** An upright outline of `size` with its middle at `at`. */
function uprightAt(at, size) {
  const [w, h] = times(size, 0.5);
  return [[-w, -h], [w, -h], [w, h], [-w, h]].map((corner) => plus(at, corner));
}

/** An upright outline between two opposite corners. */
function uprightBetween(a, b) {
  const [left, top, right, bottom] = box([a, b]);
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}

const moved = (outline, by) => outline.map((point) => plus(point, by));

/** An outline turned about its middle, clockwise as seen. */
function turned(outline, degrees) {
  const at = middle(outline);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return outline.map((point) => {
    const [x, y] = minus(point, at);
    return plus(at, [x * cos - y * sin, x * sin + y * cos]);
  });
}

/** The two halves of an outline, cut across its longer side. */
function halves([a, b, c, d]) {
  if (distance(a, b) >= distance(b, c)) {
    const [top, bottom] = [between(a, b), between(d, c)];
    return [[a, top, bottom, d], [top, b, c, bottom]];
  }
  const [right, left] = [between(b, c), between(a, d)];
  return [[a, b, right, left], [left, right, c, d]];
}

/** Points as SVG wants them. */
function svgPoints(points) {
  return points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
}
