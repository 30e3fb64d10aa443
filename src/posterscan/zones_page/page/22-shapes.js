// Outlines of zones, in millimetres of the sheet: snapped, round ones, stretched, and what can be wrong with them.

const SNAP_MM = 1;
const ROUND_CORNERS = 72; // an oval half a metre wide is then right to a quarter of a millimetre
const LEAST_MM = 5; // of a zone that is drawn or stretched; no card is as small
const MANY_CORNERS = 1500; // beyond that, what takes long is left to `--take`

const within = (v, low, high) => Math.min(high, Math.max(low, v));

/** A point on whole millimetres, and on the sheet. */
function snapped([x, y]) {
  const near = (v, most) => within(Math.round(v / SNAP_MM) * SNAP_MM, 0, most);
  return [near(x, SIZE_MM[0]), near(y, SIZE_MM[1])];
}

/** A point one step on: whole millimetres, whatever it was. */
const stepped = (point, by) => snapped(plus(point, by));

/** An oval in the box between two points, clockwise from its right end. */
function ovalBetween(a, b) {
  const [left, top, right, bottom] = box([a, b]);
  const at = [(left + right) / 2, (top + bottom) / 2];
  return Array.from({ length: ROUND_CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / ROUND_CORNERS;
    return rounded([at[0] + ((right - left) / 2) * Math.cos(angle), at[1] + ((bottom - top) / 2) * Math.sin(angle)]);
  });
}

/** Eight places on the box around an outline, clockwise from its top left: as shares of its width and height. */
const GRIPS = [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5]];

function boxGrips(polygon) {
  const [left, top, right, bottom] = box(polygon);
  return GRIPS.map(([x, y]) => [left + (right - left) * x, top + (bottom - top) * y]);
}

/** An outline with one of those places moved; the opposite side stays. */
function stretched(polygon, grip, to) {
  const [left, top, right, bottom] = box(polygon);
  const [gx, gy] = GRIPS[grip];
  const now = [gx === 0 ? Math.min(to[0], right - LEAST_MM) : left, gy === 0 ? Math.min(to[1], bottom - LEAST_MM) : top,
    gx === 1 ? Math.max(to[0], left + LEAST_MM) : right, gy === 1 ? Math.max(to[1], top + LEAST_MM) : bottom];
  return intoBox(polygon, now);
}

/** An outline stretched so that it just fills a box. */
function intoBox(polygon, [left, top, right, bottom]) {
  const from = box(polygon);
  const along = (v, low, high, newLow, newHigh) => (high > low ? newLow + ((v - low) * (newHigh - newLow)) / (high - low) : newLow);
  return polygon.map(([x, y]) => rounded([along(x, from[0], from[2], left, right), along(y, from[1], from[3], top, bottom)]));
}

/** An outline moved by whole millimetres; what is on the sheet stays on it. */
function shifted(polygon, by) {
  const [left, top, right, bottom] = box(polygon);
  const step = (d, low, high, most) => {
    const whole = Math.round(d / SNAP_MM) * SNAP_MM;
    return low < 0 || high > most ? whole : within(whole, -low, most - high);
  };
  const real = [step(by[0], left, right, SIZE_MM[0]), step(by[1], top, bottom, SIZE_MM[1])];
  return polygon.map((point) => rounded(plus(point, real)));
}

/** Twice the area, positive where the corners run clockwise as seen. */
function turning(polygon) {
  return polygon.reduce((sum, [x, y], i) => {
    const [nx, ny] = polygon[(i + 1) % polygon.length];
    return sum + x * ny - nx * y;
  }, 0);
}

const clockwise = (polygon) => (turning(polygon) < 0 ? [...polygon].reverse() : polygon);

const cross = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Where two stretches a-b and c-d meet, or touch; null where they don't. */
function meeting(a, b, c, d) {
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0])) return null;
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return null;
  const [p, q, r, s] = [cross(c, d, a), cross(c, d, b), cross(a, b, c), cross(a, b, d)];
  if ((p > 0 && q > 0) || (p < 0 && q < 0) || (r > 0 && s > 0) || (r < 0 && s < 0)) return null;
  return p === q ? c : plus(a, times(minus(b, a), p / (p - q)));
}

/** The first place where an outline crosses or touches itself, or turns straight back; null: nowhere. */
function crossing(polygon) {
  const points = polygon.filter((point, i) => !same(point, polygon[(i + polygon.length - 1) % polygon.length]));
  const n = points.length;
  if (n < 3 || n > MANY_CORNERS) return null;
  for (let i = 0; i < n; i++) {
    const [a, b] = [points[i], points[(i + 1) % n]];
    const c = points[(i + 2) % n];
    if (cross(a, b, c) === 0 && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0) return b;
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const at = meeting(a, b, points[j], points[(j + 1) % n]);
      if (at) return at;
    }
  }
  return null;
}

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** How far, squared, a point is from a stretch. */
function squareTo([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const part = length ? within(((x - ax) * dx + (y - ay) * dy) / length, 0, 1) : 0;
  return (x - ax - dx * part) ** 2 + (y - ay - dy * part) ** 2;
}

/** Points spread over an outline that lie in it. */
function* pointsIn(polygon, many) {
  const [left, top, right, bottom] = box(polygon);
  for (let i = 0; i < many * many; i++) {
    const at = [left + ((right - left) * ((i % many) + 0.5)) / many, top + ((bottom - top) * (Math.floor(i / many) + 0.5)) / many];
    if (inside(at, polygon)) yield at;
  }
}

/** Those of some outlines that may touch another one. */
function around(polygon, others) {
  const [left, top, right, bottom] = box(polygon);
  return others.filter((other) => {
    const [l, t, r, b] = box(other);
    return l <= right && r >= left && t <= bottom && b >= top;
  });
}
