"""Whether the compound words of a question are those of the base: what tells a strange question of known words."""

from __future__ import annotations

from itertools import pairwise

from knowledge.matching.index import Index
from knowledge.matching.lexicon import Forms
from knowledge.matching.tokenizer import compounds


def strange(reading: Forms, index: Index) -> float:
    """Return the share of a reading, 0.0-1.0, in compound words of the language that no text of the base holds.

    "Máy bay" is strange to a base that knows "máy" and "bay". Of overlapping ones the first and longest counts.
    """
    known, listed = index.vocabulary.pairs, compounds()
    total = unheld = 0.0
    at = 0
    while at < len(reading):
        begun = listed.get(reading[at : at + 2], ())
        word = next((word for word in begun if word == reading[at : at + len(word)]), reading[at : at + 1])
        weight = sum(map(index.weight, word))
        total += weight
        if not all(pair in known for pair in pairwise(word)):
            unheld += weight
        at += len(word)
    return unheld / total if total else 0.0
