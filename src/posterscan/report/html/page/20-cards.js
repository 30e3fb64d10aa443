// The cards behind a number: whatever is marked with item, zone or table opens them.
const dialog = byId("cards");

/** Cards that a mark is about; a zone of "" is no zone. */
function cardsOf({ item, zone, table, card: id }) {
  return CARDS.filter((card) => (item === undefined || card.item === item) && (zone === undefined || (card.zone ?? "") === zone)
    && (table === undefined || DATA.tables[card.table].result === table) && (id === undefined || card.id === id));
}

function shown(card) {
  const table = DATA.tables[card.table];
  const picture = card.crop ? make("img", { src: card.crop, alt: card.text || WORDS.unread, loading: "lazy" }) : make("div", { class: "no-picture", text: WORDS.no_picture });
  const words = make("div", { class: "words" }, make("strong", { text: card.text || WORDS.unread }));
  const link = make("a", { href: `#${table.anchor}`, text: table.name });
  link.addEventListener("click", () => dialog.close());
  words.append(make("span", {}, link, ` · ${DATA.zones[card.zone ?? ""] ?? card.zone}`));
  if (card.stickers) words.append(make("span", { text: `${card.stickers} ${card.stickers === 1 ? WORDS.sticker : WORDS.stickers}` }));
  if (card.doubtful) words.append(make("span", { class: "doubt", text: `? ${WORDS.doubtful}` }));
  return make("li", {}, picture, words);
}

function openCards(mark, title) {
  const cards = cardsOf(mark);
  if (!cards.length) return;
  byId("cards-title").textContent = title;
  byId("cards-count").textContent = `${cards.length} ${cards.length === 1 ? WORDS.card : WORDS.cards}`;
  byId("cards-list").replaceChildren(...cards.map(shown));
  dialog.showModal();
  dialog.scrollTop = 0;
}

function follow(node) {
  const { item, zone, table, card } = node.dataset;
  if (item === undefined && table === undefined) return;
  openCards({ item, zone, table, card }, node.getAttribute("aria-label") || node.textContent);
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest(".mark, button[data-item], button[data-table]");
  if (mark) follow(mark);
  else if (event.target === dialog) dialog.close();
});
document.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(".mark")) {
    event.preventDefault();
    follow(event.target);
  }
});
byId("close").addEventListener("click", () => dialog.close());
