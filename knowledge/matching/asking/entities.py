"""Names that must not be confused: document numbers in any spelling, editions, places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from knowledge.matching.asking.documents import Document
from knowledge.matching.asking.particulars import NONE, ParticularReader, Particulars
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word, as_word, fold, forms, normalize
from knowledge.matching.reading.numerals import YEARS, digits_of, roman, spoken

_FULL = re.compile(
    r"\b(?:(?P<kind>[a-z]+(?: [a-z]+){0,2})\s*(?:so|so hieu)?\s*)?"
    r"(?P<number>\d{1,5})\s*(?:/\s*(?P<year>(?:19|20)\d\d)\s*)?[/-]\s*"
    r"(?P<code>[a-z]{1,6}\d{0,3})(?:\s*[-/]\s*(?P<issuer>[a-z&]{1,8}))?\b"
)
_NAMED = re.compile(
    r"(?:so hieu|so)?\s*(?P<number>\d{1,5})(?!\d)(?:(?:\s*/\s*|\s+)(?P<year>(?:19|20)\d\d)\b)?(?!\s*[.,]\d)"
)
_EDITION = re.compile(r"\blan\s*(?:thu\s*)?(\d{1,3}|[a-z]+)\b")
_OPENING_EDITION = re.compile(
    r"^\W*lan (?!thu |nay |truoc |sau |toi |dau )(?:[a-z]+ ){1,9}?thu (?!may |bao )([a-z]+|\d{1,3})\b"
)
_GLUED = re.compile(r"(?<=[a-z])(?=\d)")  # "nq93" -> "nq 93"
_SPACED_ASSEMBLY = re.compile(r"(?<=qh) (?=\d)")  # but "qh14"
MOST_DOCUMENTS = 20  # of one text; bounds the time
_SPOKEN_LIMIT = 8  # words of a spoken number
_TEN = 10  # least number of a document that is spoken
_DATED = frozenset({"ngay", "thang", "nam"})  # before a number they begin a date: "Nghị quyết 93 ngày 10/12/2021"
_LEGAL = 0.9  # weight of a kind of document from which a number behind it is that of one
# "do Thủ tướng ban hành" is what somebody supposes of it, and names no other document.
_BEHIND = re.compile(r"\s*(?:so\s*)?(?:(?:nam|ngay)\s*[\d/.-]+\s*)?cua\s+(?:cac\s+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """What a text names."""

    documents: tuple[Document, ...] = ()
    editions: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()  # folded names of provinces
    particulars: Particulars = NONE  # read apart, by `EntityReader.particulars`
    speaks_of_home: bool = False  # beside places: "tỉnh" by itself, the writer's own province


@dataclass(frozen=True, slots=True)
class EntityReader:
    """The tables of one lexicon, prepared."""

    kinds: Mapping[str, str]
    legal: frozenset[str]  # kinds that hardly name anything but a document
    naming: re.Pattern[str]
    issuers: Mapping[str, str]
    issuing: re.Pattern[str]  # what follows a number when the body is named in words: "của Bộ Chính trị"
    bodies: Mapping[str, str]  # its name, folded -> as in Document
    units: frozenset[str]
    digits: Mapping[str, str]
    placing: re.Pattern[str]
    places: Mapping[str, tuple[str, str]]  # folded -> (folded name, name with marks)
    home: Mapping[str, str]  # words for the own province, folded -> with marks
    particulars: ParticularReader

    @classmethod
    def of(cls, lexicon: Lexicon) -> EntityReader:
        """Prepare the tables "documents", "numbers" and "places"."""
        documents = lexicon.tables.get("documents", ())
        kinds = {fold(row.term): row.meaning for row in documents if row.kind == "document"}
        bodies = {fold(row.term): row.meaning for row in documents if row.kind == "body"}
        names = _any(kinds)
        named = lexicon.tables.get("places", ())
        places = {
            " ".join(forms(row.term)): (fold(row.meaning), normalize(row.term))
            for row in named
            if row.kind == "province"
        }
        return cls(
            kinds=kinds,
            legal=frozenset(fold(row.term) for row in documents if row.kind == "document" and row.weight >= _LEGAL),
            naming=re.compile(rf"(?<![\w/-])({names})\b\s*" if names else r"(?!)()"),
            issuers={fold(row.term): row.meaning for row in documents if row.kind == "issuer"},
            issuing=re.compile(rf"{_BEHIND.pattern}({_any(bodies)})\b" if bodies else r"(?!)()"),
            bodies=bodies,
            units=frozenset(fold(row.term) for row in documents if row.kind == "unit"),
            digits=digits_of(lexicon.tables.get("numbers", ())),
            placing=re.compile(rf"\b(?:{'|'.join(sorted(places, key=len, reverse=True))})\b" if places else r"(?!)"),
            places=places,
            home={" ".join(forms(row.term)): normalize(row.term) for row in named if row.kind == "home"},
            particulars=ParticularReader.of(lexicon),
        )

    def read(self, text: str, known: Sequence[Document] = ()) -> Entities:
        """Find the documents, editions and provinces that `text` names. Never raises.

        `known`: documents that count also where their number looks like an amount ("quyết định 687 ngày nào").
        """
        folded = _SPACED_ASSEMBLY.sub("", _GLUED.sub(" ", fold(text).replace("&", "")))
        named = _distinct(document for document, _, _ in self.located(folded, known))
        places = self._places(text)
        return Entities(
            documents=tuple(islice(named, MOST_DOCUMENTS)),
            editions=self._editions(folded),
            places=places,
            speaks_of_home=bool(places) and self._speaks_of_home(text),
        )

    def located(self, folded: str, known: Sequence[Document] = ()) -> Iterable[tuple[Document, int, int]]:
        """Yield the documents a text names, each with the start and the end of its number.

        `folded` holds no "&", a blank between the letters and the figures of "nq 93", and none in "qh14".
        """
        taken: list[tuple[int, int]] = []
        for hit in _FULL.finditer(folded):
            document = self._from_code(hit)
            if document is not None:
                taken.append((hit.start("number"), hit.end()))
                yield document, hit.start("number"), hit.end()
        for document, start, end in self._named(folded, known):
            if not any(first <= start < last for first, last in taken):
                yield document, start, end

    def _from_code(self, hit: re.Match[str]) -> Document | None:
        code = hit["code"]
        kind = self.kinds.get(code, "")
        issuer = self.issuers.get(hit["issuer"] or "", "")
        if code.startswith("qh") and hit["year"]:
            kind, issuer = "luat", "qh"
        if not kind and code in self.issuers:
            kind, issuer = self._kind_before(hit["kind"] or ""), self.issuers[code]
        if not kind:
            return None
        return Document(
            number=int(hit["number"]), kind=kind, year=int(hit["year"] or 0), issuer=issuer,
            text=hit.group()[hit.start("number") - hit.start() :],
        )  # fmt: skip

    def _kind_before(self, before: str) -> str:
        pieces = before.split()
        for size in (3, 2, 1):
            if len(pieces) >= size and " ".join(pieces[-size:]) in self.kinds:
                return self.kinds[" ".join(pieces[-size:])]
        return ""

    def _named(self, folded: str, known: Sequence[Document]) -> Iterable[tuple[Document, int, int]]:
        for hit in self.naming.finditer(folded):
            name = hit[1]
            rest = folded[hit.end() :]
            found = _NAMED.match(rest)
            document = self._numbered(name, found, rest) if found else None
            is_amount = found is not None and self._is_amount(rest[found.end() :])
            if found and document and (not is_amount or any(document.fits(other) for other in known)):
                yield document, hit.end() + found.start("number"), hit.end() + found.end()
            elif found is None and len(name) > 2:  # noqa: PLR2004
                number, size = spoken(rest.split()[:_SPOKEN_LIMIT], self.digits)
                if number >= _TEN:
                    text = " ".join((name, *rest.split()[:size]))
                    yield Document(number=number, kind=self.kinds[name], text=text), hit.end(), hit.end()

    def _numbered(self, name: str, found: re.Match[str], rest: str) -> Document:
        number, year = int(found["number"]), int(found["year"] or 0)
        issuer = self._issuer_behind(rest[found.end() :])
        is_explicit = bool(year or issuer) or found.group().startswith("so")
        return Document(
            number=number, kind=self.kinds[name], year=year, issuer=issuer, text=f"{name} {found.group().strip()}",
            is_sure=is_explicit or (name in self.legal and number not in YEARS),
        )  # fmt: skip

    def _issuer_behind(self, rest: str) -> str:
        found = self.issuing.match(rest)
        return self.bodies[found[1]] if found else ""

    def _is_amount(self, rest: str) -> bool:
        after = rest.split()[:2]
        if len(after) > 1 and after[0] in _DATED and after[1][0].isdigit():
            return False
        return bool(after) and (rest[:1] == "%" or after[0] in self.units or " ".join(after) in self.units)

    def in_figures(self, source: Sequence[Word]) -> list[Word]:
        """Return words with the spoken numbers of documents in figures: "nghị quyết chín ba" is "nghị quyết 93"."""
        found: list[Word] = []
        at = 0
        while at < len(source):
            name = " ".join(word.form for word in source[max(0, at - 2) : at])
            number, size = 0, 0
            if self.kinds.keys() & {name, name.rpartition(" ")[2]} and source[at].form.isalpha():
                number, size = spoken([word.form for word in source[at : at + _SPOKEN_LIMIT]], self.digits)
            is_meant = number >= _TEN and len(name) > 2  # noqa: PLR2004 - "tt" is not only a circular
            found.append(as_word(str(number)) if is_meant else source[at])
            at += size if is_meant else 1
        return found

    def _editions(self, folded: str) -> frozenset[int]:
        found: set[int] = set()
        for hit in (*_EDITION.finditer(folded), *_OPENING_EDITION.finditer(folded)):
            value = self._ordinal(hit[1])
            if value:
                found.add(value)
        return frozenset(found)

    def _ordinal(self, written: str) -> int:
        if written.isdigit():
            return int(written)
        first = written.split(maxsplit=1)[0]
        if value := roman(first):
            return value
        figures = self.digits.get(first, "")
        return int(figures) if figures.isdigit() and int(figures) <= 10 else 0  # noqa: PLR2004

    def _places(self, text: str) -> frozenset[str]:
        folded = " ".join(forms(text))
        found = [self.places[hit.group()] for hit in self.placing.finditer(folded)]
        if not found:
            return frozenset()
        written = normalize(text)
        return frozenset(place for place, marked in found if written.isascii() or marked in written)

    def _speaks_of_home(self, text: str) -> bool:
        written, folded = normalize(text), f" {' '.join(forms(text))} "
        return any(
            f" {said} " in folded and (written.isascii() or marked in written) and not self._is_named(said, folded)
            for said, marked in self.home.items()
        )

    def _is_named(self, said: str, folded: str) -> bool:
        rest = folded[folded.index(f" {said} ") + len(said) + 2 :]
        return self.placing.match(rest) is not None


def without_numbers(text: str) -> str:
    """Return folded text without document numbers: their years are no dates, their figures no amounts."""
    return _FULL.sub(" ", fold(text).replace("&", ""))


def _distinct(documents: Iterable[Document]) -> Iterable[Document]:
    seen: set[Document] = set()
    for document in documents:
        if document not in seen:
            seen.add(document)
            yield document


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: -len(name)))
