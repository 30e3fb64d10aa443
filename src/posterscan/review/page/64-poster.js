// The poster: the rectified picture, and over it zones, cards, stickers and places to look at.

/** Draws the shown table as it now stands. The chosen card is drawn once more, over all others. */
function showPoster() {
  const { table } = state;
  const [w, h] = layoutOf(table).size_mm;
  byId("drawing").setAttribute("viewBox", `0 0 ${w} ${h}`);
  const { cards, items } = derived(table);
  layer("zones", [table], () => [zoneLayer(table)]);
  layer("cards", [cards], () => cards.map((card) => cardShape(card, false)));
  layer("chosen", [cards, state.item], () => cards.filter((card) => state.item === `card:${card.id}`).map((card) => cardShape(card, true)));
  layer("stickers", [cards], () => stickerRings(table));
  layer("checks", [cards, state.item], () => items.filter((item) => item.check?.center_mm).map(checkShape));
  layer("ghost", [{}], ghostShapes);
  document.body.dataset.mode = drawing.on ? "draw" : state.mode;
}

/** A layer of the drawing, drawn anew only where one of the things that it is made from is another one than before. */
function layer(name, from, shapes) {
  const svg = byId("drawing");
  const node = svg.querySelector(`:scope > [data-key="${name}"]`) ?? svg.appendChild(drawn("g", { "data-key": name }));
  if (node.from?.every((thing, i) => thing === from[i])) return;
  fill(node, ...shapes());
  node.from = from;
}

/** Shows another table's sheet and picture. */
function showSheet(table) {
  view.sheet = layoutOf(table).size_mm;
  const [w, h] = times(view.sheet, STAGE_PX_PER_MM);
  Object.assign(byId("stage").style, { width: `${w}px`, height: `${h}px` });
  const picture = byId("picture");
  picture.hidden = !table.record.picture;
  byId("missing").hidden = Boolean(table.record.picture);
  byId("missing").textContent = say("no-picture");
  if (table.record.picture) picture.src = table.record.picture.src;
  else picture.removeAttribute("src");
  paint(null);
  showView(wholeView());
}

/**
 * The picture as it is seen. A browser keeps the pixels of pictures that it showed before, 32 MB each; those of a canvas go
 * when the next ones come.
 */
async function pictureLoaded() {
  const picture = byId("picture");
  const { src } = picture;
  const pixels = await createImageBitmap(picture);
  if (picture.src === src) paint(pixels);
  else pixels.close();
  drawCrop();
}

function paint(pixels) {
  byId("sheet").getContext("bitmaprenderer").transferFromImageBitmap(pixels);
}

function pictureMissing() {
  const src = state.table.record.picture?.src ?? "";
  byId("picture").hidden = true;
  byId("missing").hidden = false;
  byId("missing").textContent = say("picture-missing", { src: src.startsWith("data:") ? "" : src });
}

function zoneLayer(table) {
  const taken = derived(table).cards.map((card) => box(card.outline));
  return drawn("g", { "data-key": "all" }, ...layoutOf(table).zones.flatMap((zone, i) => {
    const { at, text } = zoneLabelled(table, zone, i, taken);
    return [
      drawn("polygon", { class: "zone", "data-key": `zone-${zone.id}`, points: svgPoints(zone.polygon_mm) }),
      drawn("g", { "data-key": `label-${zone.id}`, transform: `translate(${svgPoints([at])})` },
        drawn("text", { class: "zone-label", "data-key": "t", dir: "auto", text })),
    ];
  }));
}

const LONGEST_TITLE = 60;

/** A zone's key and its name, and its key alone: the panel has the name in full. */
function zoneTitles(zone, i) {
  const name = zone.label || zone.id;
  const short = name.length > LONGEST_TITLE ? `${name.slice(0, LONGEST_TITLE - 1)}…` : name;
  return i < 9 ? [`${i + 1} ${short}`, String(i + 1)] : [short];
}

const LABEL_PX = [8, 18]; // of a letter, about: wide and high

/** The zone's label where it covers no card and no other label: by its name, else by its key. `taken` gets the label's own place. */
function zoneLabelled(table, zone, i, taken) {
  const titles = zoneTitles(zone, i);
  const places = labelPlaces(table, zone, i);
  for (const text of titles) {
    const [w, h] = [text.length * LABEL_PX[0], LABEL_PX[1]].map((px) => px / wholeView().scale);
    const room = ([x, y]) => [x - w / 2, y - h, x + w / 2, y + h / 4];
    const at = places.find((place) => !taken.some((other) => overlap(room(place), other)));
    if (at) return taken.push(room(at)), { at, text };
  }
  return { at: places[0] ?? middle(zone.polygon_mm), text: titles[titles.length - 1] };
}

/** Points in a zone with no later zone over them, from the top down. */
function labelPlaces(table, zone, i) {
  const [left, top, right, bottom] = box(zone.polygon_mm);
  const later = layoutOf(table).zones.slice(i + 1);
  const rows = Array.from({ length: 24 }, (_, row) => top + ((row + 0.7) * (bottom - top)) / 24);
  return rows.flatMap((y) => [0.5, 0.3, 0.7, 0.16, 0.84].map((part) => [left + (right - left) * part, y]))
    .filter((at) => inside(at, zone.polygon_mm) && !later.some((other) => inside(at, other.polygon_mm)));
}

/** Whether two boxes share any place. */
function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function cardShape(card, chosen) {
  const points = svgPoints(card.outline);
  return drawn("g", { class: chosen ? "card chosen" : "card", "data-card": card.id, "data-state": card.state, "data-key": `card-${card.id}` },
    drawn("polygon", { class: "halo", "data-key": "halo", points }),
    drawn("polygon", { class: "edge", "data-key": "edge", points }),
    badge(card));
}

/** The state's sign at the card's upper left corner, as large at any zoom; the sure ones have none. */
function badge(card) {
  if (card.state === "sure") return null;
  const corner = [...card.outline].sort((a, b) => a[0] + a[1] - b[0] - b[1])[0];
  return drawn("g", { class: "badge", "data-key": "badge", transform: `translate(${svgPoints([corner])})` },
    drawn("g", { class: "fixed", "data-key": "fixed" }, drawn("circle", { "data-key": "c", r: 10 }),
      drawn("use", { "data-key": "u", href: `#sign-${card.state}`, x: -8, y: -8, width: 16, height: 16 })));
}

function stickerRings(table) {
  const ring = (sticker, card, index) => drawn("g", { class: "ring", "data-key": `s-${card ?? ""}-${index}` },
    ...["sticker-halo", "sticker"].map((name) => drawn("circle", { class: name, "data-key": name, "data-card": card ?? "", "data-index": index,
      cx: sticker.center_mm[0], cy: sticker.center_mm[1], r: (sticker.diameter_mm || 12) / 2 + 1 })));
  const on = derived(table).cards.filter((card) => !card.gone).flatMap((card) => card.items.map((sticker, i) => ring(sticker, card.id, i)));
  return [...on, ...looseStickers(table).map(({ sticker, index, card }) => ring(sticker, card ? card.id : null, index))];
}

function checkShape(item) {
  const { center_mm: at, area_mm2: area, key } = item.check;
  const r = Math.max(12, Math.sqrt((area || 0) / Math.PI));
  const shape = [[0, -r], [r, 0], [0, r], [-r, 0]].map((corner) => plus(at, corner));
  return drawn("g", { class: state.item === item.id ? "check chosen" : "check", "data-check": key, "data-key": `check-${key}`,
    "data-state": item.done ? "right" : "todo" },
    drawn("polygon", { class: "halo", "data-key": "halo", points: svgPoints(shape) }),
    drawn("polygon", { class: "edge", "data-key": "edge", points: svgPoints(shape) }));
}

/** The outline that is being drawn or dragged. */
function ghostShapes() {
  const outline = drawing.outline ?? state.dragged;
  if (!outline) return [];
  const top = drawing.on ? [drawn("line", { class: "ghost-top", x1: outline[0][0], y1: outline[0][1], x2: outline[1][0], y2: outline[1][1] })] : [];
  return [drawn("polygon", { class: "ghost", points: svgPoints(outline) }), ...top];
}

/** Moves the view to what is chosen. */
function showItem() {
  const card = chosenCard();
  const check = chosenItem()?.check;
  if (card) moveTo(cardView(card.outline));
  else if (check?.center_mm) moveTo(viewAt(check.center_mm, Math.max(wholeView().scale * 2.2, 2)));
  else moveTo(wholeView());
}
