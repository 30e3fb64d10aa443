"""The record of one photo at a glance, as it is kept between runs and travels between machines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from posterscan.batch.likeness import Signature
from posterscan.messages import NOTHING, Message

Status = Literal["located", "partial", "nothing", "unreadable"]
Corners = Annotated[tuple[tuple[float, float], ...], Field(min_length=4, max_length=4)]


class CodeSeen(BaseModel):
    """What the tags of the poster said. table: None where unread; session: None where unread or where the poster names none."""

    model_config = ConfigDict(frozen=True)

    table: int | None = None
    session: str | None = None
    session_read: bool = False

    @property
    def whole(self) -> bool:
        """Whether both session and table are known."""
        return self.table is not None and self.session_read


class MarkerSeen(BaseModel):
    """A marker of the layout and its corners, 0..1 of the picture's width and height."""

    model_config = ConfigDict(frozen=True)

    id: int
    corners: Corners


class Look(BaseModel):
    """One photo at a glance.

    photo: its name, relative, with "/". status: `located`, `partial` (a close-up: markers, too few to place the sheet, or just
    cards), `nothing` (no poster that can be used, code says why) or `unreadable`. kit: the folder of the kit that it was looked
    at with; kit_session: the session that this kit was printed for. in_view: share of the sheet; pose: the sheet's corners from
    its top-left, clockwise, 0..1 of the picture; both None, and px_per_mm (of the photo as it is in the file), unless located.
    seconds: that looking took. camera: name of the profile of its camera, None where there is none. by_artwork: the poster was
    located without markers.
    """

    model_config = ConfigDict(frozen=True)

    photo: str
    sha256: str
    file_bytes: int
    status: Status
    code: str | None = None
    problem: Message = NOTHING
    remedy: Message = NOTHING
    size_px: tuple[int, int] | None = None
    taken_at: str | None = None
    kit: str | None = None
    kit_session: str | None = None
    layout: str | None = None
    markers: tuple[MarkerSeen, ...] = ()
    by_artwork: bool = False
    in_view: float | None = None
    px_per_mm: float | None = None
    pose: Corners | None = None
    table_code: CodeSeen | None = None
    signature: Signature | None = None
    seconds: float = 0.0
    camera: str | None = None
