// Cards that are taken away, cut in two, brought together, added or outlined anew.

/** Takes a card away. Its stickers count as loose from then on; that follows from `deleted`. */
function deleteChanges(table, card) {
  return [change(table, card.id, "deleted", true)];
}

/** Undoes taking away, splitting or merging; the halves or the other card give back what came from this card. */
function restoreChanges(table, card) {
  if (card.mergedInto !== null) return [change(table, card.id, "merged_into", null), ...givenBack(table, card)];
  const parts = halvesOf(table, card);
  const stickers = ["stickers.items", "stickers.count"].map((field) => change(table, card.id, field, stickersBeforeSplit(table, card, field)));
  return [change(table, card.id, "deleted", false), ...(parts.length ? stickers : []),
    ...parts.map((part) => change(table, part.id, "deleted", true))];
}

/** Added cards that lie within a card that was taken away: what it was split into. */
function halvesOf(table, card) {
  return derived(table).cards.filter((each) => !each.record && !each.gone && each.id !== card.id && inside(each.center, card.outline));
}

/** What the split took from the card. */
function stickersBeforeSplit(table, card, field) {
  const patch = [...history.done].reverse().find((each) => each.verb === "split" && each.item === `card:${card.id}`);
  const made = patch?.changes.find((each) => each.card === card.id && each.field === field);
  return made ? made.from : valueNow(table, card.id, field);
}

/** The card it went up in, without the stickers that came with it. */
function givenBack(table, card) {
  const into = cardOf(table, card.mergedInto);
  if (!into) return [];
  const items = into.items.filter((item) => !card.items.some((own) => same(own.center_mm, item.center_mm)));
  return [change(table, into.id, "stickers.count", Math.max(0, into.count - card.count)), change(table, into.id, "stickers.items", items)];
}

/** A card goes up in another one. */
function mergeChanges(table, card, into) {
  return [change(table, card.id, "merged_into", into.id), change(table, into.id, "stickers.count", into.count + card.count),
    change(table, into.id, "stickers.items", [...into.items, ...card.items])];
}

/** The cards nearest to one, to merge it with. */
function nearest(table, card, n) {
  return derived(table).cards.filter((each) => !each.gone && each.id !== card.id)
    .sort((a, b) => distance(a.center, card.center) - distance(b.center, card.center)).slice(0, n);
}

/** A card cut in two. Stickers go by place; those without a place stay with the first half, as the text does. */
function splitChanges(table, card) {
  const [first, second] = halves(card.outline).map((outline) => outline.map(rounded));
  const ids = newIds(table, [first, second]);
  const onSecond = card.items.filter((item) => inside(item.center_mm, second));
  const onFirst = card.items.filter((item) => !onSecond.includes(item));
  return [
    change(table, card.id, "deleted", true), change(table, card.id, "stickers.count", 0), change(table, card.id, "stickers.items", []),
    ...newCard(table, ids[0], first, { kind: card.kind, zone: card.zone, text: card.text, catalogueId: card.catalogueId,
      handwritten: card.handwritten, side: card.side, count: Math.max(onFirst.length, card.count - onSecond.length), items: onFirst }),
    ...newCard(table, ids[1], second, { kind: card.kind, zone: card.zone, handwritten: card.handwritten, side: card.side,
      count: onSecond.length, items: onSecond }),
  ];
}

/** A card that the machine missed; loose stickers in its outline lie on it. */
function addChanges(table, outline) {
  const placed = outline.map(rounded);
  const zone = zoneAt(table, middle(placed));
  const loose = valueNow(table, null, "loose_stickers");
  const items = loose.filter((item) => inside(item.center_mm, placed));
  const kind = zone && (zone.kind === "ladder" || zone.id === layoutOf(table).ladder_zone) ? "intention" : "ingredient";
  const changes = newCard(table, newIds(table, [placed])[0], placed, { kind, zone: zone ? zone.id : null, count: items.length, items });
  return items.length ? [...changes, change(table, null, "loose_stickers", loose.filter((item) => !items.includes(item)))] : changes;
}

/** The changes that make a card. `added` comes first: what the other values start from follows from it. */
function newCard(table, id, outline, card) {
  const to = (field, value) => ({ table: table.name, card: id, field, from: OF_NEW_CARD[field], to: value });
  return [
    { table: table.name, card: id, field: "added", from: null, to: { polygon_mm: outline, kind: card.kind } },
    to("text.value", card.text ?? ""), to("catalogue_id", card.catalogueId ?? null), to("text.handwritten", card.handwritten ?? false),
    to("side", card.side ?? "front"), to("zone.id", card.zone), to("stickers.count", card.count), to("stickers.items", card.items),
  ];
}

/** Ids by place, none of which is taken. */
function newIds(table, outlines) {
  const taken = new Set([...table.measured.keys(), ...[...table.applied.keys(), ...table.edits.keys()].map((key) => key.split("\n")[0])]);
  return outlines.map((outline) => {
    const [x, y] = middle(outline).map(Math.round);
    let id = `added-${x}-${y}`;
    for (let n = 2; taken.has(id); n++) id = `added-${x}-${y}-${n}`;
    taken.add(id);
    return id;
  });
}

/** The outline lies elsewhere than was measured; the zone follows, unless a human said which it is. */
function redrawChanges(table, card, outline) {
  const placed = outline.map(rounded);
  const changes = [change(table, card.id, "polygon_mm", placed)];
  const byHand = card.fields.includes("zone.id") && card.record;
  const zone = zoneAt(table, middle(placed));
  return byHand ? changes : [...changes, change(table, card.id, "zone.id", zone ? zone.id : null)];
}
