// Listening, and the beginning.

/** Buttons, lines of the list, tables and options: what was pressed says what it does. */
function clicked(event) {
  const at = (selector) => event.target.closest(selector);
  const byHand = event.detail > 0;
  const item = at("[data-item]");
  const table = at("[data-table]");
  const into = at("[data-into]");
  const verb = at("[data-verb]");
  if (item) chosen(item.dataset.item);
  else if (table) { openDialog()?.close(); openTable(tableByName.get(table.dataset.table)); }
  else if (into) mergeInto(into.dataset.into);
  else if (verb) {
    doVerb(verb.dataset.verb, verb);
    if (byHand && document.activeElement === verb) byId("panel").focus({ preventScroll: true });
  }
}

/** Chosen from the list: the panel has the focus, so that Enter says it is right. */
function chosen(id) {
  select(id);
  byId("panel").focus({ preventScroll: true });
}

/** Fields that are no text: zone and handwritten. */
function changed(event) {
  const card = chosenCard();
  if (event.target.name === "zone" && card) act("zone", zoneChanges(state.table, card, event.target.value || null));
  else if (event.target.id === "handwritten") doVerb("handwritten");
  else backChanged(event.target);
  if (event.target.id === "by") write(`${STORE}/by`, event.target.value);
}

function listen() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("keydown", keyDown);
  document.addEventListener("input", (event) => event.target.id === "text" && textTyped());
  document.addEventListener("focusout", (event) => ["text", "note", "argument"].includes(event.target.id) && takeTyped());
  document.addEventListener("pointerdown", optionPressed);
  byId("picture").addEventListener("error", pictureMissing);
  byId("picture").addEventListener("load", pictureLoaded);
  window.addEventListener("storage", otherWindowWrote);
  window.addEventListener("beforeunload", askBeforeLeaving);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  window.addEventListener("beforeprint", showPaper);
  matchMedia("print").addEventListener("change", (event) => event.matches && showPaper());
  new ResizeObserver(viewResized).observe(byId("poster"));
  listenToPointers();
}

/** Before the field loses the focus, and with it the list. */
function optionPressed(event) {
  const option = event.target.closest?.("[data-option]");
  if (!option) return;
  event.preventDefault();
  takeOption(Number(option.dataset.option));
}

function leave() {
  takeTyped();
  writeNow();
}

function start() {
  byId("by").value = read(`${STORE}/by`) ?? "";
  takeUp();
  speak(read(`${STORE}/language`) ?? DATA.language);
  listen();
  const first = tables.find((table) => leftIn(table) > 0);
  openTable(first ?? tables[0]);
  tellFormerWork();
  byId("panel").focus({ preventScroll: true });
  if (DATA.served && anyUnsaved()) postSoon(0);
  document.body.dataset.ready = "true";
}

start();
