// Dialogs: help with the keys, and what is wrong before it is saved.

const openDialog = () => document.querySelector("dialog[open]");

function dialogHead(id, title) {
  return make("div", { class: "dialog-head" }, make("h2", { id, text: title }), verbButton("close", say("close"), { key: "Esc" }));
}

function showDialog(id, ...content) {
  byId(id).replaceChildren(...content);
  byId(id).showModal();
}

function showHelp() {
  const groups = ["draw", "zone", "work"].map((group) => make("section", {}, make("h3", { text: say(`keys.${group}`) }),
    make("dl", {}, ...KEY_LIST.filter((line) => line.group === group).map(({ keys, word }) => make("div", {},
      make("dt", {}, ...keys.map((key) => make("kbd", { text: key }))), make("dd", { text: say(`key.${word}`) }))))));
  showDialog("keys", dialogHead("keys-title", say("help")), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "keys-title" },
    make("p", { class: "advice", text: say("help.1") }), make("p", { class: "advice", text: say("help.2") }), make("div", { class: "keys" }, ...groups)));
}

/** What is wrong, before it is saved. */
function showCheck(found) {
  const parts = ["fault", "look"].flatMap((level) => {
    const some = found.filter((fault) => fault.level === level);
    return some.length ? [make("h3", { text: say(`check.${level}`) }), make("ul", { class: "checks" }, ...some.map((fault) =>
      make("li", {}, make("p", { class: "reason", "data-level": level }, sign(level), make("span", { text: say(fault.word, fault.filling) })))))] : [];
  });
  showDialog("check", dialogHead("check-title", say("check.title")), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "check-title" }, ...parts),
    make("div", { class: "panel-foot two" }, verbButton("save.anyhow", say("check.save")), verbButton("close", say("check.back"), { class: "primary", autofocus: true })));
}
