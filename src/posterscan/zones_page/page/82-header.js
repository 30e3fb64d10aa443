// Above and below: what it is, whether it is saved, notices, and the language of it all.

function showHeader() {
  byId("undo").disabled = !(drawing.kind ? drawing.points.length : history.past.length);
  byId("redo").disabled = !(drawing.kind ? drawing.undone.length : history.future.length);
  const unsaved = anyUnsaved();
  byId("saved").textContent = unsaved ? say("saved.browser") : saving.at ? say("saved.file", { file: saving.file, time: saving.at }) : say("saved.none");
  byId("saved").dataset.unsaved = String(unsaved);
  byId("save").dataset.unsaved = String(unsaved);
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
  if (notice && !before) byId("notices").scrollIntoView({ block: "nearest" });
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
  document.title = say("page");
  byId("title").textContent = say("page");
  byId("about").textContent = say("about", { id: LAYOUT.id, w: SIZE_MM[0], h: SIZE_MM[1] });
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  for (const verb of ["save", "language"]) byId(verb).replaceChildren(make("span", { text: say(verb) }));
  for (const verb of ["undo", "redo"]) {
    byId(verb).replaceChildren(sign(verb), make("span", { text: say(verb), class: "words" }));
    Object.assign(byId(verb), { title: say(verb), ariaLabel: say(verb) });
  }
  byId("language").lang = language === "nl" ? "en" : "nl";
  Object.assign(byId("help"), { ariaLabel: say("help"), title: say("help") });
  showNotices();
}

/** The buttons over the poster: to draw, and to look. */
function showTools() {
  const bare = (verb, mark) => verbButton(verb, mark, { "aria-label": say(verb), title: say(verb), class: "square" });
  const draw = ["corners", "box", "round"].map((kind) => make("button", { type: "button", "data-verb": `draw.${kind}`, "data-key": kind,
    "aria-pressed": String(drawing.kind === kind), "aria-label": say(`draw.${kind}.title`), title: say(`draw.${kind}.title`) },
  sign(kind), make("span", { class: "words", text: say(`draw.${kind}`) })));
  const whole = make("button", { type: "button", "data-verb": "whole", "data-key": "whole", "aria-label": say("whole"), title: say("whole") }, sign("whole"));
  fill(byId("tools"), make("div", { "data-key": "draw" }, ...draw), make("div", { "data-key": "look", class: "look" }, bare("farther", "−"), bare("nearer", "+"), whole));
}
