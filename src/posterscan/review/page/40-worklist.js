// What needs a look, most doubtful first. The order follows from what was measured alone, so nothing jumps while one works.

/**
 * @typedef {object} Item
 * @property {string} id      "card:<id>" or "check:<key>"
 * @property {Card|null} card
 * @property {object|null} check
 * @property {boolean} done
 */

/** The items of a table, in the order to take them. @returns {Item[]} */
function worklist(table, cards) {
  const doubted = cards.filter((card) => card.reasons.length || hasDifference(table, card.id) || !card.record);
  const samples = cards.filter((card) => card.sample && !doubted.includes(card));
  const checks = (table.record.checks ?? []).filter((check) => check.severity !== "info");
  return [...mixed(doubted.sort((a, b) => doubt(a) - doubt(b)), samples).map(cardItem),
    ...checks.map((check) => checkItem(table, check)), ...backItems(table), ...otherDifferences(table, cards)];
}

function cardItem(card) {
  return { id: `card:${card.id}`, card, check: null, done: card.gone || (card.checked && !card.differences.length) };
}

function checkItem(table, check) {
  return { id: `check:${check.key}`, card: null, check, done: Boolean(valueNow(table, null, `check:${check.key}`)) };
}

/** Two opinions about the table itself, such as its loose stickers, or about a card that only another reviewer sees. */
function otherDifferences(table, cards) {
  const shownHere = new Set(cards.map((card) => card.id));
  const others = table.differences.filter(({ card, field }) => card === null || (!shownHere.has(card) && field === "added"));
  return others.map((difference) => {
    const key = `difference-${hashed(JSON.stringify(difference))}`;
    const outline = difference.value?.polygon_mm;
    const check = { key, code: null, message: "", center_mm: outline ? middle(outline) : null, difference };
    return { id: `check:${key}`, card: null, check, done: isDecided(table, difference) };
  });
}

const hasDifference = (table, id) => table.differences.some((difference) => difference.card === id);

/** How sure the machine is of what is doubted: the lowest confidence among it. What a human added has nothing measured: 0. */
function doubt(card) {
  if (!card.record) return 0;
  const { text, zone, stickers, argument, stance, detection_confidence: detection } = card.record;
  const sure = { text: text.confidence, zone: zone.confidence, stickers: stickers.confidence, outline: detection, card: detection,
    argument: argument?.confidence, stance: stance?.confidence };
  const about = card.reasons.map((code) => sure[DATA.reasons[code]?.about]).filter((value) => value !== undefined);
  return Math.min(...(about.length ? about : [text.confidence, zone.confidence, stickers.confidence, detection]));
}

/** Puts each sample at a place that depends on its id alone. */
function mixed(doubted, samples) {
  const places = doubted.map((card, i) => [i + 0.5, card]);
  samples.forEach((card) => places.push([(hashed(card.id) / 2 ** 32) * (doubted.length + 0.01), card]));
  return places.sort((a, b) => a[0] - b[0] || (a[1].id < b[1].id ? -1 : 1)).map(([, card]) => card);
}

/** What is doubted, in a few words. */
function doubtWords(item) {
  if (item.check) return say(item.check.difference ? "about.difference" : "about.check");
  const abouts = item.card.reasons.map((code) => DATA.reasons[code]?.about ?? "card").map((about) => say(`about.${about}`));
  if (item.card.differences.length) abouts.unshift(say("about.difference"));
  if (!item.card.record) abouts.unshift(say("about.added"));
  return abouts.length ? [...new Set(abouts)].join(", ") : say("ask");
}

/** What a check says, as a title and what it adds to that. */
function checkWords(check) {
  if (check.difference) return { title: differWords(check.difference.field), more: "" };
  if (check.back) return { title: say("back.title", { text: check.message || say("no-text") }), more: told(DATA.checks[check.code]) };
  const title = told(DATA.checks[check.code]) || check.message;
  return { title, more: check.message === title ? "" : check.message };
}

const itemOf = (table, id) => derived(table).items.find((item) => item.id === id) ?? null;
const leftIn = (table) => derived(table).left;

/** The first item left after `id`, else from the start; null when the table is done. */
function nextOpen(table, id) {
  const { items } = derived(table);
  const at = items.findIndex((item) => item.id === id);
  return [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) => !item.done) ?? null;
}

/** The first table with something left after this one, else from the first; null when all is done. */
function nextOpenTable(table) {
  return [...tables.slice(table.index + 1), ...tables.slice(0, table.index)].find((each) => leftIn(each) > 0) ?? null;
}

/** Where a table stands: unreviewed, in-progress or reviewed. */
function statusOf(table) {
  if (leftIn(table) === 0) return "reviewed";
  return table.edits.size || table.record.status !== "unreviewed" ? "in-progress" : "unreviewed";
}
