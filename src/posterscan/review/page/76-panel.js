// The panel of what is chosen: a card with its fields, or a place on the poster to look at.

function showPanel() {
  const item = chosenItem();
  const card = chosenCard();
  const content = card ? cardPanel(card, item) : item ? checkPanel(item) : restPanel();
  fill(byId("panel"), ...content);
  fitText();
  drawCrop();
}

/** Another item begins at its top, also where the panel stands below the poster. */
function panelFromTop() {
  const panel = byId("panel");
  panel.querySelector(".panel-body")?.scrollTo(0, 0);
  if (panel.getBoundingClientRect().top < parseFloat(getComputedStyle(panel).scrollMarginTop) - 1) panel.scrollIntoView({ block: "start" });
}

/** Title and state. */
function panelHead(title, state) {
  return make("div", { class: "panel-head", "data-key": "head" }, make("h2", { id: "panel-title", text: title }),
    state ? make("p", { class: "state", "data-state": state, "data-key": "state" }, sign(state), make("span", { text: say(`state.${state}`) })) : null);
}

function cardPanel(card, item) {
  return [
    panelHead(headOf(card, item), card.state),
    make("div", { class: "panel-body", "data-key": "body" },
      make("div", { class: "seen", "data-key": "seen" }, cropFigure(card), ...reasonLines(card, ["card", "outline"]), ...differenceLines(card, REST_FIELDS),
        mergedLine(card), measuredLine(card, "polygon_mm")),
      textBlock(card), zoneBlock(card),
      make("div", { class: "three", "data-key": "three" }, stickersBlock(card), kindBlock(card), sideBlock(card)),
      backBlock(card), noteBlock(card), reshapeButtons(card)),
    panelFoot(say("right")),
  ];
}

/** Fields of differences that have no block of their own. */
const REST_FIELDS = ["polygon_mm", "deleted", "merged_into", "added", "checked", "note"];

/** What is left asks; a sample asks as all others do. */
function headOf(card, item) {
  if (item && !item.done) return say(card.record ? "head.todo" : "head.added");
  return say(`head.${card.state}`);
}

function mergedLine(card) {
  if (card.mergedInto === null) return null;
  const into = cardOf(state.table, card.mergedInto);
  return make("p", { "data-key": "merged", dir: "auto", text: say("merged-into", { text: into ? into.text || say("no-text") : card.mergedInto }) });
}

/** Beside each value: why it is doubted. */
function reasonLines(card, abouts) {
  const codes = card.reasons.filter((code) => abouts.includes(DATA.reasons[code]?.about ?? "card"));
  return codes.map((code) => make("p", { class: "reason", "data-key": `reason-${code}` }, sign("todo"), make("span", { text: told(DATA.reasons[code]) || code })));
}

/** What was measured, where that is no longer what stands. */
function measuredLine(card, field) {
  if (!card.record || !card.fields.includes(field)) return null;
  const value = shown(state.table, field, measuredValue(state.table, card.id, field));
  return make("p", { class: "measured", "data-key": `measured-${field}` }, make("span", { class: "clamp", dir: "auto", text: say("measured", { value }) }),
    verbButton("measured", say("put-back"), { class: "link", "data-field": field, "data-key": `back-${field}`,
      "aria-label": say("put-back.about", { field: fieldLabel(field) }) }));
}

/** Two reviewers differ: both values as buttons, the one that stands first. */
function differenceLines(card, fields) {
  const along = card.differences.flatMap((difference) => ALONG[difference.field] ?? []);
  const open = card.differences.filter(({ field }) => fields.includes(field) && !along.includes(field));
  return [...new Set(open.map((difference) => difference.field))]
    .map((field) => differenceLine(card.id, field, open.filter((difference) => difference.field === field)));
}

function differenceLine(id, field, differences) {
  const now = valueNow(state.table, id, field);
  const words = [{ value: now, who: say("now") }, ...differences.map((theirs) => ({ value: theirs.value, who: theirs.by || say("somebody"), theirs }))];
  return make("div", { class: "differ", "data-key": `differ-${field}` },
    make("p", { text: differWords(field) }),
    ...words.map(({ value, who, theirs }, i) => verbButton("decide", `${shown(state.table, field, value)} (${who})`, { class: "choice", dir: "auto",
      "data-field": field, "data-theirs": theirs ? state.table.differences.indexOf(theirs) : -1, "data-card": id ?? "", "data-key": `decide-${field}-${i}` })));
}

function reshapeButtons(card) {
  return make("div", { class: "reshape", "data-key": "reshape" },
    verbButton("delete", say(card.gone ? "restore" : "delete"), { key: "x" }),
    ...(card.gone ? [] : [verbButton("split", say("split"), { key: "s" }), verbButton("merge", say("merge"), { key: "m" }),
      verbButton("redraw", say("redraw"), { key: "d" })]));
}

/** Always in sight: what is right, and where to go. */
function panelFoot(word) {
  return make("div", { class: "panel-foot", "data-key": "foot" },
    verbButton("previous", say("previous"), { key: "p" }), verbButton("right", word, { class: "primary", key: "Enter" }), verbButton("next", say("next"), { key: "n" }));
}

function checkPanel(item) {
  const words = checkWords(item.check);
  const differences = item.check.difference && !item.done ? [item.check.difference] : [];
  return [
    panelHead(say(item.done ? "head.check.done" : "head.check"), item.done ? "right" : "todo"),
    make("div", { class: "panel-body one", "data-key": "body" },
      make("p", { class: "reason large", "data-key": "title" }, sign("todo"), make("span", { text: words.title })),
      words.more ? make("p", { class: "clamp", dir: "auto", "data-key": "more", text: words.more }) : null,
      ...differences.map((difference) => differenceLine(difference.card, difference.field, [difference])),
      ...(item.check.back ? backPanel(item.check) : []),
      make("div", { class: "reshape", "data-key": "reshape" }, verbButton("add", say("add"), { key: "v", "data-key": "panel-add" }),
        verbButton("stickers", say("stickers.mode"), { key: "g", "data-key": "panel-stickers" }))),
    panelFoot(say("seen")),
  ];
}

/** Nothing is chosen, or nothing is left. */
function restPanel() {
  const finished = tables.every((table) => leftIn(table) === 0);
  const hint = finished ? (DATA.served ? "hint.finished.served" : "hint.finished") : "hint.nothing";
  return [
    panelHead(say(finished ? "head.finished" : "head.nothing"), finished ? "right" : null),
    make("div", { class: "panel-body one", "data-key": "body" }, make("p", { "data-key": "hint", text: say(hint) }),
      finished ? verbButton("save", say("save"), { class: "primary", "data-key": "finish", id: "finish" }) : null),
  ];
}
