// What stands on a card's back: its picture, the argument and what was ticked; and backs that nobody knows the card of yet.

const STANCES = ["yes", "no", "doubt"];
const BACK = "back:";

/** The back of a card: measured with it, or given to it by a reviewer. */
function backOf(table, id) {
  const measured = table.measured.get(id);
  if (measured?.argument) return { id: null, argument: measured.argument, stance: measured.stance, crop: measured.back, needs_review: [] };
  return (table.record.backs ?? []).find((back) => valueNow(table, null, BACK + back.id) === id) ?? null;
}

function backBlock(card) {
  const back = backOf(state.table, card.id);
  if (!back) return null;
  const label = make("label", { for: "argument", class: "label", "data-key": "label" }, make("span", { text: say("argument") }));
  const field = make("textarea", { id: "argument", rows: 3, dir: "auto", lang: "nl", spellcheck: "true", "data-card": card.id,
    "data-key": `argument-${card.id}`, value: card.argument });
  return block("argument", label, card, { abouts: ["argument"], fields: ["argument.value"] }, backPicture(back), field,
    back.stance ? stanceChoice(card) : null);
}

function backPicture(back) {
  return back.crop ? make("img", { class: "crop", "data-key": "back-crop", src: back.crop, alt: say("back.crop"), draggable: "false" }) : null;
}

function stanceChoice(card) {
  return make("fieldset", { "data-key": "stance", class: "stance" }, make("legend", { class: "label", text: say("stance") }),
    ...reasonLines(card, ["stance"]), ...differenceLines(card, ["stance.value"]),
    make("div", { class: "zones", "data-key": "stances" }, ...[...STANCES, ""].map((value) => make("label", { class: "zone-option", "data-key": `stance-${value}` },
      make("input", { type: "radio", name: "stance", value, checked: (card.stance ?? "") === value }), make("span", { text: say(`stance.${value || "none"}`) })))),
    measuredLine(card, "stance.value"));
}

/** Takes what was typed as the argument, if anything. */
function takeArgument() {
  const field = byId("argument");
  const card = chosenCard();
  if (field && card && field.dataset.card === card.id && tidy(field.value) !== tidy(card.argument)) {
    act("argument", [change(state.table, card.id, "argument.value", tidy(field.value))]);
  }
}

/** Backs without a card, as things to look at. */
function backItems(table) {
  return (table.record.backs ?? []).map((back) => {
    const key = `${BACK}${back.id}`;
    const done = valueNow(table, null, key) !== null || Boolean(valueNow(table, null, `check:${key}`));
    return { id: `check:${key}`, card: null, check: { key, code: "backs-unpaired", message: back.name || back.argument.value, center_mm: null, back }, done };
  });
}

/** What is read on a back, and of which card it is. */
function backPanel({ back }) {
  const now = valueNow(state.table, null, BACK + back.id);
  const free = derived(state.table).cards.filter((card) => !card.gone && (card.id === now || !backOf(state.table, card.id)));
  const named = free.map((card) => [card.id, card.text || say("no-text")]).sort((a, b) => a[1].localeCompare(b[1]));
  const options = [["?", say("back.unknown")], ...named, ["", say("back.nowhere")]];
  return [backPicture(back), make("p", { dir: "auto", "data-key": "argument", text: back.argument.value || say("no-text") }),
    back.stance ? make("p", { "data-key": "stance", text: say(`stance.${back.stance.value ?? "none"}`) }) : null,
    make("label", { class: "label", for: "front", "data-key": "front-label", text: say("back.which") }),
    make("select", { id: "front", "data-back": back.id, "data-key": `front-${back.id}-${now}` }, ...options.map(([value, text]) =>
      make("option", { value, text, selected: (now ?? "?") === value })))];
}

/** Stance and front: chosen, not typed. */
function backChanged(target) {
  const card = chosenCard();
  if (target.name === "stance" && card) act("stance", [change(state.table, card.id, "stance.value", target.value || null)]);
  if (target.id === "argument") takeArgument();
  if (target.id === "front") {
    const to = target.value === "?" ? null : target.value;
    act("front", [change(state.table, null, BACK + target.dataset.back, to)], to ? cardOf(state.table, to).text : say(to === null ? "back.unknown" : "back.nowhere"));
  }
}

Object.assign(WORDS, {
  "argument": ["Argumentatie (achterkant)", "Argument (back)"],
  "back.title": ["Achterkant: {text}", "Back: {text}"],
  "back.crop": ["De achterkant van het kaartje", "The back of the card"],
  "back.which": ["Van welk kaartje is dit de achterkant?", "Which card is this the back of?"],
  "back.unknown": ["nog niet gekozen", "not chosen yet"],
  "back.nowhere": ["telt niet mee", "does not count"],
  "stance": ["Aangekruist", "Ticked"],
  "stance.yes": ["zeker wel", "surely"],
  "stance.no": ["zeker niet", "surely not"],
  "stance.doubt": ["twijfel", "in doubt"],
  "stance.none": ["niets", "nothing"],
  "about.argument": ["argumentatie", "argument"],
  "about.stance": ["aangekruist", "ticked"],
  "did.argument": ["Argumentatie: {value}", "Argument: {value}"],
  "did.stance": ["Aangekruist: {value}", "Ticked: {value}"],
  "did.front": ["Achterkant van: {value}", "Back of: {value}"],
});
