"""Which page of a long list a query asks for."""

from __future__ import annotations

from collections.abc import Mapping

_DIGITS = 4  # no list is longer than 9,999 pages


def page_number(query: Mapping[str, str]) -> int:
    """Return the page that `?page=` asks for, counted from 1; the first for what is no such number."""
    text = query.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 1
