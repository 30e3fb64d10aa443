// Drawing a card's outline: by dragging a rectangle, by a press for a card of the usual size, or by keys.

const STEP_MM = 2;
const TURN_DEG = 2;
const SMALLEST_MM = 8;
/** `card`: whose outline is drawn anew; null: a card that was missed. */
const drawing = { on: false, card: null, outline: null };

/** Begins: a card of the usual size in the middle of the view, or the chosen card's own outline. */
function startDrawing(card = null) {
  setMode("look");
  Object.assign(drawing, { on: true, card, outline: card ? card.outline : uprightAt(viewMiddle(), catalogueOf(state.table).card_size_mm) });
  byId("poster").focus({ preventScroll: true });
  showMode();
  showPoster();
}

function stopDrawing() {
  Object.assign(drawing, { on: false, card: null, outline: null });
  showMode();
  showPoster();
}

/** Puts the card where it is drawn. */
function putDrawn() {
  const { card, outline } = drawing;
  stopDrawing();
  if (card) return act("redraw", redrawChanges(state.table, card, outline));
  const changes = addChanges(state.table, outline);
  state.item = `card:${changes[0].card}`;
  act("add", changes);
  showItem();
  return focusText();
}

/** A drag draws an upright rectangle and puts it. */
function drawDrag(start) {
  const from = toSheet(...start);
  const former = drawing.outline;
  return {
    move: (at) => { drawing.outline = uprightBetween(from, toSheet(...at)); showPoster(); },
    end: () => {
      const [left, top, right, bottom] = box(drawing.outline);
      if (Math.min(right - left, bottom - top) >= SMALLEST_MM) return putDrawn();
      drawing.outline = former;
      return showPoster();
    },
    stop: () => { drawing.outline = former; showPoster(); },
  };
}

/** A press puts a card of the usual size, or the card as it is drawn, with its middle there. */
function drawAt(at) {
  drawing.outline = moved(drawing.outline, minus(at, middle(drawing.outline)));
  putDrawn();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Whether the key was one for drawing. */
function drawKey(event) {
  const arrow = ARROWS[event.key];
  if (event.key === "Enter" && !event.target.closest?.("button")) putDrawn();
  else if (event.key === "Escape") stopDrawing();
  else if (arrow && event.shiftKey) changeDrawn(turned(drawing.outline, TURN_DEG * (arrow[0] + arrow[1])));
  else if (arrow) changeDrawn(moved(drawing.outline, times(arrow, STEP_MM)));
  else return false;
  return true;
}

function changeDrawn(outline) {
  drawing.outline = outline;
  showPoster();
}

/** Dragging the chosen card says in which zone it belongs; it stays drawn where it lies in the photo. */
function zoneDrag(id, start) {
  const card = cardOf(state.table, id);
  const from = toSheet(...start);
  const stop = () => { state.dragged = null; showPoster(); };
  return {
    move: (at) => { state.dragged = moved(card.outline, minus(toSheet(...at), from)); showPoster(); },
    end: () => {
      const zone = zoneAt(state.table, middle(state.dragged));
      stop();
      act("drag", zoneChanges(state.table, card, zone ? zone.id : null), zoneLabel(state.table, zone ? zone.id : null));
    },
    stop,
  };
}

/** In the mode for stickers: a ring is taken away, elsewhere one is put. */
function pressSticker(target, at) {
  const ring = target.closest?.("circle.sticker, circle.sticker-halo");
  const id = ring ? ring.dataset.card || null : cardAt(state.table, at)?.id ?? null;
  const changes = ring ? stickerAwayChanges(state.table, id, Number(ring.dataset.index)) : stickerChanges(state.table, at);
  if (id !== null) state.item = `card:${id}`;
  act(id === null ? "loose" : "stickers", changes);
}

/** What the pointer does on the poster: "look" or "stickers". */
function setMode(mode) {
  if (drawing.on) stopDrawing();
  state.mode = mode;
  showMode();
  showPoster();
}

/** The strip over the poster that says what a press does now. */
function showMode() {
  const stickers = state.mode === "stickers";
  byId("mode").hidden = !drawing.on && !stickers;
  const touch = matchMedia("(hover: none)").matches;
  byId("mode-hint").textContent = drawing.on ? say(touch ? "hint.add.touch" : "hint.add") : stickers ? say("hint.stickers") : "";
  const buttons = drawing.on ? [["turn-left", "↺"], ["turn-right", "↻"], ["put"], ["cancel"]] : [["stop"]];
  fill(byId("mode-buttons"), ...buttons.map(([verb, mark]) => verbButton(verb, mark ?? say(verb), mark ? { "aria-label": say(verb), title: say(verb) } : {})));
  showTools();
}

/** What is drawn, with the card on it turned a quarter: a flat card stands up, with its middle where it was. */
function quarterTurn(clockwise) {
  return turned(drawing.outline, clockwise ? 90 : -90);
}
