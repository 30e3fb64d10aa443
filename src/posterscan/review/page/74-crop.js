// The chosen card, upright: its own picture, or cut from the poster's for a card that has none.

const CROP_PX = 720;
const RIM_MM = 2;

function cropFigure(card) {
  const alt = say("crop");
  const content = card.crop
    ? make("img", { class: "crop", "data-key": `crop-${card.id}`, src: card.crop, alt, draggable: "false" })
    : make("canvas", { class: "crop", "data-key": `canvas-${card.id}`, "data-card": card.id, role: "img", "aria-label": alt, width: CROP_PX, height: CROP_PX / 1.5 });
  return make("figure", { class: "figure" }, content);
}

/** Draws the chosen card from the poster's picture, where the panel has a place for it. */
function drawCrop() {
  const canvas = byId("panel").querySelector("canvas.crop");
  const card = chosenCard();
  if (canvas && card && !card.crop) cutOut(canvas, card.outline);
}

/** Cuts an outline from the poster's picture, upright, with a small rim. */
function cutOut(canvas, outline) {
  const picture = byId("picture");
  const [origin, right, , down] = outline;
  const size = [distance(origin, right) + 2 * RIM_MM, distance(origin, down) + 2 * RIM_MM];
  canvas.width = CROP_PX;
  canvas.height = Math.round((CROP_PX * size[1]) / size[0]);
  if (!picture.complete || !picture.naturalWidth) return;
  const perMm = CROP_PX / size[0];
  const mmPerPx = view.sheet[0] / picture.naturalWidth;
  const along = times(minus(right, origin), 1 / distance(origin, right));
  const across = [-along[1], along[0]];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
  const k = perMm * mmPerPx;
  const pen = canvas.getContext("2d");
  pen.setTransform(k * along[0], k * across[0], k * along[1], k * across[1],
    perMm * (RIM_MM - dot(origin, along)), perMm * (RIM_MM - dot(origin, across)));
  pen.drawImage(picture, 0, 0);
}

/** A card's picture for a list: small, and loaded when it comes into sight. */
function thumb(card) {
  if (card.crop) return make("img", { class: "thumb", src: card.crop, alt: "", loading: "lazy" });
  const canvas = make("canvas", { class: "thumb" });
  cutOut(canvas, card.outline);
  return canvas;
}

/** Loads the next card's picture ahead, so that going on is instant. */
function loadAhead() {
  const next = nextOpen(state.table, state.item);
  if (next?.card?.crop) new Image().src = next.card.crop;
}
