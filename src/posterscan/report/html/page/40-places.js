// The map of places, of one item: a dot for each of its cards, over the heat of all.
const places = byId("places-item");

function dotsOf(item) {
  const svg = document.querySelector("#places svg");
  svg.querySelector(".dots")?.remove();
  if (!item) return;
  const { left, top, scale } = DATA.map;
  const layer = document.createElementNS(svg.namespaceURI, "g");
  layer.setAttribute("class", "dots");
  for (const card of CARDS.filter((one) => one.item === item && DATA.tables[one.table].on_map)) {
    const dot = document.createElementNS(svg.namespaceURI, "circle");
    const at = { cx: left + card.x * scale, cy: top + card.y * scale, r: 2.2, fill: "#c0392b", stroke: "#fff", "stroke-width": 0.6 };
    for (const [key, value] of Object.entries(at)) dot.setAttribute(key, value);
    const title = document.createElementNS(svg.namespaceURI, "title");
    title.textContent = `${DATA.tables[card.table].name}: x ${Math.round(card.x)} mm, y ${Math.round(card.y)} mm`;
    dot.append(title);
    layer.append(dot);
  }
  svg.append(layer);
}

if (places) {
  places.addEventListener("change", () => {
    dotsOf(places.value);
    const cards = places.value ? cardsOf({ item: places.value }) : [];
    const text = places.selectedOptions[0].textContent;
    const show = byId("places-cards");
    show.hidden = !cards.length;
    show.dataset.item = places.value;
    show.setAttribute("aria-label", text);
  });
}
document.body.dataset.ready = "true";
