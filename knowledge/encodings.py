"""Bytes of a file to text: UTF-8 and UTF-16 as Excel writes them, and windows-1258 of older programs."""

from __future__ import annotations

import codecs
import re
import unicodedata

from runtime.errors import KnowledgeError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # "Unicode Text" of Excel
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VIETNAMESE = "cp1258"  # writes a tone mark as a character of its own behind the vowel
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STRAY_TONE = re.compile("(?<![aeiouyAEIOUY\u00e2\u00c2\u0103\u0102\u00ea\u00ca\u00f4\u00d4\u01a1\u01a0\u01b0\u01af])"
                         "[\u0300\u0301\u0303\u0309\u0323]")  # fmt: skip


def text_of(content: bytes, *, name: str = "The file") -> str:
    """Return the text of a file, in NFC. Raises KnowledgeError naming the line when its encoding is none of these.

    What is not UTF-8 is taken for windows-1258 only if tone marks stand where Vietnamese has them.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, name)
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8"))
    except UnicodeDecodeError as error:
        found = _vietnamese(content)
        if found is None:
            raise _unreadable(content, error, name) from error
        return found


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return unicodedata.normalize("NFC", content.decode(encoding))
    except UnicodeDecodeError as error:
        raise _unreadable(content, error, name) from error


def _vietnamese(content: bytes) -> str | None:
    try:
        text = content.decode(_VIETNAMESE)
    except UnicodeDecodeError:
        return None
    is_plausible = _TONE.search(text) and not _STRAY_TONE.search(text)
    return unicodedata.normalize("NFC", text) if is_plausible else None


def _unreadable(content: bytes, error: UnicodeDecodeError, name: str) -> KnowledgeError:
    line = content.count(b"\n", 0, error.start) + 1
    return KnowledgeError(f"{name} is not UTF-8, at line {line}.", hint='Save it again with the encoding "UTF-8".')
