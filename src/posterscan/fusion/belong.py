"""Which photos show one table, before they are brought together: what the posters say of themselves, and what lies on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from posterscan.fusion.match import Sighting, same_cards, sightings
from posterscan.messages import Message
from posterscan.outcome import ScanOptions, ScanOutcome
from posterscan.records import Check, TableCodeRecord

_LEAST_SHARED = 0.3  # of the cards that both photos should show; people who rearrange a table leave most where they were
_ENOUGH = 4  # cards to judge by: of fewer all may have been moved


@dataclass(frozen=True, eq=False)
class Belonging:
    """outcomes: those of one table, in the order given; left_out: the others, with a check that names each."""

    outcomes: tuple[ScanOutcome, ...]
    left_out: tuple[ScanOutcome, ...] = ()
    checks: tuple[Check, ...] = ()


def belonging(outcomes: Sequence[ScanOutcome], options: ScanOptions) -> Belonging:
    """The photos of the table that most of them show."""
    by_code = _of_one_code(outcomes)
    checks = [] if len(by_code) == len(outcomes) else [_different_tables(outcomes, by_code, options)]
    kept, strangers = _alike(by_code)
    checks += [_stranger(outcome, kept[0], options) for outcome in strangers]
    left = [outcome for outcome in outcomes if not any(outcome is one for one in kept)]
    return Belonging(tuple(kept), tuple(left), tuple(checks))


def order_of_worth(outcome: ScanOutcome) -> tuple[int, int, int, int]:
    """Larger is better: fewer serious problems, more cards, fewer warnings, fewer values in doubt."""
    severities = [p.severity for p in outcome.problems]
    cards = outcome.result.cards
    return (-severities.count("error"), len(cards), -severities.count("warning"), -sum(bool(card.needs_review) for card in cards))


def _code(outcome: ScanOutcome) -> TableCodeRecord | None:
    """What the poster's code says, where it says anything."""
    code = outcome.result.photos[0].table_code if outcome.result.photos else None
    return code if code is not None and (code.table is not None or code.session is not None) else None


def _fit_together(a: TableCodeRecord, b: TableCodeRecord) -> bool:
    return (a.table is None or b.table is None or a.table == b.table) and \
        (a.session is None or b.session is None or a.session == b.session)


def _of_one_code(outcomes: Sequence[ScanOutcome]) -> list[ScanOutcome]:
    """Those whose poster says the same as that of most photos (of equally many: as the best photo's), or says nothing."""
    coded = [(outcome, code) for outcome in outcomes if (code := _code(outcome)) is not None]
    if not coded:
        return list(outcomes)
    times = Counter((code.session, code.table) for _, code in coded)
    _, lead = max(coded, key=lambda pair: (times[pair[1].session, pair[1].table], order_of_worth(pair[0])))
    return [o for o in outcomes if (code := _code(o)) is None or _fit_together(code, lead)]


def _alike(outcomes: Sequence[ScanOutcome]) -> tuple[list[ScanOutcome], list[ScanOutcome]]:
    """Others than the best photo whose cards lie elsewhere altogether show another table."""
    lead = max(outcomes, key=lambda o: (_code(o) is not None, *order_of_worth(o)))
    strangers = [o for o in outcomes if o is not lead and _strange(o, lead)]
    return [o for o in outcomes if not any(o is s for s in strangers)], strangers


def _strange(outcome: ScanOutcome, lead: ScanOutcome) -> bool:
    """Whether few of the cards that both photos should show are the same. A code that was read whole in both settles it."""
    one, other = _code(outcome), _code(lead)
    if one is not None and other is not None and one.table is not None and one.table == other.table:
        return False
    seen, known = _common(outcome, lead), _common(lead, outcome)
    if min(len(seen), len(known)) < _ENOUGH:
        return False
    shared = sum(len(group) == 2 for group in same_cards([known, seen]))
    return shared / min(len(seen), len(known)) < _LEAST_SHARED


def _common(outcome: ScanOutcome, other: ScanOutcome) -> list[Sighting]:
    """The cards of one photo whose place the other one shows too."""
    sight = other.sight
    return [s for s in sightings(0, outcome.result.cards, outcome.sight)
            if s.in_view > 0.95 and sight.share_of(s.card.polygon_mm) > 0.95]


def _stranger(outcome: ScanOutcome, lead: ScanOutcome, options: ScanOptions) -> Check:
    file, best = outcome.result.photos[0].file, lead.result.photos[0].file
    message = Message(f"{file} lijkt van een andere tafel dan {best}: de kaartjes liggen anders. Deze foto is niet gebruikt.",
                      f"{file} seems to be of another table than {best}: its cards lie elsewhere. This photo was not used.")
    return Check(code="different-tables", severity="error", message=message.to(options.language))


def _different_tables(outcomes: Sequence[ScanOutcome], kept: Sequence[ScanOutcome], options: ScanOptions) -> Check:
    """Photos whose posters say that they are of different tables or sessions, each named."""
    codes = [(o.result.photos[0].file, code) for o in outcomes if (code := _code(o)) is not None]
    several = len({code.session for _, code in codes} - {None}) > 1
    each = [_of_table(file, code, several) for file, code in codes]
    used = ", ".join(o.result.photos[0].file for o in kept)
    message = Message(
        f"Deze foto's zijn van verschillende tafels: {'; '.join(m.nl for m in each)}. De kaartjes komen uit {used}; lees "
        f"elke tafel apart.",
        f"These photos are of different tables: {'; '.join(m.en for m in each)}. The cards come from {used}; scan each "
        f"table by itself.")
    return Check(code="different-tables", severity="error", message=message.to(options.language))


def _of_table(file: str, code: TableCodeRecord, with_session: bool) -> Message:
    number = Message("niet te lezen", "unreadable") if code.table is None else Message(f"tafel {code.table}", f"table {code.table}")
    session = f" ({code.session or '?'})" if with_session else ""
    return Message(f"{file}: {number.nl}{session}", f"{file}: {number.en}{session}")
