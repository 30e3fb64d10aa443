"""How long a kit for ten tables takes to make and write, and how large its files are.

    python benchmarks/kit.py [--tables 10]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_S, MOST_MB = 20.0, 5.0


def main() -> None:
    """The whole process, as a user starts it, three times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for run in range(3):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "posterscan", "kit", f"{folder}/{run}", "--tables", str(options.tables)],
                           check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
        print(f"{options.tables} tables: {min(seconds):.1f} to {max(seconds):.1f} s (at most {MOST_S:g})")
        for file in sorted(Path(folder, "0").iterdir()):
            print(f"{file.name:28} {file.stat().st_size / 1e6:6.2f} MB (at most {MOST_MB:g})")


if __name__ == "__main__":
    main()
