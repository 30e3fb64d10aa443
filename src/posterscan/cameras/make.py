"""Profiles from what photos show: those of one camera together, checked on each photo with the lens that the others give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from posterscan.cameras.fit import fit_through_camera
from posterscan.cameras.profile import SAME_SHAPE, CameraProfile, Checked, LensRecord, OffPx
from posterscan.cameras.seen import Seen, rescaled
from posterscan.cameras.solve import Solved, solve_lens
from posterscan.layout import Layout
from posterscan.messages import Message


@dataclass(frozen=True)
class MakeParams:
    """What a profile is made from."""

    least_photos: int = 3  # with two, a bent sheet and a bent lens look alike
    together: float = 2.0  # how much worse a lens is known than its points say: a marker's corners err together, as its paper lies
    stray: float = 4.0  # times the usual distance of a photo's points: it was zoomed or cut, or the poster is another one
    stray_px: float = 3.0  # and at least so far


@dataclass(frozen=True)
class Made:
    """A profile, or why there is none. name: of the camera, empty where its photos don't say. stray: names of photos that don't
    fit the others."""

    name: str
    profile: CameraProfile | None
    photos: tuple[str, ...]
    stray: tuple[str, ...] = ()
    problem: Message | None = None


def make_profiles(seen: Iterable[Seen], layout: Layout | None, date: str, params: MakeParams | None = None) -> list[Made]:
    """One profile per camera and focal length. layout: of the posters among the photos. date: ISO, as it stands in the profile."""
    p = params or MakeParams()
    groups: dict[tuple[str | None, str | None, float | None, int], list[Seen]] = defaultdict(list)
    for one in seen:
        shape = round(np.log(one.stored_px[0] / one.stored_px[1]) / SAME_SHAPE / 2)
        groups[one.make, one.model, one.focal_35mm, shape].append(one)
    return [_made(group, layout, date, p) for _, group in sorted(groups.items(), key=lambda item: str(item[0]))]


def _made(group: Sequence[Seen], layout: Layout | None, date: str, p: MakeParams) -> Made:
    first = group[0]
    name = " ".join(part for part in (first.make, first.model, f"{first.focal_35mm:g} mm" if first.focal_35mm else None) if part)
    boards = [one for one in group if one.source == "board"]
    used = boards if len(boards) >= p.least_photos else list(group)
    names = tuple(one.name for one in used)
    if not first.make and not first.model:
        return Made(name, None, names, problem=_NAMELESS)
    if len(used) < p.least_photos:
        one = len(used) == 1
        return Made(name, None, names, problem=Message(
            f"{len(used)} bruikbare {'foto' if one else 'foto’s'}: er zijn er minstens {p.least_photos} nodig, uit verschillende "
            "hoeken.",
            f"{len(used)} usable photo{'' if one else 's'}: at least {p.least_photos} are needed, from different angles."))
    kept, solved = _without_strays(used, p)
    stray = tuple(one.name for one in used if one not in kept)
    if len(kept) < p.least_photos or solved.lens.folds(kept[0].stored_px):
        return Made(name, None, names, stray, _NO_LENS)
    profile = _profile(kept, solved, date, p)
    return Made(name, profile.model_copy(update={"checked": _checked(kept, layout, date, p)}), names, stray)


_NAMELESS = Message("Deze foto's zeggen niet met welke camera ze zijn gemaakt; neem ze van de telefoon zelf, niet uit een app.",
                    "These photos do not say which camera took them; take them from the phone itself, not out of an app.")
_NO_LENS = Message("Er is geen lens die bij deze foto's past. Is er ingezoomd of bijgesneden, of hoort de kit niet bij de poster?",
                   "No lens fits these photos. Were they zoomed or cut, or does the kit not belong to the poster?")


def _solved(group: Sequence[Seen]) -> Solved:
    size = group[0].stored_px
    return solve_lens([rescaled(one.sighting, size[0] / one.stored_px[0]) for one in group], size, group[0].focal_px)


def _without_strays(group: Sequence[Seen], p: MakeParams) -> tuple[list[Seen], Solved]:
    """The worst photo goes first, and the lens is looked for again."""
    kept = list(group)
    while True:
        solved = _solved(kept)
        off = np.array([float(np.median(distances)) for distances in solved.off_px])
        worst = int(np.argmax(off))
        if off[worst] < max(p.stray * float(np.median(off)), p.stray_px) or len(kept) <= p.least_photos:
            return kept, solved
        kept = [one for k, one in enumerate(kept) if k != worst]


def _profile(group: Sequence[Seen], solved: Solved, date: str, p: MakeParams) -> CameraProfile:
    first, lens, off = group[0], solved.lens, np.concatenate(solved.off_px)
    sigma = solved.sigma * (p.together if any(one.source == "posters" for one in group) else 1.0)
    focal, across, down, k1, k2, p1, p2 = (float(v) for v in sigma)
    return CameraProfile(
        schema="posterscan-camera/1", make=first.make, model=first.model, focal_35mm=first.focal_35mm, size_px=first.stored_px,
        lens=LensRecord(focal_px=lens.focal_px, principal_px=lens.principal_px, coefficients=lens.coefficients),
        sigma=LensRecord(focal_px=focal, principal_px=(across, down), coefficients=(k1, k2, p1, p2)),
        residual_px=OffPx(median=round(float(np.median(off)), 3), p95=round(float(np.percentile(off, 95)), 3)),
        source="board" if all(one.source == "board" for one in group) else "posters", photos=len(group), points=len(off), date=date)


def _checked(group: Sequence[Seen], layout: Layout | None, date: str, p: MakeParams) -> Checked | None:
    """Each poster read with the lens from all other photos; the profile's own photos would flatter it."""
    if layout is None or len(group) <= p.least_photos:
        return None
    pairs: list[tuple[float, float]] = []
    for k, one in enumerate(group):
        if one.found is None:
            continue
        others = [other for j, other in enumerate(group) if j != k]
        known = _profile(others, _solved(others), date, p).lens_in(one.shown_px, one.turns)
        fit, use = fit_through_camera(one.found, layout, one.shown_px, one.focal_px, known)
        if use is not None and np.isfinite(use.without.median):
            pairs.append((use.without.median, fit.left_out.median))
    if not pairs:
        return None
    without, given = (round(float(np.median(side)), 3) for side in zip(*pairs, strict=True))
    return Checked(photos=len(pairs), without_mm=without, with_mm=given)
