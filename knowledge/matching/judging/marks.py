"""Whether the marks of a word show that it is another than that of the base with its letters: "thuế", not "thuê"."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

from knowledge.matching.normalizer import Word
from knowledge.matching.reading.tokenizer import real_syllables

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_HOOK_AND_TILDE = str.maketrans("\u0309\u0303", "\u0303\u0309")  # one sound in the south: mixed up by many


def has_other_marks(word: Word, spelled: Container[str]) -> bool:
    """Tell whether a word has its tone, and `spelled`, the words of the base, has its letters with other marks only.

    Without a tone marks may be missing; what is no syllable of the language is a slip.
    """
    if not word.is_marked or word.surface in spelled or word.form in spelled or word.surface not in real_syllables():
        return False
    letters = unicodedata.normalize("NFD", word.surface)
    mixed_up = unicodedata.normalize("NFC", letters.translate(_HOOK_AND_TILDE))
    return not _TONES.isdisjoint(letters) and mixed_up not in spelled
