"""What can go wrong, each with its remedy and exit code (contract: 1 some photos failed, 2 unusable input)."""

from __future__ import annotations

from typing import Any

from posterscan.messages import NOTHING, Language, Message, as_message


class PosterscanError(Exception):
    """Something that stops the work on one thing.

    ``problem`` names the thing and what is wrong with it, ``remedy`` what to do, both as a `Message` in Dutch and
    English; a plain string counts for both languages. ``code`` is the English reason code for files.
    """

    exit_code = 2
    code = "error"

    def __init__(self, problem: Message | str, remedy: Message | str = NOTHING, code: str | None = None) -> None:
        self.problem = as_message(problem)
        self.remedy = as_message(remedy)
        if code is not None:
            self.code = code
        super().__init__(self.to("en"))

    def to(self, language: Language) -> str:
        """Problem and remedy in one language, ready to be shown."""
        return f"{self.problem.to(language)} {self.remedy.to(language)}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problem, self.remedy, self.code)  # survives the way back from a worker process


class UsageError(PosterscanError):
    """The command was called in a way that cannot work."""

    code = "usage"


class LayoutError(PosterscanError):
    """A layout.json that cannot be used."""

    code = "layout-unusable"


class CatalogueError(PosterscanError):
    """A catalogue.json that cannot be used."""

    code = "catalogue-unusable"


class CameraError(PosterscanError):
    """A camera's profile that cannot be used, or photos that none can be made of."""

    code = "camera-unusable"


class KitError(PosterscanError):
    """Words or settings that no kit can be made of, or a folder that it cannot be written to."""

    code = "kit-unusable"


class PosterError(PosterscanError):
    """A poster's artwork that cannot be used to recognise the poster by."""

    code = "poster-unusable"


class PhotoError(PosterscanError):
    """A file that cannot be read as a photo, or a photo that shows nothing usable."""

    exit_code = 1
    code = "photo-unreadable"


class SheetNotFound(PhotoError):
    """The poster could not be located in a photo."""

    code = "poster-not-found"
