"""What can go wrong, each with its remedy and exit code (contract: 1 some photos failed, 2 unusable input)."""

from __future__ import annotations


class PosterscanError(Exception):
    """Something that stops the work on one thing.

    ``problem`` names the thing and what is wrong with it, ``remedy`` what to do. Both are ready to be shown to a user.
    """

    exit_code = 2

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class UsageError(PosterscanError):
    """The command was called in a way that cannot work."""


class LayoutError(PosterscanError):
    """A layout.json that cannot be used."""


class CatalogueError(PosterscanError):
    """A catalogue.json that cannot be used."""


class PhotoError(PosterscanError):
    """A file that cannot be read as a photo, or a photo that shows nothing usable."""

    exit_code = 1


class SheetNotFound(PhotoError):
    """The poster could not be located in a photo."""
