// The panel: the chosen zone's name, kind, order and shape; else what to do.

function showPanel() {
  const zone = zoneOf(state.zone, shownDoc());
  fill(byId("panel"), ...(zone ? zonePanel(zone) : nothingPanel()));
}

/** While dragging only the figures change. */
function showPanelNumbers() {
  showPanel();
}

function nothingPanel() {
  const empty = !history.now.zones.length;
  const steps = empty ? make("ol", { class: "steps", "data-key": "steps" }, ...[1, 2, 3].map((n) => make("li", { text: say(`start.${n}`) })))
    : make("p", { "data-key": "hint", text: say("choose.hint") });
  return [head(say(empty ? "start.title" : "choose.title")), make("div", { class: "panel-body one", "data-key": "nothing" }, steps,
    make("div", { class: "shapes", "data-key": "shapes" }, ...["corners", "box", "round"].map((kind) =>
      make("button", { type: "button", "data-verb": `draw.${kind}`, "data-key": kind, "aria-pressed": String(drawing.kind === kind) },
        sign(kind), make("span", { text: say(`draw.${kind}`) })))))];
}

function head(title) {
  return make("div", { class: "panel-head", "data-key": "head" }, make("h2", { id: "panel-title", dir: "auto", text: title }));
}

function zonePanel(zone) {
  const i = history.now.zones.findIndex((one) => one.key === zone.key);
  return [head(say("zone.title", { label: labelOf(zone) })), make("div", { class: "panel-body one", "data-key": zone.key },
    ...faultLines(zone), labelBlock(zone), kindBlock(zone), shapeBlock(zone), orderBlock(i), idBlock(zone)),
  make("div", { class: "panel-foot two", "data-key": "foot" }, verbButton("delete", say("delete")), verbButton("deselect", say("deselect"), { class: "primary" }))];
}

function faultLines(zone) {
  return faults().filter((fault) => fault.key === zone.key && fault.word !== "look.unnamed").map((fault) =>
    make("p", { class: "reason", "data-key": fault.word, "data-level": fault.level }, sign(fault.level), make("span", { text: say(fault.word, fault.filling) })));
}

function block(key, title, ...children) {
  return make("div", { class: "block", "data-key": key, role: "group", "aria-labelledby": `${key}-title` }, make("h3", { class: "label", id: `${key}-title`, text: title }), ...children);
}

function labelBlock(zone) {
  return make("div", { class: "block", "data-key": "name" },
    make("label", { class: "label", for: "label" }, make("span", { text: say("label") }), make("small", { text: say("label.hint") })),
    make("input", { id: "label", type: "text", dir: "auto", maxlength: 200, autocomplete: "off", enterkeyhint: "done", value: zone.raw.label }));
}

function kindBlock(zone) {
  const options = ["sphere", "outside", "ladder"].map((kind) => make("label", { class: "zone-option", "data-key": kind },
    make("input", { type: "radio", name: "kind", value: kind, "data-key": "r", checked: zone.raw.kind === kind }),
    make("span", {}, make("strong", { text: say(`kind.${kind}`) }), " ", make("small", { text: say(`kind.${kind}.about`) }))));
  const other = zone.raw.kind === "ladder" && history.now.ladder !== zone.key;
  return block("kind", say("kind"), make("div", { class: "kinds", "data-key": "kinds" }, ...options), other ? verbButton("ladder", say("ladder.use")) : null);
}

function orderBlock(i) {
  const many = history.now.zones.length;
  if (many < 2) return null;
  const button = (verb, mark, off) => make("button", { type: "button", "data-verb": verb, "data-key": verb, disabled: off }, sign(mark), make("span", { text: say(verb) }));
  return block("order", say("order"), make("div", { class: "row", "data-key": "row" }, button("higher", "up", i === many - 1), button("lower", "down", i === 0)));
}

function shapeBlock(zone) {
  const mode = shapeMode(zone);
  const ways = ["corners", "whole"].map((way) => make("button", { type: "button", class: "choice", "data-verb": `shape.${way}`, "data-key": way,
    "aria-pressed": String(mode === way), text: say(`shape.${way}`) }));
  return block("shape", say("shape"), make("div", { class: "row", "data-key": "ways" }, ...ways),
    make("small", { "data-key": "hint", text: say(`shape.${mode}.hint`) }), ...(mode === "whole" ? wholeFields(zone) : cornerFields(zone)));
}

function numberField(name, value) {
  return make("label", { class: "number", "data-key": name }, make("span", { text: say(`field.${name}`) }),
    make("input", { id: `at-${name}`, type: "number", step: SNAP_MM, inputmode: "decimal", autocomplete: "off", value: String(round1(value)) }));
}

function wholeFields(zone) {
  const [left, top, right, bottom] = box(zone.raw.polygon_mm);
  const values = { x: left, y: top, w: right - left, h: bottom - top };
  return [make("div", { class: "row numbers", "data-key": "box" }, ...Object.entries(values).map(([name, value]) => numberField(name, value)))];
}

function cornerFields(zone) {
  const polygon = zone.raw.polygon_mm;
  const chosen = state.grip !== null && state.grip < polygon.length;
  const walk = (verb, mark) => make("button", { type: "button", class: "square", "data-verb": verb, "data-key": verb, "aria-label": say(verb), title: say(verb), text: mark });
  const text = chosen ? say("corner.of", { n: state.grip + 1, of: polygon.length }) : say("corner.none");
  const row = make("div", { class: "row", "data-key": "walk" }, walk("corner.previous", "‹"), walk("corner.next", "›"), make("span", { text }));
  if (!chosen) return [row];
  return [row, make("div", { class: "row numbers", "data-key": "corner" }, numberField("x", polygon[state.grip][0]), numberField("y", polygon[state.grip][1])),
    make("div", { class: "row", "data-key": "do" }, verbButton("corner.add", say("corner.add")), verbButton("corner.delete", say("corner.delete")))];
}

function idBlock(zone) {
  return make("details", { "data-key": "id" }, make("summary", { text: say("id") }), make("small", { text: say("id.hint") }),
    make("input", { id: "id", type: "text", maxlength: 80, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-label": say("id"), value: zone.raw.id }));
}
