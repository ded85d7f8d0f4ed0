"""Documents by their numbers: which may be the same, and which of a base is meant where a text leaves it open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import combinations

_LOCAL = frozenset({"hdnd", "ubnd", "tu", "tinh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document number as far as it was given. `kind`: nq, qd, kh, nd, luat, tt … ; "" and 0: not given.

    `issuer`: hdnd, ubnd, tw, cp …; "tinh": some body of the province, which people call now one, now the other.
    """

    number: int
    kind: str = ""
    year: int = 0
    issuer: str = ""
    text: str = ""  # as it was written, folded
    is_sure: bool = field(default=True, compare=False)  # a document is meant, not "hướng dẫn 5 bước"

    def fits(self, other: Document) -> bool:
        """Tell whether both may be the same document: nothing given on both sides differs."""
        return (
            self.number == other.number
            and _agree(self.kind, other.kind)
            and _agree(self.year, other.year)
            and (_agree(self.issuer, other.issuer) or _are_local(self.issuer, other.issuer))
        )

    def with_details(self, other: Document) -> Document:
        """Return this document with what it leaves open taken from `other`."""
        return replace(
            self, kind=self.kind or other.kind, year=self.year or other.year, issuer=self.issuer or other.issuer
        )


def meant_documents(documents: Iterable[Document]) -> dict[Document, Document]:
    """Complete each document of a base by the others that can be the same, unless these are several.

    "Nghị quyết 93" is 93/2021/NQ-HĐND where no other is known: so a question for 93/2022 is for something else.
    """
    by_number: dict[int, list[Document]] = {}
    for document in dict.fromkeys(documents):
        by_number.setdefault(document.number, []).append(document)
    return {
        document: _completed(document, [other for other in alike if document.fits(other)])
        for alike in by_number.values()
        for document in alike
    }


def distinct(meant: Mapping[Document, Document], written: Iterable[Document]) -> tuple[Document, ...]:
    """Return what is written as it is meant, each document once."""
    return tuple(dict.fromkeys(meant[document] for document in written))


def _completed(document: Document, fitting: Sequence[Document]) -> Document:
    if any(not left.fits(right) for left, right in combinations(fitting, 2)):
        return document
    return reduce(Document.with_details, fitting, document)


def _are_local(*issuers: str) -> bool:
    return "tinh" in issuers and _LOCAL.issuperset(issuers)


def _agree(left: object, right: object) -> bool:
    return not left or not right or left == right
