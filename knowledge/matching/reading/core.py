"""The question within a long message: people tell their story first, and what they want to know stands at its end."""

from __future__ import annotations

import re

from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import MAX_LENGTH, clean

LONG = 16  # words from which a message may hold more than its question
LETTER = 500  # characters above which the whole says too many things to be read as one
_LEAST = 4  # words of a part that may be a question
_SENTENCE = re.compile(r"(?<=[.?!;])\s+")


def core(text: str, lexicon: Lexicon) -> str:
    """Return the part of a long message that is its question; "" for a short one, and for one that is nothing else."""
    text = clean(text[:MAX_LENGTH])
    if len(text.split()) < LONG:
        return ""
    sentences = _SENTENCE.split(text)
    asked = sentences[_last_asking(sentences, lexicon)]
    lead = lexicon.leads(text).search(asked)
    behind = asked[lead.end() :] if lead else ""
    part = next((part for part in (behind, asked) if len(part.split()) >= _LEAST), text)
    return part if part != text else ""


def _last_asking(sentences: list[str], lexicon: Lexicon) -> int:
    for at in range(len(sentences) - 1, -1, -1):
        if "?" in sentences[at] or lexicon.asking(sentences[at]).search(sentences[at]):
            return at
    return len(sentences) - 1
