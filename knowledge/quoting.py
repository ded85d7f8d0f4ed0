"""Whether a text holds a quote, whatever the case and the blanks. Pure."""

from __future__ import annotations

import unicodedata


def is_quoted(quote: str, text: str) -> bool:
    """Tell whether a text holds a quote."""
    return plain(quote) in plain(text)


def plain(text: str) -> str:
    """Return a text in NFC and lower case with single blanks, as quotes are compared."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
