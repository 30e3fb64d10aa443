// What the page was given. A card: [table, item, text, zone, stickers, doubtful, crop, x_mm, y_mm, id].
const DATA = JSON.parse(document.getElementById("data").textContent);
const CARDS = DATA.cards.map(([table, item, text, zone, stickers, doubtful, crop, x, y, id]) => ({ table, item, text, zone, stickers, doubtful, crop, x, y, id }));
const byId = (id) => document.getElementById(id);
const WORDS = DATA.words;

/** An element with attributes and children; text is text, whatever is in it. */
function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") node.textContent = value;
    else if (value !== null) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}
