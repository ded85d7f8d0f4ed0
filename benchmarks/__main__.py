"""`make bench`: every table, or those named in TABLES: `python -m benchmarks ingress matching scale`."""

from __future__ import annotations

import importlib
import sys

TABLES = ("ingress", "startup", "matching", "reading", "wordings", "scale", "behaviour", "console", "widget")


def main(names: list[str]) -> None:
    """Print the tables one after the other."""
    for name in names or TABLES:
        if name not in TABLES:
            raise SystemExit(f"There is no table {name!r}; there are {', '.join(TABLES)}.")
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
