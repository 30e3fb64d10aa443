"""A camera's profile: `posterscan-camera/1`, what is measured once and used for all its photos."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from posterscan.cameras.known import Four, KnownLens, turned_lens
from posterscan.errors import CameraError
from posterscan.jsonfile import Fault, check_schema, raise_faults, read_json, validated
from posterscan.messages import Message
from posterscan.photo import Photo
from posterscan.sheet import Lens

SCHEMA = "posterscan-camera/1"
FOLDER = "calibration/cameras"  # of the folder that one works in: where profiles are written, and looked for
SAME_FOCAL_MM = 0.5  # EXIF gives whole millimetres; another lens of the same phone differs by several
SAME_SHAPE = 0.01  # of width over height: a picture cut to another shape has lost its centre
# A lens is not quite the same in every photo: focus moves it, a stabiliser shifts it. What a profile never knows better.
LEAST_SIGMA: Four = (0.003, 0.003, 2e-4, 2e-4)


def _positive(size: tuple[int, int]) -> tuple[int, int]:
    if min(size) < 1:
        raise ValueError("a picture has at least one pixel")
    return size


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class LensRecord(_Part):
    """OpenCV's model of a lens, in px of a picture of `size_px`; or how well each of these is known (one sigma)."""

    focal_px: Annotated[float, Field(gt=0)]
    principal_px: tuple[float, float]
    coefficients: Four


class Checked(_Part):
    """Left-out residuals (median, mm) over photos of which each was read with the lens that all the others give, and without."""

    photos: int
    without_mm: float
    with_mm: float


class OffPx(_Part):
    """How far the points lie from where the lens puts them."""

    median: float
    p95: float


class CameraProfile(_Part):
    """size_px: of the picture as the sensor saw it, before it is turned upright. lens, sigma: in its pixels.

    source: what the photos showed. residual_px: how far their points lie from where the lens puts them; checked: None where the
    photos were too few to leave one out. photos, points: how many. focal_35mm: None where EXIF tells none.
    """

    schema_name: Literal["posterscan-camera/1"] = Field(alias="schema")
    make: str | None
    model: str | None
    focal_35mm: float | None
    size_px: Annotated[tuple[int, int], AfterValidator(_positive)]
    lens: LensRecord
    sigma: LensRecord
    residual_px: OffPx
    source: Literal["board", "posters"]
    photos: int
    points: int
    date: str
    checked: Checked | None = None

    @property
    def name(self) -> str:
        """As its file is called, without the ending."""
        return profile_name(self.make, self.model, self.focal_35mm)

    @property
    def sha256(self) -> str:
        """Of what it says."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def known_lens(self, photo: Photo) -> KnownLens | None:
        """The lens in a photo's own pixels; None where this is not the camera, or not its whole picture, or a mirrored one."""
        if (self.make, self.model) != (photo.make, photo.model) or not self._same_focal(photo.focal_35mm) or photo.turns is None:
            return None
        return self.lens_in((photo.rgb.shape[1], photo.rgb.shape[0]), photo.turns)

    def lens_in(self, shown_px: tuple[int, int], turns: int) -> KnownLens | None:
        """The lens in a picture of this size (width, height), `turns` from how the sensor saw it; None for another shape."""
        wide, high = shown_px if turns % 2 == 0 else shown_px[::-1]
        if abs(wide / high * self.size_px[1] / self.size_px[0] - 1) > SAME_SHAPE:
            return None
        scale = wide / self.size_px[0]
        x, y = ((v + 0.5) * scale - 0.5 for v in self.lens.principal_px)
        stored = Lens(self.lens.focal_px * scale, (x, y), self.lens.coefficients)
        s1, s2, s3, s4 = (max(s, least) for s, least in zip(self.sigma.coefficients, LEAST_SIGMA, strict=True))
        sigma = (s1, s2, s3, s4) if turns % 2 == 0 else (s1, s2, s4, s3)
        return KnownLens(turned_lens(stored, (wide, high), -turns), sigma, self.name)

    def _same_focal(self, focal_35mm: float | None) -> bool:
        if self.focal_35mm is None or focal_35mm is None:
            return self.focal_35mm is focal_35mm
        return abs(self.focal_35mm - focal_35mm) <= SAME_FOCAL_MM


def profile_name(make: str | None, model: str | None, focal_35mm: float | None) -> str:
    """Fit for a file on any system; two cameras whose names differ in odd characters only share one."""
    focal = f"{focal_35mm:g}mm" if focal_35mm is not None else None
    words = re.sub(r"[^a-z0-9.]+", "-", "-".join(part for part in (make, model, focal) if part).casefold())
    return words.strip("-.")[:100] or "camera"


def known_lens(profiles: Iterable[CameraProfile], photo: Photo) -> KnownLens | None:
    """The lens that a photo was taken through, where one of the profiles is its camera's: the one from most photos."""
    fitting = [(profile.photos, known) for profile in profiles if (known := profile.known_lens(photo)) is not None]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def load_profile(path: Path) -> CameraProfile:
    """Reads and checks one profile; CameraError names file, place and cure."""
    file = read_json(path, CameraError)
    check_schema(file, SCHEMA, CameraError)
    profile = validated(CameraProfile, file, CameraError)
    raise_faults(path, _faults(profile), CameraError)
    return profile


def load_profiles(folder: Path | None) -> tuple[CameraProfile, ...]:
    """All profiles in a folder; without one, those in `calibration/cameras` of the working folder, if it is there.

    CameraError for a folder that was asked for and has none, and for a file that is no usable profile.
    """
    where = folder if folder is not None else Path(FOLDER)
    try:
        files = sorted(where.glob("*.json"))
    except OSError:
        files = []
    if folder is not None and not files:
        raise CameraError(Message(f"In {folder} staat geen cameraprofiel.", f"There is no camera profile in {folder}."),
                          Message("Noem de map waarin posterscan calibrate camera ze heeft gezet, of laat --cameras weg.",
                                  "Name the folder that posterscan calibrate camera put them in, or leave --cameras out."))
    return tuple(load_profile(path) for path in files)


def _faults(profile: CameraProfile) -> Sequence[Fault]:
    lens = Lens(profile.lens.focal_px, profile.lens.principal_px, profile.lens.coefficients)
    if not lens.folds(profile.size_px):
        return ()
    return (Fault("lens", Message("zo'n lens bestaat niet: het beeld vouwt om", "there is no such lens: the picture folds over"),
                  Message("Maak het profiel opnieuw met posterscan calibrate camera.",
                          "Make the profile again with posterscan calibrate camera.")),)
