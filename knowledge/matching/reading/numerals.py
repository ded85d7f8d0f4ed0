"""Numbers in words, as people dictate the number of a document, digit by digit or in full, and Roman ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from knowledge.matching.lexicon import Row
from knowledge.matching.normalizer import fold

_KINDS = frozenset({"digit", "variant", "scale", "ordinal", "joiner"})
_SCALES = {"100": 100, "1000": 1000}
_TEN = 10
YEARS = range(1900, 2100)  # numbers that are taken for one
_ROMAN = {"i": 1, "v": 5, "x": 10}


def digits_of(rows: Iterable[Row]) -> Mapping[str, str]:
    """Return folded words for numbers with their figures, from the table "numbers"."""
    # "tam" is rarely a Chinese three, mostly an unmarked eight: the surer one counts.
    ordered = sorted(rows, key=lambda row: row.weight)
    return {fold(row.term): row.meaning for row in ordered if row.kind in _KINDS}


def roman(form: str) -> int:
    """Return the value of a Roman numeral of ones, fives and tens, in lower case; 0 for none."""
    if any(letter not in _ROMAN for letter in form):
        return 0
    values = [_ROMAN[letter] for letter in form]
    return sum(-low if low < high else low for low, high in pairwise([*values, 0]))


def spoken(pieces: Sequence[str], digits: Mapping[str, str]) -> tuple[int, int]:
    """Read a spoken number at the start, digit by digit or in full; return it and how many words it takes.

    ["chin", "ba"] and ["chin", "muoi", "ba"] are 93, ["sau", "tram", "tam", "bay"] is 687. 0: there is none.
    """
    skipped = int(pieces[:1] == ["so"])
    values: list[str] = []
    for piece in pieces[skipped:]:
        value = digits.get(piece, "")
        if not value.isdigit() or (len(value) > 2 and value not in _SCALES) or len(piece) == 1:  # noqa: PLR2004
            break
        values.append(value)
    while values and pieces[skipped + len(values) - 1] == "khong":  # it asks: "nghị quyết chín ba không"
        values.pop()
    end = skipped + len(values)
    if len(values) <= 2 and pieces[end - 1 : end] == ["nam"]:  # noqa: PLR2004 - "kế hoạch ba năm" takes three years
        return 0, 0
    return _number_of(values), end


def _number_of(values: Sequence[str]) -> int:
    """Return the number that digits, tens ("10") and scales make, spoken one after the other; 0 for none."""
    whole, written = 0, ""
    for at, value in enumerate(values):
        if value == "1000":  # of all that was said: "một trăm nghìn"
            whole, written = (whole + int(written or not whole)) * _SCALES[value], ""
        elif value in _SCALES:
            whole, written = whole + int(written or "1") * _SCALES[value], ""
        elif int(value) != _TEN:
            written += value
        elif len(written) != 1:  # "mười" begins a number of two figures, "mươi" only says that tens stood before
            followed = at + 1 < len(values) and len(values[at + 1]) == 1
            written += "1" if followed else "10"
        elif at + 1 == len(values) or len(values[at + 1]) > 1:
            written += "0"
    if values and values[-1] not in _SCALES and len(written) == 1 and len(values) > 1 and values[-2] in _SCALES:
        scale = _SCALES[values[-2]] // _TEN  # "sáu trăm hai" is 620
        return whole + int(written) * scale
    return whole + int(written or "0")
