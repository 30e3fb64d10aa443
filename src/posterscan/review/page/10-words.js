// All texts of the page itself, Dutch and English side by side. Texts about doubt come with the data.

/** @type {Record<string, [string, string]>} */
const WORDS = {
  "page": ["Nakijken", "Review"],
  "by": ["Wie kijkt na?", "Who reviews?"],
  "notices": ["Meldingen", "Notices"],
  "poster": ["Poster", "Poster"],
  "drawing": ["De poster met de kaartjes omlijnd", "The poster with its cards outlined"],
  "tools": ["Poster bekijken", "View the poster"],
  "table": ["Tafel", "Table"],
  "left": ["nog {n} van {of}", "{n} of {of} left"],
  "left.none": ["alles nagekeken", "all done"],
  "title.left": ["({n}) {table} – nakijken", "({n}) {table} – review"],
  "title.done": ["✓ {table} – nakijken", "✓ {table} – review"],

  "list.left": ["Even kijken", "Needs a look"],
  "list.all": ["Alle kaartjes", "All cards"],
  "list.done": ["Nagekeken", "Done"],
  "list.empty": ["Hier hoeft niets te worden nagekeken.", "Nothing needs a look here."],
  "list.remarks": ["Ter informatie", "For your information"],
  "no-text": ["(geen tekst)", "(no text)"],
  "whole-poster": ["de hele poster", "the whole poster"],
  "about.text": ["tekst", "text"],
  "about.zone": ["vak", "zone"],
  "about.stickers": ["stickers", "stickers"],
  "about.outline": ["omtrek", "outline"],
  "about.side": ["voor- of achterkant", "front or back"],
  "about.card": ["is dit een kaartje?", "is this a card?"],
  "about.difference": ["twee meningen", "two opinions"],
  "about.added": ["nieuw kaartje", "new card"],
  "about.check": ["poster", "poster"],
  "ask": ["Klopt dit?", "Is this right?"],

  "state.todo": ["even kijken", "needs a look"],
  "state.right": ["klopt", "right"],
  "state.changed": ["veranderd", "changed"],
  "state.deleted": ["weggehaald", "taken away"],
  "state.merged": ["samengevoegd", "merged"],
  "state.added": ["erbij gezet", "added"],
  "state.sure": ["zeker gelezen", "read with certainty"],

  "head.todo": ["Klopt dit kaartje?", "Is this card right?"],
  "head.right": ["Dit kaartje klopt", "This card is right"],
  "head.changed": ["Dit kaartje is veranderd", "This card was changed"],
  "head.deleted": ["Dit kaartje is weggehaald", "This card was taken away"],
  "head.merged": ["Dit kaartje hoort bij een ander", "This card was merged into another"],
  "head.added": ["Een kaartje dat u erbij zette", "A card that was added"],
  "head.sure": ["Hier was geen twijfel over", "There was no doubt here"],
  "head.check": ["Kijk even naar de poster", "Have a look at the poster"],
  "head.check.done": ["Dit is bekeken", "This has been seen"],
  "head.nothing": ["Kies een kaartje", "Choose a card"],
  "hint.nothing": ["Klik op een kaartje op de poster, of kies er een uit de lijst.", "Click a card on the poster, or choose one from the list."],
  "head.finished": ["Alles is nagekeken", "All is done"],
  "hint.finished": ["Bewaar uw werk. Een kaartje nog eens bekijken kan altijd: klik erop.",
    "Save your work. You can look at any card again: click it."],
  "hint.finished.served": ["Uw werk is bewaard. Een kaartje nog eens bekijken kan altijd: klik erop.",
    "Your work is saved. You can look at any card again: click it."],
  "merged-into": ["Opgegaan in “{text}”.", "Merged into “{text}”."],

  "text": ["Tekst", "Text"],
  "suggestions": ["Teksten uit de catalogus", "Texts from the catalogue"],
  "also-read": ["ook gelezen:", "also read:"],
  "take-reading": ["Neem “{text}”", "Take “{text}”"],
  "handwritten": ["Met de hand geschreven", "Handwritten"],
  "kind": ["Soort", "Kind"],
  "kind.ingredient": ["ingrediënt", "ingredient"],
  "kind.intention": ["bedoeling", "intention"],
  "kind.unknown": ["onbekend", "unknown"],
  "kind.change": ["andere soort", "other kind"],
  "side": ["Kant", "Side"],
  "side.front": ["voorkant", "front"],
  "side.back": ["achterkant", "back"],
  "side.change": ["andere kant", "other side"],
  "zone": ["Vak", "Zone"],
  "zone.none": ["in geen vak", "in no zone"],
  "stickers": ["Stickers", "Stickers"],
  "stickers.plus": ["Eén sticker meer", "One sticker more"],
  "stickers.minus": ["Eén sticker minder", "One sticker fewer"],
  "stickers.n": ["{n} stickers", "{n} stickers"],
  "stickers.1": ["1 sticker", "1 sticker"],
  "outline": ["Omtrek", "Outline"],
  "outline.moved": ["verlegd", "moved"],
  "note": ["Waarom?", "Why?"],
  "note.hint": ["mag leeg blijven", "may stay empty"],
  "measured": ["gemeten: {value}", "measured: {value}"],
  "measured.none": ["niets", "nothing"],
  "put-back": ["terugzetten", "put back"],
  "put-back.about": ["{field} terugzetten op wat is gemeten", "put {field} back to what was measured"],
  "yes": ["ja", "yes"],
  "no": ["nee", "no"],
  "now": ["nu", "now"],
  "differ": ["Twee meningen over {field}:", "Two opinions about {field}:"],
  "stays": ["het blijft", "it stays"],
  "somebody": ["een ander", "somebody else"],
  "crop": ["Het kaartje, rechtop", "The card, upright"],

  "right": ["Klopt", "Right"],
  "seen": ["Gezien", "Seen"],
  "next": ["Volgende", "Next"],
  "previous": ["Vorige", "Previous"],
  "split": ["Splitsen", "Split"],
  "merge": ["Samenvoegen", "Merge"],
  "delete": ["Weghalen", "Take away"],
  "restore": ["Terugzetten", "Put back"],
  "redraw": ["Omtrek verleggen", "Move outline"],
  "add": ["Kaartje erbij", "Add a card"],
  "stickers.mode": ["Stickers aanwijzen", "Point out stickers"],
  "undo": ["Ongedaan maken", "Undo"],
  "redo": ["Opnieuw", "Redo"],
  "save": ["Bewaren", "Save"],
  "help": ["Toetsen", "Keys"],
  "overview": ["Tafels", "Tables"],
  "language": ["English", "Nederlands"],
  "all": ["Alle kaartjes", "All cards"],
  "all.off": ["Alleen even kijken", "Only what needs a look"],
  "whole": ["Hele poster", "Whole poster"],
  "zoom": ["Naar kaartje", "To the card"],
  "nearer": ["Dichterbij", "Closer"],
  "farther": ["Verder weg", "Farther"],
  "close": ["Sluiten", "Close"],
  "put": ["Zet neer", "Put it here"],
  "cancel": ["Toch niet", "Cancel"],
  "turn-left": ["Kwartslag linksom", "Quarter turn left"],
  "turn-right": ["Kwartslag rechtsom", "Quarter turn right"],
  "stop": ["Klaar", "Done"],
};

/** The page's language; `speak` in 82-header.js changes it. */
let language = "nl";

/** The text for `key` in the page's language; `{name}` is filled in from `filling`. */
function say(key, filling = {}) {
  const text = WORDS[key][language === "nl" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(filling[name]));
}

/** As `say`, for a number of things: one has a form of its own, `key.1`. */
function sayCount(key, n) {
  return say(n === 1 ? `${key}.1` : `${key}.n`, { n });
}

/** A text of the data that is there in both languages. */
function told(message) {
  return message ? message[language] ?? message.nl ?? "" : "";
}
