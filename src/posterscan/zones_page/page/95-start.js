// Listening, and the beginning.

/** Buttons and lines of the list: what was pressed says what it does. */
function clicked(event) {
  const zone = event.target.closest("[data-zone]");
  const verb = event.target.closest("[data-verb]");
  const byHand = event.detail > 0;
  if (zone) chosenInList(zone.dataset.zone);
  else if (verb) {
    doVerb(verb.dataset.verb);
    if (byHand && document.activeElement === verb) byId("panel").focus({ preventScroll: true }); // so that keys work at once
  }
}

/** Chosen from the list: its whole shape is in sight. */
function chosenInList(key) {
  select(key);
  byId("panel").focus({ preventScroll: true });
  const polygon = zoneOf(key)?.raw.polygon_mm;
  if (polygon && !view.whole) moveTo(viewAt(middle([box(polygon).slice(0, 2), box(polygon).slice(2)]), view.scale));
}

function changed(event) {
  const { id, name, value } = event.target;
  const zone = zoneOf(state.zone);
  if (!zone) return;
  if (name === "kind") act("kind", withKind(zone, value), { label: labelOf(zone), kind: say(`kind.${value}`) });
  else if (id === "id") idTyped(value);
  else if (id.startsWith("at-")) numberTyped(id.slice(3), Number(value.replace(",", ".") || NaN));
}

/** The figures come into the fields again when they are left. */
function fieldLeft(event) {
  if (isTyping(event.target)) requestAnimationFrame(showPanel);
}

function listen() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("keydown", keyDown);
  document.addEventListener("focusout", fieldLeft);
  document.addEventListener("input", (event) => event.target.id === "label" && labelTyped(event.target.value));
  window.addEventListener("storage", otherWindowWrote);
  window.addEventListener("beforeunload", askBeforeLeaving);
  window.addEventListener("pagehide", writeNow);
  document.addEventListener("visibilitychange", () => document.hidden && writeNow());
  new ResizeObserver(viewResized).observe(byId("poster"));
  new MutationObserver(showSheet).observe(byId("drawing"), { attributeFilter: ["style"] }); // closer or farther: what has room is another
  listenToPointers();
}

function start() {
  saving.text = zonesText();
  saving.ids = new Set(BEGINNING.zones.map((zone) => zone.raw.id));
  view.sheet = SIZE_MM;
  Object.assign(byId("stage").style, { width: `${SIZE_MM[0] * STAGE_PX_PER_MM}px`, height: `${SIZE_MM[1] * STAGE_PX_PER_MM}px` });
  if (DATA.picture) byId("picture").src = DATA.picture.src;
  else byId("picture").hidden = true;
  takeUp();
  speak(readJson(`${STORE}/language`) ?? DATA.language);
  if (!write(`${STORE}/probe`, "1")) setNotice("storage", { words: () => say("storage.failed") });
  write(`${STORE}/probe`, null);
  listen();
  showView(wholeView());
  refresh();
  byId("panel").focus({ preventScroll: true });
  document.body.dataset.ready = "true";
}

start();
