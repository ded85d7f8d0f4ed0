"""Numbers in Vietnamese words, found by their marks: folded, "five" is also "south" and "four" also "from"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from knowledge.matching.lexicon import read_table
from knowledge.matching.normalizer import normalize

_SURE = 0.55  # weight in numbers.tsv from which a word counts as a number in written text; below it is chat or a noun
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number in words: the places [start, end) among the words given, and whether it is a bare digit."""

    value: Decimal
    start: int
    end: int
    is_digit: bool


@dataclass(frozen=True, slots=True)
class _Part:
    value: Decimal
    kind: str


def spoken_numbers(words: Sequence[str]) -> list[Spoken]:
    """Find the numbers in words as they are written, one after the other; marks and case as in the text."""
    parts = [_table().get(normalize(word)) for word in words]
    found: list[Spoken] = []
    at = 0
    while at < len(parts):
        end, value = _longest(parts, at)
        if end > at:
            found.append(Spoken(value=value, start=at, end=end, is_digit=end - at == 1 and value < _TEN))
        at = max(end, at + 1)
    return found


def scale_of(word: str, *, is_glued: bool = False) -> int:
    """Return what a word behind digits multiplies them by: 1000 for "nghìn"; 0: nothing. "k" only counts glued to them.

    The word is given as it is written.
    """
    part = _table().get(normalize(word))
    if part is not None and part.value >= _THOUSAND:
        return int(part.value)
    return _THOUSAND if is_glued and word.lower() == "k" else 0


def half_of(word: str) -> Decimal:
    """Return what "rưỡi" adds to a scale, 0 for any other word."""
    part = _table().get(normalize(word))
    return part.value if part is not None and part.kind == "half" else Decimal(0)


def ordinal(words: Sequence[str]) -> tuple[int, int]:
    """Read what stands behind "thứ": the number and how many words it took; (0, 0) when there is none."""
    first = normalize(words[0]) if words else ""
    longer = [number for number in spoken_numbers(words[:3]) if number.start == 0 and number.end > 1]
    if longer:
        return int(longer[0].value), longer[0].end
    return (_ordinals()[first], 1) if first in _ordinals() else (0, 0)


def _longest(parts: Sequence[_Part | None], start: int) -> tuple[int, Decimal]:
    """Read as many words from `start` as make one number; (start, 0) when none begins there."""
    first = parts[start]
    if first is None or first.kind != "digit" or first.value == 0:
        return start, Decimal(0)
    counted = _Count()
    at = start
    while at < len(parts):
        part = parts[at]
        if part is None or not counted.take(part):
            break
        at += 1
    while (last := parts[at - 1]) is not None and last.kind == "joiner":
        at -= 1  # "linh" at the end joins nothing
    return at, counted.value


@dataclass(slots=True)
class _Count:
    """Adds word by word: `closed` up to the last thousand or more, `open` below it, `digit` the last figure."""

    closed: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    digit: Decimal | None = None
    scale: int = 1  # of the last word that multiplied
    closing: int = 1  # the last thousand or more

    @property
    def value(self) -> Decimal:
        return self.closed + self.open + (self.digit or 0)

    def take(self, part: _Part) -> bool:
        """Add one word; False when the number does not go on so."""
        if part.kind == "joiner":
            return self.digit is None
        if part.kind == "half":
            return self._add_half(part.value)
        if part.kind == "scale" or part.value >= _THOUSAND:
            return self._multiply(int(part.value))
        return self._add_digit(part)

    def _add_digit(self, part: _Part) -> bool:
        is_late = part.kind == "variant"  # "lăm", "mốt": only behind the tens
        if self.digit is not None or (is_late and self.scale != _TEN):
            return False
        if part.value == _TEN:
            self.open, self.scale = self.open + _TEN, _TEN
        else:
            self.digit = part.value
        return True

    def _multiply(self, scale: int) -> bool:
        if scale < _THOUSAND:
            if self.digit is None:
                return False
            self.open, self.digit, self.scale = self.open + self.digit * scale, None, scale
            return True
        pending = self.open + (self.digit or 0)
        if self.closed and scale > self.closing:
            self.closed = (self.closed + pending) * scale  # "hai nghìn tỷ"
        elif pending:
            self.closed += pending * scale
        else:
            return False
        self.open, self.digit, self.scale, self.closing = Decimal(0), None, scale, scale
        return True

    def _add_half(self, half: Decimal) -> bool:
        if self.scale == 1 or self.digit is not None:
            return False
        self.closed += half * self.scale
        return True


@cache
def _table() -> Mapping[str, _Part]:
    """Return the single words of numbers.tsv that surely are numbers, by how they are written."""
    found: dict[str, _Part] = {}
    for row in read_table("numbers"):
        is_number = row.kind in {"digit", "variant", "scale", "joiner", "half"}
        sure = row.weight >= _SURE or row.meaning == "0"  # "không" is needed inside "không trăm"
        if is_number and sure and " " not in row.term and row.meaning not in {".", "%"}:
            whole = row.meaning.isdigit()
            if row.kind in {"joiner", "half"} or whole:
                found[normalize(row.term)] = _Part(Decimal(row.meaning), row.kind)
    return found


@cache
def _ordinals() -> Mapping[str, int]:
    """Return the words that may follow "thứ"."""
    named = ((normalize(row.term).split(), row) for row in read_table("numbers") if row.kind == "ordinal")
    return {words[-1]: int(row.meaning) for words, row in named if len(words) == 2}  # noqa: PLR2004 "thứ" and the number
