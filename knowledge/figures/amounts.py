"""Numbers in digits and what stands behind them: scales, currencies, shares, times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from knowledge.figures.spoken import half_of, scale_of
from knowledge.figures.traced import Traced
from knowledge.figures.values import MONEY, PERCENT, Amount
from knowledge.matching.lexicon import read_table
from knowledge.matching.normalizer import normalize

_NUMBER = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:,\d+)?"
    r"|\d+(?:[.,]\d+)?)(?!\d)"
)
_WORD = re.compile(r" ?([a-z]+)\b")
_RANGE = re.compile(r" ?(?:-|den|toi) ?")
_YEAR_FOLLOWS = re.compile(r",? ?(?:19|20)\d\d\b")
_LONGEST_UNIT = 3  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number at [start, end) of folded text. `end` lies behind scale and unit. `values`: every way to read it."""

    start: int
    end: int
    values: tuple[Amount, ...]
    factor: Decimal = Decimal(1)  # of its scale

    @property
    def is_sum(self) -> bool:
        """Tell whether it is money or a share."""
        return any(value.unit in MONEY or value.unit == PERCENT for value in self.values)


def amounts(text: Traced) -> Iterator[Counted]:
    """Yield the numbers in digits. "từ 5 đến 10%": both are shares, the first also a plain number."""
    found = [_counted(text, hit) for hit in _NUMBER.finditer(text.text)]
    for at, (counted, is_bare) in enumerate(found):
        following = found[at + 1][0] if at + 1 < len(found) else None
        if is_bare and following and _RANGE.fullmatch(text.text[counted.end : following.start]):
            found[at] = _sharing(counted, following), False
        if not at or counted.end > found[at - 1][0].end:  # else the "500" of "2 tỷ 500 triệu": read with the 2
            yield found[at][0]


def unit_at(text: Traced, at: int) -> tuple[str, int]:
    """Return the unit at a place of the folded text, and where it ends; ("", `at`) when none stands there."""
    share = re.compile(r" ?%").match(text.text, at)
    if share:
        return PERCENT, share.end()
    ends = []
    place = at
    for _ in range(_LONGEST_UNIT):
        word = _WORD.match(text.text, place)
        if word is None:
            break
        place = word.end()
        ends.append(place)
    for end in reversed(ends):
        written = normalize(text.written(at, end).strip())
        unit = _units().get(written)
        if unit is not None:
            is_date = unit == "year" and _YEAR_FOLLOWS.match(text.text, end)
            return ("", at) if not unit or is_date else (unit, end)
    return "", at


def _counted(text: Traced, hit: re.Match[str]) -> tuple[Counted, bool]:
    """Return the number with its scale and unit, and whether it has neither."""
    factor, end = _scale(text, hit.end())
    numbers = [number * factor for number in _readings(hit.group())]
    if factor > 1:
        more, end = _rest(text, end, factor)
        numbers = [number + more for number in numbers]
    unit, end = unit_at(text, end)
    is_bare = factor == 1 and not unit
    values = tuple(Amount(number, unit) for number in numbers)
    return Counted(start=hit.start(), end=end, values=values, factor=factor), is_bare


def _readings(written: str) -> list[Decimal]:
    """Return what digits may stand for: "1.923" and "1 923" are thousands here, "1,923" may be either."""
    bare = written.replace(" ", "")
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", bare):
        return [Decimal(bare.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", bare):
        return [Decimal(bare.replace(",", "")), Decimal(bare.replace(",", "."))]
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", bare):
        return [Decimal(bare.replace(",", ""))]
    if bare.count(".") + bare.count(",") > 1:
        return [Decimal(re.sub(r"[.,]", "", bare))]
    return [Decimal(bare.replace(",", "."))]


def _scale(text: Traced, at: int) -> tuple[Decimal, int]:
    factor = Decimal(1)
    while (word := _WORD.match(text.text, at)) is not None:
        is_glued = word.start(1) == at
        scale = scale_of(text.written(word.start(1), word.end()), is_glued=is_glued)
        if not scale:
            break
        factor, at = factor * scale, word.end()  # "2 nghìn tỷ"
    return factor, at


def _rest(text: Traced, at: int, factor: Decimal) -> tuple[Decimal, int]:
    """Read "rưỡi" or a smaller sum behind a sum: the "500 triệu" of "2 tỷ 500 triệu"."""
    word = _WORD.match(text.text, at)
    if word and (half := half_of(text.written(word.start(1), word.end()))):
        return half * factor, word.end()
    number = re.compile(r" (\d{1,3})(?=[ a-z])").match(text.text, at)
    if number:
        smaller, end = _scale(text, number.end())
        if 1 < smaller < factor:
            more, end = _rest(text, end, smaller)
            return Decimal(number[1]) * smaller + more, end
    return Decimal(0), at


def _sharing(counted: Counted, following: Counted) -> Counted:
    """Give a bare number the unit and the scale of the one it makes a range with."""
    shared = [
        Amount(bare.value * factor, value.unit)
        for bare in counted.values
        for value in following.values
        for factor in {Decimal(1), following.factor}
    ]
    return Counted(start=counted.start, end=counted.end, values=tuple(dict.fromkeys((*counted.values, *shared))))


@cache
def _units() -> Mapping[str, str]:
    return {normalize(row.term): row.meaning for row in read_table("units")}
