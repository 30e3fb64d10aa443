"""`python -m posterscan`."""

from posterscan.cli.main import run

run()
