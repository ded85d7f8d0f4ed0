"""Bytes of a page to text: portals declare character sets they do not use, and some still write windows-1258."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_HEAD = 4_096  # bytes of a page in which it may declare its character set
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Servers send these names by default; Vietnamese cannot be written in them.
_WESTERN = {"iso8859-1", "iso8859-15", "cp1252", "ascii"}
_VIETNAMESE = "cp1258"


def decode(content: bytes, *, declared: str = "") -> str:
    """Return the text of a page. `declared` is the character set of its Content-Type header, "" for none.

    What is valid UTF-8 is UTF-8 whatever is declared. Bytes that mean nothing become U+FFFD.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    found = _DECLARED.search(content[:_HEAD])
    for name in ("utf-8", declared, found[1].decode("ascii", "replace") if found else ""):
        encoding = _known(name)
        if encoding and encoding not in _WESTERN:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    return content.decode(_VIETNAMESE, "replace")


def _known(name: str) -> str:
    try:
        return codecs.lookup(name.strip()).name if name.strip() else ""
    except LookupError:
        return ""
