"""What a figure says, and when one figure carries another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from knowledge.matching.asking.documents import Document

PERCENT = "%"
MONEY = frozenset({"vnd", "usd", "eur"})
_PLAINLY_MONEY = 1_000  # "tổng kinh phí 436 triệu": a sum of that size needs no currency


class Kind(StrEnum):
    """What sort of figure it is."""

    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    TIME = "time"
    DOCUMENT = "document"
    EDITION = "edition"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, and what it counts if that is money, a share or a time: "vnd", "%", "day" …; "" otherwise."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it was given; 0: not given."""

    day: int = 0
    month: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day."""

    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in national form."""

    digits: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The how-manieth time."""

    number: int


Value: TypeAlias = Amount | Day | Hour | Phone | Edition | Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure at [start, end) of the text. `values`: every way to read it, any of which counts.

    `is_claim`: it asserts something. A small number in words ("hai hình thức") does not: it counts what stands there.
    """

    kind: Kind
    start: int
    end: int
    values: tuple[Value, ...]
    is_claim: bool = True


def carries(known: Value, wanted: Value) -> bool:
    """Tell whether text that holds `known` says `wanted`. What is left out may differ; what is given must be there."""
    match wanted:
        case Amount():
            return _carries_amount(known, wanted)
        case Day():
            return isinstance(known, Day) and _given(
                (wanted.day, known.day), (wanted.month, known.month), (wanted.year, known.year)
            )
        case Document():
            return (
                isinstance(known, Document)
                and known.number == wanted.number
                and _given((wanted.kind, known.kind), (wanted.year, known.year), (wanted.issuer, known.issuer))
            )
        case _:
            return known == wanted


def _carries_amount(known: Value, wanted: Amount) -> bool:
    if isinstance(known, Day | Document):
        return not wanted.unit and bool(known.year) and known.year == wanted.value
    if not isinstance(known, Amount) or known.value != wanted.value:
        return False
    if known.unit == wanted.unit:
        return True
    if wanted.unit in MONEY:
        return not known.unit and known.value >= _PLAINLY_MONEY
    if PERCENT in {known.unit, wanted.unit}:
        return False
    return not wanted.unit or not known.unit


def _given(*pairs: tuple[int | str, int | str]) -> bool:
    return all(not wanted or wanted == known for wanted, known in pairs)
