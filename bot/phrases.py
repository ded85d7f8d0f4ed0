"""The wording catalogue (`*.vi.toml`): every sentence the assistant says that is not an entry's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def _catalogue() -> Mapping[str, Any]:
    files = sorted(resources.files("bot").iterdir(), key=lambda file: file.name)
    tables: dict[str, Any] = {}
    for file in files:
        if file.name.endswith(".vi.toml"):
            tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    return tables


def phrase(key: str, **values: object) -> str:
    """Return the wording of `key` ("table.name") with its blanks filled. Raises KeyError for an unknown key."""
    table, _, name = key.partition(".")
    return str(_catalogue()[table][name]).format(**values)


def words(key: str) -> tuple[str, ...]:
    """Return a list of words or phrases of the catalogue, as written there."""
    table, _, name = key.partition(".")
    return tuple(_catalogue()[table][name])
