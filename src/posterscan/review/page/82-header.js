// Above and below: which table, how much is left, whether it is saved, notices, and the language of it all.

function showHeader() {
  const { table } = state;
  const { items, left } = derived(table);
  byId("where").textContent = titleOf(table);
  byId("session").textContent = table.record.session ?? say("page");
  byId("where").title = titleOf(table);
  byId("left").textContent = left ? say("left", { n: left, of: items.length }) : say("left.none");
  Object.assign(byId("bar"), { max: Math.max(1, items.length), value: items.length ? items.length - left : 1 });
  document.title = say(left ? "title.left" : "title.done", { n: left, table: titleOf(table) });
  document.body.dataset.left = String(left);
  byId("undo").disabled = !history.done.length;
  byId("redo").disabled = !history.undone.length;
  showSaved();
}

function showSaved() {
  byId("saved").textContent = savedWords();
  byId("saved").dataset.unsaved = String(anyUnsaved());
  byId("save").dataset.unsaved = String(anyUnsaved());
}

/** Says, to eyes and to screen readers, what happened. */
function tell(key, filling) {
  byId("status").textContent = say(key, filling);
}

/** What stands until it is over: by id, the words and what can be done. @type {Map<string, object>} */
const notices = new Map();

/** Sets a lasting notice; null takes it away. */
function setNotice(id, notice) {
  const before = notices.has(id);
  if (!notice && !before) return;
  if (notice) notices.set(id, notice);
  else notices.delete(id);
  showNotices();
  if (notice && !before) byId("notices").scrollIntoView({ block: "nearest" }); // whoever has scrolled down must see it too
}

function showNotices() {
  byId("notices").replaceChildren(...[...notices.values()].map(({ words, actions = [] }) => {
    const buttons = actions.map(({ label, run }) => {
      const button = make("button", { type: "button", text: label() });
      button.addEventListener("click", run);
      return button;
    });
    return make("div", { class: "notice", role: "alert" }, make("p", { text: words() }), ...buttons);
  }));
}

/** Puts the page in a language. */
function speak(to) {
  language = to === "en" ? "en" : "nl";
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  for (const verb of ["overview", "save", "language"]) labelled(byId(verb), say(verb));
  for (const verb of ["undo", "redo"]) labelled(byId(verb), say(verb), sign(verb));
  byId("language").lang = language === "nl" ? "en" : "nl";
  byId("help").setAttribute("aria-label", say("help"));
  byId("help").title = say("help");
  byId("overview").hidden = tables.length < 2;
  showNotices();
  showMode();
}

/** A button's words; with a sign, small windows show that alone. */
function labelled(button, text, mark) {
  button.replaceChildren(...(mark ? [mark] : []), make("span", { text, class: mark ? "words" : null }));
  if (mark) Object.assign(button, { title: text, ariaLabel: text });
}

/** The buttons over the poster: to look, and to draw. */
function showTools() {
  const bare = (verb, mark) => verbButton(verb, mark, { "aria-label": say(verb), title: say(verb), class: "square" });
  const look = ["whole", "zoom"].map((verb, i) => make("button", { type: "button", "data-verb": verb, "data-key": verb, "aria-label": say(verb), title: say(verb) },
    sign(verb), make("span", { class: "words", text: say(verb) }), make("kbd", { text: "fz"[i], "aria-hidden": "true" })));
  const draw = [["add", "v", drawing.on], ["stickers", "g", state.mode === "stickers"]].map(([verb, key, on]) =>
    verbButton(verb, say(verb === "add" ? verb : "stickers.mode"), { key, "aria-pressed": String(on) }));
  fill(byId("tools"), make("div", { "data-key": "draw" }, ...draw), make("div", { "data-key": "look", class: "look" }, bare("farther", "−"), bare("nearer", "+"), ...look));
}
