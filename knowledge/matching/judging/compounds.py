"""Whether the compound words of a question are those of the base: what tells a strange question of known words."""

from __future__ import annotations

from itertools import pairwise

from knowledge.matching.index import Index
from knowledge.matching.lexicon import Forms
from knowledge.matching.reading.tokenizer import cut


def strange(reading: Forms, index: Index) -> float:
    """Return the share of a reading, 0.0-1.0, in compound words of the language that no text of the base holds.

    "Máy bay" is strange to a base that knows "máy" and "bay".
    """
    known = index.vocabulary.pairs
    total = unheld = 0.0
    for start, stop in cut(reading):
        word = reading[start:stop]
        weight = sum(map(index.weight, word))
        total += weight
        if not all(pair in known for pair in pairwise(word)):
            unheld += weight
    return unheld / total if total else 0.0
