"""Write a clean question the way people type it: without marks, abbreviated, misspelt. Seeded; for calibration only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import fold, words
from knowledge.matching.reading.spelling import NEIGHBOURS

_TELEX_ENDS = "sfrxj"


@dataclass(frozen=True, slots=True)
class Habits:
    """How often, for each word 0.0-1.0: shortened by the lexicon, mistyped, glued to the next; and marks left out."""

    shorten: float = 0.5
    mistype: float = 0.15
    glue: float = 0.03
    unmarked: float = 0.5  # for each question


def shorthand(lexicon: Lexicon) -> Mapping[Forms, tuple[str, ...]]:
    """Turn the table of abbreviations round: folded words -> how people shorten them."""
    table: dict[Forms, list[str]] = {}
    for meanings in lexicon.meanings.values():
        for meaning in meanings:
            if meaning.weight >= 0.5:  # noqa: PLR2004
                table.setdefault(meaning.forms, []).append(meaning.written)
    return {forms: tuple(sorted(set(found))) for forms, found in table.items()}


def disturb(text: str, short: Mapping[Forms, tuple[str, ...]], habits: Habits, chance: np.random.Generator) -> str:
    """Return `text` as somebody with these habits may type it. The same generator state gives the same text."""
    source = words(text)
    typed: list[str] = []
    at = 0
    while at < len(source):
        size, piece = 1, source[at].surface
        for length in range(min(5, len(source) - at), 0, -1):
            options = short.get(tuple(word.form for word in source[at : at + length]))
            if options and chance.random() < habits.shorten:
                size, piece = length, options[int(chance.integers(len(options)))]
                break
        else:
            if chance.random() < habits.mistype:
                piece = _mistype(piece, chance)
        typed.append(piece)
        at += size
    joined = "".join(piece + ("" if chance.random() < habits.glue else " ") for piece in typed).strip()
    return fold(joined) if chance.random() < habits.unmarked else joined


def _mistype(word: str, chance: np.random.Generator) -> str:
    if len(word) < 3:  # noqa: PLR2004
        return word
    at = int(chance.integers(1, len(word)))
    match int(chance.integers(5)):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case 3:
            near = NEIGHBOURS.get(fold(word[at]), "")
            return word[:at] + near[int(chance.integers(len(near)))] + word[at + 1 :] if near else word
        case _:
            return fold(word) + _TELEX_ENDS[int(chance.integers(len(_TELEX_ENDS)))]
