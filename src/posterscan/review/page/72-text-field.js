// The text field with the catalogue's texts below it: a combobox with a list (ARIA authoring practices).

const MAX_LINES_PX = 132;
const typing = { options: [], active: -1 };

const textField = () => byId("text");

/** Puts the caret in the text, all of it selected. */
function focusText() {
  const field = textField();
  if (!field) return;
  field.focus();
  field.select();
}

/** Whether something was typed that is not taken yet. */
function isTyped() {
  const card = chosenCard();
  return Boolean(textField() && card && textField().dataset.card === card.id && tidy(textField().value) !== tidy(card.text));
}

/** As it goes into the data: no blanks at the ends, and lines that end as a field ends them. */
const tidy = (text) => text.replace(/\r\n?/g, "\n").trim();
/** A note as its field of one line shows it. */
const inOneLine = (text) => text.replace(/[\r\n]/g, "").trim();

/** Takes what was typed, if anything; also the note. */
function takeTyped() {
  closeOptions();
  takeArgument();
  if (isTyped()) act("text", textChanges(state.table, chosenCard(), tidy(textField().value)));
  const note = byId("note");
  const card = chosenCard();
  if (note && card && note.dataset.card === card.id && inOneLine(note.value) !== inOneLine(card.note)) {
    act("note", [change(state.table, card.id, "note", inOneLine(note.value))]);
  }
}

/** Leaves the field as it was. */
function forgetTyped() {
  const field = textField();
  field.value = chosenCard()?.text ?? "";
  fitText();
  closeOptions();
  byId("panel").focus({ preventScroll: true });
}

/** The field is as high as its text, up to a few lines; then it scrolls. */
function fitText() {
  const field = textField();
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(MAX_LINES_PX, field.scrollHeight + 4)}px`;
}

function textTyped() {
  fitText();
  typing.options = suggestions(catalogueOf(state.table), textField().value);
  typing.active = -1;
  showOptions();
}

/** Whether the key was one for the field or its list. */
function textKey(event) {
  const open = typing.options.length > 0;
  if (event.key === "Escape" && open && typing.active >= 0) activate(-1);
  else if (event.key === "Escape") forgetTyped();
  else if (event.key === "ArrowDown" && open) activate((typing.active + 2) % (typing.options.length + 1) - 1);
  else if (event.key === "ArrowUp" && open) activate((typing.active + typing.options.length + 1) % (typing.options.length + 1) - 1);
  else if (event.key === "Enter" && !event.shiftKey && typing.active >= 0) takeOption(typing.active);
  else if (event.key === "Enter" && !event.shiftKey) enterText();
  else return false;
  return true;
}

/** Enter in the field: takes the text, and the card is right. */
function enterText() {
  takeTyped();
  byId("panel").focus({ preventScroll: true });
  doVerb("right");
}

function activate(index) {
  typing.active = index;
  showOptions();
  byId("suggestions").children[index]?.scrollIntoView({ block: "nearest" });
}

/** An option goes into the field and is taken at once. */
function takeOption(index) {
  textField().value = typing.options[index].text;
  fitText();
  takeTyped();
  textField().focus();
}

function closeOptions() {
  if (!typing.options.length) return;
  Object.assign(typing, { options: [], active: -1 });
  showOptions();
}

function showOptions() {
  const list = byId("suggestions");
  const field = textField();
  if (!list || !field) return;
  list.hidden = !typing.options.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
  if (typing.active >= 0) field.setAttribute("aria-activedescendant", `option-${typing.active}`);
  else field.removeAttribute("aria-activedescendant");
  list.replaceChildren(...typing.options.map((card, i) => make("li", {
    id: `option-${i}`, role: "option", "aria-selected": String(i === typing.active), "data-option": i, dir: "auto",
  }, make("span", { text: card.text }), make("small", { text: say(`kind.${card.kind}`) }))));
}
