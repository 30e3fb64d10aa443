// Which texts of the catalogue somebody may mean: case and accents don't count, and a slip of the pen is forgiven.

const MOST = 8;
const foldedCatalogues = new WeakMap();

/** The cards of a catalogue whose text fits best what was typed, best first. */
function suggestions(catalogue, typed) {
  const query = folded(typed);
  if (!query) return [];
  return foldedCards(catalogue).map(({ card, words, text }) => ({ card, rank: rankOf(query, text, words) }))
    .filter(({ rank }) => rank < Infinity).sort((a, b) => a.rank - b.rank || a.card.text.length - b.card.text.length)
    .slice(0, MOST).map(({ card }) => card);
}

function foldedCards(catalogue) {
  if (!foldedCatalogues.has(catalogue)) {
    foldedCatalogues.set(catalogue, catalogue.cards.filter((card) => card.text).map((card) => {
      const text = folded(card.text);
      return { card, text, words: text.split(" ") };
    }));
  }
  return foldedCatalogues.get(catalogue);
}

/** The lower the better: begins with it, each word begins a word, has it inside, differs by few letters; else Infinity. */
function rankOf(query, text, words) {
  if (text.startsWith(query)) return 0;
  const parts = query.split(" ");
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 1;
  if (text.includes(query)) return 2;
  const allowed = query.length < 3 ? 0 : Math.max(1, Math.floor(query.length / 4));
  const apart = Math.min(editDistance(query, text), ...words.map((_, i) => editDistance(query, words.slice(i).join(" ").slice(0, query.length))));
  return apart <= allowed ? 3 + apart : Infinity;
}

/** Letters to put, leave out or change to make the one the other (Levenshtein). */
function editDistance(a, b) {
  if (Math.abs(a.length - b.length) > 12) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
