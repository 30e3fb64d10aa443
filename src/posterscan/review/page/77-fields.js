// The fields of a card, each with what is doubted of it, what it was measured as, and the keys that change it.

const CARD_TEXT_ROWS = 2;

/** A field with its label; `about`: the reasons that stand by it. */
function block(key, label, card, { abouts = [], fields = [], beside = [] }, ...children) {
  return make("div", { class: "block", "data-key": key, "data-block": key }, label, ...reasonLines(card, abouts), ...differenceLines(card, [...fields, ...beside]),
    ...children, ...fields.map((field) => measuredLine(card, field)));
}

const hint = (key) => make("kbd", { text: key, "aria-hidden": "true", "data-key": `hint-${key}` });

function textBlock(card) {
  const label = make("label", { for: "text", class: "label", "data-key": "label" }, make("span", { text: say("text") }), hint("t"));
  const field = make("textarea", { id: "text", rows: CARD_TEXT_ROWS, dir: "auto", role: "combobox", "aria-expanded": "false", "aria-controls": "suggestions",
    "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "true", lang: "nl", enterkeyhint: "next",
    "data-card": card.id, "data-key": `text-${card.id}`, value: card.text });
  const list = make("ul", { id: "suggestions", role: "listbox", "aria-label": say("suggestions"), "data-key": `list-${card.id}`, hidden: true });
  const handwritten = make("label", { class: "check-line", "data-key": "by-hand" },
    make("input", { type: "checkbox", id: "handwritten", checked: card.handwritten }), make("span", { text: say("handwritten") }));
  return block("text", label, card, { abouts: ["text"], fields: ["text.value", "text.handwritten"], beside: ["catalogue_id"] },
    make("div", { class: "combo", "data-key": "combo" }, field, list), readingButtons(card), handwritten);
}

/** What the readers made of it besides. */
function readingButtons(card) {
  const others = [...new Set(card.readings)].filter((text) => text && text !== card.text);
  if (!others.length) return null;
  return make("div", { class: "readings", "data-key": "readings" }, make("span", { text: say("also-read") }),
    ...others.map((text, i) => verbButton("reading", text, { class: "choice", dir: "auto", "data-value": text, "data-key": `reading-${i}`,
      "aria-label": say("take-reading", { text }) })));
}

function zoneBlock(card) {
  const zones = layoutOf(state.table).zones;
  const known = card.zone === null || zones.some((zone) => zone.id === card.zone);
  const options = [...zones.map((zone, i) => [zone.id, zone.label || zone.id, i < 9 ? String(i + 1) : ""]),
    ...(known ? [] : [[card.zone, card.zone, ""]]), ["", say("zone.none"), "0"]];
  return make("fieldset", { class: "block", "data-key": "zone", "data-block": "zone" }, make("legend", { class: "label", text: say("zone") }),
    ...reasonLines(card, ["zone"]), ...differenceLines(card, ["zone.id"]),
    make("div", { class: "zones", "data-key": "zones" }, ...options.map(([id, label, key]) => make("label", { class: "zone-option", "data-key": `zone-${id}` },
      make("input", { type: "radio", name: "zone", value: id, checked: (card.zone ?? "") === id }), make("span", { dir: "auto", text: label }), key ? hint(key) : null))),
    measuredLine(card, "zone.id"));
}

function stickersBlock(card) {
  return block("stickers", make("p", { class: "label", "data-key": "label" }, make("span", { text: say("stickers") })), card,
    { abouts: ["stickers"], fields: ["stickers.count"], beside: ["stickers.items"] },
    make("div", { class: "counter", "data-key": "counter" },
      verbButton("minus", "−", { "aria-label": say("stickers.minus"), title: say("stickers.minus") }),
      make("output", { id: "count", "aria-label": say("stickers"), "data-key": "count", text: String(card.count) }),
      verbButton("plus", "+", { "aria-label": say("stickers.plus"), title: say("stickers.plus") }),
      verbButton("stickers", say("stickers.point"), { key: "g", title: say("stickers.mode"), "aria-pressed": String(state.mode === "stickers"), "data-key": "panel-stickers" })));
}

function kindBlock(card) {
  return choiceBlock(card, "kind", "kind", card.kind, "i", []);
}

function sideBlock(card) {
  return choiceBlock(card, "side", "side", card.side, "k", ["side"]);
}

/** A value out of a few: the button shows which it is, and takes the next one. */
function choiceBlock(card, verb, field, value, key, abouts) {
  return block(verb, make("p", { class: "label", "data-key": "label" }, make("span", { text: say(field) })), card, { abouts, fields: [field] },
    make("div", { class: "turn", "data-key": "turn" }, make("strong", { text: say(`${field}.${value}`), "data-key": "value" }),
      verbButton(verb, say(`${field}.change`), { key })));
}

function noteBlock(card) {
  const label = make("label", { for: "note", class: "label", "data-key": "label" }, make("span", { text: say("note") }), hint("w"));
  return block("note", label, card, {},
    make("input", { id: "note", type: "text", dir: "auto", autocomplete: "off", placeholder: say("note.hint"), "data-card": card.id, "data-key": `note-${card.id}`, value: card.note }));
}
