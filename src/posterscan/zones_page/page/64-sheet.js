// The poster: its picture, the zones' colours as they count, and over it outlines, names, markers and grips.

const TINT_PX_PER_MM = 2;
const MOST_TINT_PX = 4096;
const TINT = "47"; // opacity of the colours, as two hex digits: the artwork stays legible
const FEW_CORNERS = 24; // a zone of more is shaped as a whole, until somebody asks for its corners
const LEAST_EDGE_PX = 36; // of an edge that gets a +
const LABEL_LONGEST = 34;
const LETTER_PX = 9.5; // wide, about

/** The work with what is being dragged. @returns {Doc} */
function shownDoc() {
  if (!state.dragged) return history.now;
  if (state.dragged.from !== history.now || !state.dragged.doc) {
    state.dragged.doc = withZone(state.dragged.key, { polygon_mm: state.dragged.polygon });
    state.dragged.from = history.now;
  }
  return state.dragged.doc;
}

const shapeMode = (zone) => state.shape ?? (zone.raw.polygon_mm.length > FEW_CORNERS ? "whole" : "corners");

/** Where the chosen zone can be taken hold of. */
const grips = (zone) => (shapeMode(zone) === "whole" ? boxGrips(zone.raw.polygon_mm) : zone.raw.polygon_mm);

/** Halfway each edge that is long enough on the screen; null for the others, and where zones are shaped as a whole. */
function pluses(zone) {
  const polygon = zone.raw.polygon_mm;
  if (shapeMode(zone) === "whole") return [];
  return polygon.map((point, i) => {
    const next = polygon[(i + 1) % polygon.length];
    return distance(point, next) * view.scale < LEAST_EDGE_PX ? null : between(point, next);
  });
}

/** Colours of a zone: [line, name]. Spheres take turns. */
function coloursOf(doc, zone) {
  const { sphere, outside, ladder } = DATA.colours;
  if (zone.raw.kind !== "sphere") return zone.raw.kind === "ladder" ? ladder : outside;
  const spheres = doc.zones.filter((one) => one.raw.kind === "sphere");
  return sphere[spheres.indexOf(zone) % sphere.length];
}

/** Draws all as it now stands. */
function showSheet() {
  const doc = shownDoc();
  byId("drawing").setAttribute("viewBox", `0 0 ${SIZE_MM[0]} ${SIZE_MM[1]}`);
  tint(doc);
  layer("printed", [PRINTED], () => PRINTED.map(([name, corners], i) => printedShape(name, corners, i)));
  layer("zones", [doc, state.zone], () => doc.zones.map((zone) => outlineShape(doc, zone)));
  layer("labels", [doc, language, view.scale], () => doc.zones.map((zone, i) => labelShape(doc, zone, i)));
  layer("faults", [doc], () => faults(doc).filter((fault) => fault.at).map((fault) => crossShape(fault.at)));
  layer("grips", [doc, state.zone, state.grip, state.shape, drawing.kind, view.scale], () => gripShapes(doc));
  showGhost();
  document.body.dataset.mode = drawing.kind ? "draw" : "look";
}

/** A layer of the drawing, drawn anew only where one of the things that it is made from is another one than before. */
function layer(name, from, shapes) {
  const svg = byId("drawing");
  const node = svg.querySelector(`:scope > [data-key="${name}"]`) ?? svg.appendChild(drawn("g", { "data-key": name }));
  if (node.from?.every((thing, i) => thing === from[i])) return;
  fill(node, ...shapes());
  node.from = from;
}

const painted = { doc: null };

/** The colours: where zones overlap, that of the later one alone. */
function tint(doc) {
  if (painted.doc === doc) return;
  painted.doc = doc;
  const canvas = byId("tint");
  const scale = Math.min(TINT_PX_PER_MM, MOST_TINT_PX / Math.max(...SIZE_MM));
  const [w, h] = SIZE_MM.map((mm) => Math.max(1, Math.round(mm * scale)));
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, w, h);
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  for (const zone of doc.zones) {
    const path = new Path2D();
    zone.raw.polygon_mm.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
    pen.globalCompositeOperation = "destination-out";
    pen.fillStyle = "#000";
    pen.fill(path, "evenodd");
    pen.globalCompositeOperation = "source-over";
    pen.fillStyle = coloursOf(doc, zone)[0] + TINT;
    pen.fill(path, "evenodd");
  }
}

function printedShape(name, corners, i) {
  const [left, top, right, bottom] = box(corners);
  return drawn("g", { class: "printed", "data-key": `p${i}` }, drawn("polygon", { "data-key": "p", points: svgPoints(corners) }),
    name ? drawn("g", { "data-key": "t", transform: `translate(${(left + right) / 2} ${(top + bottom) / 2})` }, drawn("text", { text: name })) : null);
}

function outlineShape(doc, zone) {
  const points = svgPoints(zone.raw.polygon_mm);
  const chosen = zone.key === state.zone;
  return drawn("g", { class: chosen ? "area chosen" : "area", "data-kind": zone.raw.kind, "data-key": zone.key },
    drawn("polygon", { class: "halo", "data-key": "halo", points }),
    drawn("polygon", { class: "edge", "data-key": "edge", points, stroke: coloursOf(doc, zone)[1] }));
}

/** Its number in the list and its name, in the roomiest part that counts; the number alone where the name has no room. */
function labelShape(doc, zone, i) {
  const name = labelOf(zone);
  const long = `${numberOf(doc, i)} ${name.length > LABEL_LONGEST ? `${name.slice(0, LABEL_LONGEST - 1)}…` : name}`;
  const at = labelPlace(doc, zone, i);
  const half = (long.length * LETTER_PX) / view.scale / 2;
  const fits = [-1, -0.5, 0.5, 1].every((part) => zoneAt(plus(at, [half * part, 0]), doc) === zone);
  const text = fits ? long : String(numberOf(doc, i));
  return drawn("g", { class: "area-label", "data-key": zone.key, transform: `translate(${svgPoints([at])})` },
    drawn("text", { "data-key": "t", dir: "auto", fill: coloursOf(doc, zone)[1], text }));
}

const numberOf = (doc, i) => doc.zones.length - i;

/** The point farthest from all borders around it; words are wide, so that room to the sides counts less. */
function labelPlace(doc, zone, i) {
  const polygon = zone.raw.polygon_mm;
  const outlines = [polygon, ...around(polygon, doc.zones.slice(i + 1).map((other) => other.raw.polygon_mm))];
  const known = labelPlaces.get(polygon);
  if (known && known.outlines.length === outlines.length && known.outlines.every((outline, k) => outline === outlines[k])) return known.at;
  const at = roomiest(outlines);
  labelPlaces.set(polygon, { outlines, at });
  return at;
}

const labelPlaces = new WeakMap();

/** In the first of some outlines and in none of the others. */
function roomiest(outlines) {
  const points = [...pointsIn(outlines[0], 16)].filter((at) => !outlines.slice(1).some((other) => inside(at, other)));
  if (!points.length) return middle(outlines[0]);
  if (outlines.flat().length > MANY_CORNERS) return points[Math.floor(points.length / 2)];
  const narrow = outlines.map((outline) => outline.map(([x, y]) => [x / 3, y]));
  const room = ([x, y]) => Math.min(...narrow.map((outline) => outline.reduce((least, point, k) =>
    Math.min(least, squareTo([x / 3, y], point, outline[(k + 1) % outline.length])), Infinity)));
  const rooms = points.map(room);
  return points[rooms.indexOf(Math.max(...rooms))];
}

/** Where an outline crosses itself. */
function crossShape([x, y]) {
  return drawn("g", { class: "cross", transform: `translate(${x} ${y})` }, drawn("g", { class: "fixed" }, drawn("path", { class: "halo", d: "M-9-9L9 9M9-9L-9 9" }),
    drawn("path", { class: "edge", d: "M-9-9L9 9M9-9L-9 9" })));
}

function gripShapes(doc) {
  const zone = zoneOf(state.zone, doc);
  if (!zone || drawing.kind) return [];
  const square = shapeMode(zone) === "whole";
  const frame = square ? [drawn("polygon", { class: "frame", points: svgPoints([0, 2, 4, 6].map((i) => boxGrips(zone.raw.polygon_mm)[i])) })] : [];
  const adds = pluses(zone).flatMap((at, i) => (at ? [gripShape(at, "add", `a${i}`, [drawn("circle", { r: 7 }), drawn("path", { d: "M-4 0h8M0-4v8" })])] : []));
  const small = square || zone.raw.polygon_mm.length <= FEW_CORNERS ? 6.5 : 4;
  const holds = grips(zone).map((at, i) => gripShape(at, i === state.grip ? "hold now" : "hold", `h${i}`,
    [square ? drawn("rect", { x: -6, y: -6, width: 12, height: 12 }) : drawn("circle", { r: i === state.grip ? 9 : small })]));
  return [...frame, ...adds, ...holds];
}

function gripShape([x, y], name, key, shapes) {
  return drawn("g", { class: `grip ${name}`, "data-key": key, transform: `translate(${x} ${y})` }, drawn("g", { class: "fixed" }, ...shapes));
}

/** What follows the pointer: coordinates, the zone that counts there, and the next edge of what is being drawn. */
function showHover() {
  const at = drawing.kind && drawing.byKeys ? drawing.cursor : pointers.hover;
  byId("coords").textContent = coordsText(at);
  if (drawing.kind) showGhost();
  const under = at && !drawing.kind && !pointers.drag ? hit(at, "mouse") : {};
  byId("poster").dataset.under = under.grip !== undefined || under.plus !== undefined ? "grip" : under.zone ? "zone" : "";
}

function coordsText(at) {
  if (!at || at[0] < -2 || at[1] < -2 || at[0] > SIZE_MM[0] + 2 || at[1] > SIZE_MM[1] + 2) return "";
  const [x, y] = snapped(at);
  const outline = state.dragged && shapeMode(zoneOf(state.zone)) === "whole" ? state.dragged.polygon : drawing.outline;
  if (outline) return say("at.size", sizeOf(outline));
  const zone = zoneAt(at);
  return say("at", { x, y }) + (zone && !drawing.kind ? ` · ${labelOf(zone)}` : "");
}

const sizeOf = (polygon) => {
  const [left, top, right, bottom] = box(polygon);
  return { w: round1(right - left), h: round1(bottom - top) };
};
const round1 = (v) => Math.round(v * 10) / 10;
const cornerOf = (polygon, i) => ({ n: i + 1, x: round1(polygon[i][0]), y: round1(polygon[i][1]) });
