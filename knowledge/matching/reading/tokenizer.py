"""Words of Vietnamese text by pyvi, whose import costs time: it happens once, when needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import cast

from knowledge.matching.normalizer import fold, forms, normalize


def warm_up() -> None:
    """Load pyvi's model and word list now, so that no question has to wait for it."""
    _segmenter()
    real_syllables()
    folded_syllables()
    compounds()


def segment(text: str) -> list[str]:
    """Split accented text into words, compound words joined by a space: ["nghị quyết", "93", "là", "gì"]."""
    prepared = normalize(text).replace("&", "")  # pyvi would cut "kh&cn" in three
    if not prepared:
        return []
    return [word.replace("_", " ") for word in _segmenter()(prepared).split()]


def phrases(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Return the folded compound words (two or more syllables) that pyvi finds in accented texts."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        if text.isascii():
            continue  # without marks pyvi finds no words
        for word in segment(text):
            if " " in word:
                found.add(tuple(forms(word)))
    return frozenset(phrase for phrase in found if len(phrase) > 1)


@cache
def real_syllables() -> frozenset[str]:
    """Return the syllables, in lower case and with their marks, of the word list that comes with pyvi."""
    return frozenset(syllable for syllable in _listed_syllables() if not syllable.isascii())


@cache
def bare_syllables() -> frozenset[str]:
    """Return the syllables of that list that have no mark."""
    return frozenset(syllable for syllable in _listed_syllables() if syllable.isascii())


@cache
def _listed_syllables() -> frozenset[str]:
    return frozenset(normalize(" ".join(_listed_words())).split())


@cache
def compounds() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the folded compound words of that list by their first two syllables, the longest first."""
    table: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for word in _folded_words():
        if len(word) > 1:
            table.setdefault(word[:2], set()).add(word)
    return {pair: tuple(sorted(found, key=lambda word: (-len(word), word))) for pair, found in table.items()}


def cut(syllables: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each word of folded syllables, compound or not; of overlapping ones the first, longest."""
    at, listed = 0, compounds()
    while at < len(syllables):
        begun = listed.get(syllables[at : at + 2], ())
        size = next((len(word) for word in begun if word == syllables[at : at + len(word)]), 1)
        yield at, at + size
        at += size


@cache
def folded_syllables() -> frozenset[str]:
    """Return the folded words of that list, with a mark or without."""
    return frozenset(syllable for word in _folded_words() for syllable in word)


@cache
def _folded_words() -> tuple[tuple[str, ...], ...]:
    # All at once: 31,000 words folded one by one would take a tenth of the time until the first answer.
    return tuple(tuple(word.split()) for word in fold(" | ".join(_listed_words())).split(" | "))


def _listed_words() -> list[str]:
    return resources.files("pyvi").joinpath("models", "words.txt").read_text(encoding="utf-8").splitlines()


@cache
def _segmenter() -> Callable[[str], str]:
    with _absent("sklearn"):  # pyvi's model needs nothing of it; it would take 0.4 s and 55 MB for good
        from pyvi import ViTokenizer

    return cast("Callable[[str], str]", ViTokenizer.tokenize)


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Let a package that is not loaded yet look as if it were not installed."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment] # so Python itself marks what is not to be found
    try:
        yield
    finally:
        del sys.modules[name]
