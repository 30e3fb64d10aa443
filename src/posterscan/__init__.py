"""From a photo of a filled workshop poster to one JSON file."""

__version__ = "0.1.0"
