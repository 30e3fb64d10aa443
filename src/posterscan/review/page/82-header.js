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
  if (!notice && !notices.has(id)) return;
  if (notice) notices.set(id, notice);
  else notices.delete(id);
  showNotices();
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
  for (const verb of ["overview", "undo", "redo", "save"]) labelled(byId(verb), say(verb));
  labelled(byId("language"), say("language"));
  byId("language").lang = language === "nl" ? "en" : "nl";
  byId("help").setAttribute("aria-label", say("help"));
  byId("help").title = say("help");
  byId("overview").hidden = tables.length < 2;
  showNotices();
  showMode();
}

function labelled(button, text) {
  button.replaceChildren(make("span", { text }));
}

/** The buttons over the poster. */
function showTools() {
  const tool = (verb, mark, key, pressed) => verbButton(verb, mark ?? say(verb), { key, "aria-label": mark ? say(verb) : null, title: mark ? say(verb) : null,
    "aria-pressed": pressed === undefined ? null : String(pressed), class: mark ? "square" : null });
  fill(byId("tools"), tool("farther", "−"), tool("nearer", "+"), tool("whole", null, "f"), tool("zoom", null, "z"),
    verbButton("add", say("add"), { key: "v", "aria-pressed": String(drawing.on) }),
    verbButton("stickers", say("stickers.mode"), { key: "g", "aria-pressed": String(state.mode === "stickers") }));
}
