"""How text is cleaned when it comes into the knowledge."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls end up as a space; halves of surrogate pairs, the byte order mark and non-characters as nothing.
_CONTROLS = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f]")
_UNWRITABLE = re.compile("[\ud800-\udfff\ufeff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return NFC text without controls (NUL above all), lines trimmed, each ended by a line feed. Idempotent."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()  # nearly every text: one line, nothing to repair
    text = _UNWRITABLE.sub("", _CONTROLS.sub(" ", _LINE_ENDS.sub("\n", text)))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(lines).strip()


def clean_line(text: str) -> str:
    """Return cleaned text on one line."""
    return " ".join(clean_text(text).split())
