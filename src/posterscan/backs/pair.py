"""Backs put with their fronts: by the code that both carry. What has no front that is known stays beside the cards, never lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from posterscan.records import BackRecord, CardRecord, Check, TableResult

UNPAIRED = "backs-unpaired"
STANCE_UNCERTAIN = "stance-uncertain"
REASONS = frozenset({"argument-uncertain", STANCE_UNCERTAIN})


def with_backs(result: TableResult, backs: Sequence[BackRecord]) -> TableResult:
    """The result with these backs, and no others, on the cards whose code they carry; those without one card are kept apart.

    Corrections stay as they are: they are said of cards and of backs by name.
    """
    fronts = {back.id: _front_of(back, result.cards) for back in backs}
    times = Counter(front for front in fronts.values() if front is not None)
    own = {front: back for back in backs if (front := fronts[back.id]) is not None and times[front] == 1}
    cards = [_with(card, own.get(card.id)) for card in result.cards]
    paired = {back.id for back in own.values()}
    left = [back for back in backs if back.id not in paired]
    checks = [check for check in result.checks if check.code != UNPAIRED]
    if left:
        words = (f"{len(left)} losse achterkant(en) zonder kaartje: kies het kaartje in het nakijkscherm / "
                 f"{len(left)} back(s) without a card: choose the card in the review page")
        checks.append(Check(code=UNPAIRED, severity="info", message=words))
    return TableResult.model_validate(result.model_dump(by_alias=True) | {
        "cards": [card.model_dump() for card in cards], "backs": [back.model_dump() for back in left],
        "checks": [check.model_dump() for check in checks]})


def _front_of(back: BackRecord, cards: Sequence[CardRecord]) -> str | None:
    """The one card with the back's code, or that was read as the card which that code names; None for none or several."""
    if back.marker_id is None:
        return None
    same = [card.id for card in cards if card.marker_id == back.marker_id]
    if not same and back.catalogue_id is not None:
        same = [card.id for card in cards if card.catalogue_id == back.catalogue_id]
    return same[0] if len(same) == 1 else None


def _with(card: CardRecord, back: BackRecord | None) -> CardRecord:
    """The card with this back, or with none."""
    own = [code for code in card.needs_review if code not in REASONS]
    data = card.model_dump() | {"argument": None, "stance": None, "back": None, "needs_review": own}
    if back is not None:
        data |= {"argument": back.argument.model_dump(), "stance": back.stance.model_dump() if back.stance else None,
                 "back": back.id, "needs_review": list(dict.fromkeys([*own, *back.needs_review]))}
    return CardRecord.model_validate(data)
