// On paper: the poster with its outlines, then all cards in a plain table.

/** Made when the page is about to be printed. */
function showPaper() {
  const { table } = state;
  const picture = byId("picture");
  const sheet = make("div", { class: "paper-sheet" }, picture.hidden ? null : picture.cloneNode(), byId("drawing").cloneNode(true));
  sheet.querySelectorAll("[id]").forEach((node) => node.removeAttribute("id"));
  sheet.querySelector("svg").style.setProperty("--mm", String(view.sheet[0] / 700));
  const head = [say("paper.text"), say("kind"), say("zone"), say("paper.stickers"), say("paper.state")].map((text) => make("th", { scope: "col", text }));
  const rows = [...derived(table).cards].sort((a, b) => Number(a.gone) - Number(b.gone) || a.center[1] - b.center[1]).map((card) => paperRow(table, card));
  byId("paper").replaceChildren(make("h1", { text: titleOf(table) }), make("p", { text: [table.record.session, byId("left").textContent].filter(Boolean).join(" · ") }),
    sheet, make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)));
}

function paperRow(table, card) {
  const cells = [card.text || say("no-text"), shown(table, "kind", card.kind), zoneLabel(table, card.zone), String(card.count), say(`state.${card.state}`)];
  return make("tr", {}, ...cells.map((text) => make("td", { dir: "auto", text })));
}
