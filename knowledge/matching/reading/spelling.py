"""What a mistyped word may have been meant as: Telex keys left in, blanks lost, letters doubled, swapped or missed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from knowledge.matching.lexicon import Forms
from knowledge.matching.reading.tokenizer import compounds, folded_syllables
from knowledge.matching.reading.vocabulary import Vocabulary, is_syllable

NEIGHBOURS = {
    "a": "sqz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "g": "fhb", "h": "gjn", "i": "uok", "k": "jlm",
    "l": "kop", "m": "nk", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg",
    "u": "yij", "v": "cbf", "x": "zcs", "y": "tuh",
}  # fmt: skip
"""The keys beside each letter."""

_TELEX_PAIRS = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
_TELEX_TONES = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]")
_DOUBLED_LETTER = re.compile(r"([a-z])\1+")
_TELEX_KEYS = frozenset("sfrxjw")
_TWINS = re.compile(r"(?:[hklmst]|qu)[iy]")
_VOWELS = frozenset("aeiouy")
_ONSET, _MOST_CONTRACTED = 3, 2
_CONTRACTED = 0.9  # weight of the only word that may be shortened so
_SHORTEST = 3  # letters of a word that is corrected letter by letter
_MOST_NEAR = 5
_DOUBLED, _SWAPPED, _BESIDE, _MISSED, _EXTRA, _OTHER, _TWO = 0.85, 0.8, 0.75, 0.75, 0.65, 0.55, 0.4
_LONGEST_PIECE, _MOST_PIECES, _MOST_MISTYPED = 7, 5, 2
_GLUED_LENGTHS = range(4, 31)
_PATHS = 3  # ways to cut that are followed from each place
_PIECE, _KNOWN_PAIR, _TELEX_PIECE, _MISTYPED_PIECE = 3.0, 2.0, 0.5, 2.0  # what a piece costs, and what a pair saves


@dataclass(frozen=True, slots=True)
class Guess:
    """Syllables that may have been meant, with a weight of 0.0-1.0. `source` says which rule."""

    forms: Forms
    weight: float
    source: str


def guesses(form: str, vocabulary: Vocabulary, common: AbstractSet[str]) -> Iterator[Guess]:
    """Yield what a folded word that the base does not know may have been meant as: syllables the base knows.

    Only what Telex keys spell may be any syllable of the language, and words run together may also be `common` ones,
    which people write whatever they ask.
    A word that is itself a syllable of the language is less likely mistyped: its guesses weigh about half.
    """
    trust = 0.45 if is_attested(form) else 1.0
    for decoded in telex(form):
        if vocabulary.knows(decoded):
            yield Guess((decoded,), 0.85 * trust, "telex")
        elif is_attested(decoded):
            yield Guess((decoded,), 0.75 * trust, "telex")
    if trust == 1.0:
        yield from _contractions(form, vocabulary)
    for cut in cuts(form, vocabulary, common):
        yield Guess(cut.forms, cut.weight * (0.5 if trust < 1.0 else 1.0), "glued")
    if len(form) >= _SHORTEST:
        for found, weight in likely(form, vocabulary):
            yield Guess((found,), weight * trust, "spelling")


def _contractions(form: str, vocabulary: Vocabulary) -> Iterator[Guess]:
    """Yield the words of two syllables that may be shortened to the first letters of one and the other: "ktra"."""
    for size in range(1, _ONSET + 1):
        onset, rest = form[:size], form[size:]
        if len(rest) < 2 or not _VOWELS.isdisjoint(onset):  # noqa: PLR2004 - "tt" shortens two words
            return
        if onset[-1] == rest[0]:
            continue  # a key was held: "ttinh"
        meant = [first for first in vocabulary.before.get(rest, ()) if first.startswith(onset) and len(first) > size]
        counts = {(first, rest): vocabulary.pairs[first, rest] for first in meant if is_compound((first, rest))}
        whole = sum(counts.values())
        for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CONTRACTED]:
            yield Guess(pair, _CONTRACTED * (count / whole) ** 0.5, "contraction")


def is_attested(form: str) -> bool:
    """Tell whether a folded word is a syllable of the language: "khoong" only has the shape of one."""
    return is_syllable(form) and form in folded_syllables()


def is_compound(forms: Forms) -> bool:
    """Tell whether folded syllables are a word of the language."""
    return forms in compounds().get(forms[:2], ())


def twin(form: str) -> str:
    """Return the other spelling of a syllable that people end with i or y ("đăng ký", "đăng kí"), or ""."""
    if _TWINS.fullmatch(form) is None:
        return ""
    return form[:-1] + ("y" if form[-1] == "i" else "i")


def telex(form: str) -> list[str]:
    """Return what a folded word may be when its Telex keys were left in, or a key was held: "dduwocj" -> "duoc".

    Best guesses first.
    """
    base = form
    for keys, letter in _TELEX_PAIRS:
        base = base.replace(keys, letter)
    base = _DOUBLED_LETTER.sub(r"\1", base)
    found = [base, *(base[: hit.end() - 1] + base[hit.end() :] for hit in _TELEX_TONES.finditer(base))]
    if base and base[-1] in "sfrxj":
        found.append(base[:-1])
    return [guess for guess in dict.fromkeys(found) if guess != form and is_syllable(guess)]


def likely(form: str, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Return known syllables that one slip, in longer words two, makes into `form`; the likeliest first."""
    scored = [
        (found, slip(form, found) if distance == 1 else _TWO) for found, distance in vocabulary.near(form)
    ]  # fmt: skip
    return sorted(scored, key=lambda item: (-item[1], -vocabulary.counts[item[0]], item[0]))[:_MOST_NEAR]


def slip(typed: str, meant: str) -> float:
    """Return how likely one slip made `meant` into `typed`, 0.0-1.0. Both are one edit or one exchange apart."""
    at = next((at for at, (left, right) in enumerate(zip(typed, meant, strict=False)) if left != right), None)
    if len(typed) > len(meant):
        at = len(meant) if at is None else at
        if at and typed[at] == typed[at - 1]:
            return _DOUBLED
        return _BESIDE if typed[at] in _TELEX_KEYS else _EXTRA
    if len(typed) < len(meant):
        return _MISSED
    if at is None or typed[at + 1 :] != meant[at + 1 :]:
        return _SWAPPED
    return _BESIDE if typed[at] in NEIGHBOURS.get(meant[at], "") else _OTHER


@dataclass(frozen=True, slots=True)
class _Cut:
    """A way to cut a word. `joined`: neighbours among its pieces that the base knows as such; `mistyped`: pieces."""

    cost: float = 0.0
    forms: Forms = ()
    joined: int = 0
    mistyped: int = 0

    @property
    def weight(self) -> float:
        is_whole = self.joined == len(self.forms) - 1
        if self.mistyped:
            return 0.6 if is_whole else 0.45
        return 0.85 if is_whole else 0.65


def cuts(form: str, vocabulary: Vocabulary, common: AbstractSet[str] = frozenset()) -> list[_Cut]:
    """Return the likeliest ways to cut a word into two to five syllables that the base knows; two may be mistyped."""
    if len(form) not in _GLUED_LENGTHS:
        return []
    best: list[list[_Cut]] = [[] for _ in range(len(form) + 1)]
    best[0] = [_Cut()]
    for end in range(2, len(form) + 1):
        found: dict[str, _Cut] = {}
        for start in range(max(0, end - _LONGEST_PIECE - 1), end - 1):
            if not best[start]:
                continue
            for piece, cost in _pieces(form[start:end], vocabulary, common):
                for before in best[start]:
                    made = _extended(before, piece, cost, vocabulary)
                    if made is not None and (piece not in found or made.cost < found[piece].cost):
                        found[piece] = made
        best[end] = sorted(found.values(), key=lambda cut: (cut.cost, cut.forms))[:_PATHS]
    whole = [cut for cut in best[len(form)] if len(cut.forms) > 1]
    return whole or sorted(_peeled(form, best, vocabulary), key=lambda cut: (cut.cost, cut.forms))[:_PATHS]


def _peeled(form: str, best: Sequence[Sequence[_Cut]], vocabulary: Vocabulary) -> Iterator[_Cut]:
    """Yield cuts whose first or last piece is mistyped and whose other pieces stand together in the base."""
    for start in range(len(form) - _SHORTEST, 1, -1):
        for before in best[start]:
            if not before.mistyped and len(form) - start <= _LONGEST_PIECE:
                for found, weight in likely(form[start:], vocabulary):
                    made = _extended(before, found, _MISTYPED_PIECE / weight, vocabulary)
                    if made and (before.forms[-1], found) in vocabulary.pairs:
                        yield made
    for start in range(_SHORTEST, min(len(form) - 1, _LONGEST_PIECE + 1)):
        rest = form[start:]
        if vocabulary.knows(rest):
            for found, weight in likely(form[:start], vocabulary):
                if (found, rest) in vocabulary.pairs:
                    yield _Cut(2 * _PIECE + _MISTYPED_PIECE / weight - _KNOWN_PAIR, (found, rest), 1, 1)


def _extended(before: _Cut, piece: str, cost: float, vocabulary: Vocabulary) -> _Cut | None:
    mistyped = before.mistyped + (cost > 0)
    if len(before.forms) == _MOST_PIECES or mistyped > _MOST_MISTYPED:
        return None
    is_joined = bool(before.forms) and (before.forms[-1], piece) in vocabulary.pairs
    cost += before.cost + _PIECE - _KNOWN_PAIR * is_joined
    return _Cut(cost, (*before.forms, piece), before.joined + is_joined, mistyped)


def _pieces(typed: str, vocabulary: Vocabulary, common: AbstractSet[str]) -> Iterator[tuple[str, float]]:
    """Yield the syllables of the base that a part of a word may be, with what that costs."""
    if vocabulary.knows(typed) or typed in common:
        yield typed, 0.0
    elif not _TELEX_KEYS.isdisjoint(typed) or any(left == right for left, right in pairwise(typed)):
        for decoded in telex(typed):
            if vocabulary.knows(decoded) or decoded in common:
                yield decoded, _TELEX_PIECE
