"""The console's wording that code has to say: one catalogue per page in `wording/NAME.vi.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def _catalogue(name: str) -> Mapping[str, Any]:
    file = resources.files("admin") / "wording" / f"{name}.vi.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(f"there is no catalogue admin/wording/{name}.vi.toml") from None


def say(key: str, **values: object) -> str:
    """Return the wording of `key` with its blanks filled: "entries.saved" is `saved` in entries.vi.toml.

    Deeper tables follow with more dots. Raises KeyError for an unknown key.
    """
    name, *path = key.split(".")
    found: Any = _catalogue(name)
    for part in path:
        found = found[part]
    if not isinstance(found, str):
        raise KeyError(f"{key} is a table, not a sentence")
    return found.format(**values)


def named(table: str, name: str) -> str:
    """Return the wording of an identifier; one that has none yet is shown as it is."""
    try:
        return say(f"{table}.{name}")
    except KeyError:
        return name
