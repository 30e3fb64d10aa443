// The list: all zones, the one on top first, and what is to be noted.

function showList() {
  const doc = shownDoc();
  byId("list-title").textContent = say("list");
  byId("list-hint").textContent = doc.zones.length > 1 ? say("list.hint") : "";
  const lines = doc.zones.map((zone, i) => line(doc, zone, i)).reverse();
  fill(byId("worklist"), ...(lines.length ? lines : [make("li", { class: "empty", "data-key": "empty", text: say("list.empty") })]));
  showRemarks(doc);
}

function line(doc, zone, i) {
  const worst = faults(doc).find((fault) => fault.key === zone.key);
  return make("li", { "data-key": zone.key }, make("button", { type: "button", "data-zone": zone.key, "data-key": "b", "aria-current": zone.key === state.zone ? "true" : null },
    swatch(doc, zone, i),
    make("span", { class: "line" }, make("span", { class: "line-text", dir: "auto", text: labelOf(zone) }), make("small", { text: say(`kind.${zone.raw.kind}`) })),
    worst ? make("span", { class: "mark", "data-level": worst.level }, sign(worst.level)) : null));
}

/** The zone's colour with its number. */
function swatch(doc, zone, i) {
  const [lineColour, ink] = coloursOf(doc, zone);
  return drawn("svg", { class: "swatch", viewBox: "0 0 28 28", "aria-hidden": "true", "data-key": "swatch" },
    drawn("rect", { x: 1, y: 1, width: 26, height: 26, rx: 6, fill: lineColour, "fill-opacity": 0.28, stroke: ink, "data-key": "r" }),
    drawn("text", { x: 14, y: 19, fill: ink, "data-key": "t", text: String(numberOf(doc, i)) }));
}

function showRemarks(doc) {
  const found = faults(doc);
  const serious = found.some((fault) => fault.level !== "info");
  byId("remarks").hidden = !found.length && !doc.zones.length;
  const title = make("h3", { id: "remarks-title", "data-key": "title", text: say("remarks") });
  const well = !serious && doc.zones.length ? [make("p", { class: "well", "data-key": "well" }, sign("right"), make("span", { text: say("remarks.none") }))] : [];
  fill(byId("remarks"), title, ...well, ...found.map(remark));
}

function remark(fault, n) {
  const text = make("span", { text: say(fault.word, fault.filling) });
  const inside = [fault.level === "info" ? null : sign(fault.level), text];
  const more = { "data-key": `${fault.word}-${fault.key}-${n}`, "data-level": fault.level };
  return fault.key ? make("button", { type: "button", class: "reason", "data-zone": fault.key, ...more }, ...inside) : make("p", more, ...inside);
}
