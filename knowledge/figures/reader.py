"""Find every figure of a text: what it says and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from knowledge.figures import dates
from knowledge.figures.amounts import Counted, amounts, unit_at
from knowledge.figures.spoken import ordinal, spoken_numbers
from knowledge.figures.traced import GONE, Traced
from knowledge.figures.values import Amount, Edition, Figure, Kind, Phone, Value
from knowledge.matching.asking.documents import Document
from knowledge.matching.asking.entities import EntityReader
from knowledge.matching.lexicon import Lexicon

# Bounded repetitions: a text of dots or hyphens alone must not take time with the square of its length.
_ADDRESS = re.compile(
    r"https?://\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,190}|\b(?:[a-z][\w-]{0,62}\.){1,8}[a-z]{2,24}\b(?:/\S*)?",
    re.IGNORECASE,
)
_AREA = re.compile(r"\b[cdk]?m [23]\b")  # the 2 of "m2"
_LISTED = (
    re.compile(r"\((\d{1,2})\)"),
    re.compile(r"(?:^|(?<=[\s:;,]))(\d{1,2})\)(?=\s)"),
    re.compile(r"(?:^|(?<=\n)|(?<=[:;.] ))(\d{1,2})\.(?=\s)"),
    re.compile(r"(?:^|(?<=\n))(\d{1,2})[/:-](?=\s)"),
    re.compile(r"\b(?:buoc|cach) (\d{1,2})\b"),
)
_PHONE = re.compile(
    r"(?<![\d.,/])\(?(?:\+84|0(?=[ .)-]{0,2}[1-9]))(?:[ .)-]{0,2}\d){8,10}(?!\d)|(?<!\d)1[89]00(?:[ .]?\d){4,6}(?!\d)"
)
_CODED = re.compile(
    r"(?<![\d/.,])(\d{1,5})(?:/((?:19|20)\d\d))?[/-]([a-z]{2,10}(?: ?\d{1,3})?)((?:[-/][a-z]{1,12})*)\b"
)
_NUMBERED = re.compile(r"\bso(?: hieu)?:? (\d{1,5})/((?:19|20)\d\d)\b")
_EDITION = re.compile(r"\blan (?:thu )?(\d{1,3})\b|\blan thu ([a-z]+(?: [a-z]+){0,2})")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_HEADING = re.compile(r"(?<![^\n])[ivx]+[.):]")  # "II. Hồ sơ"
_BEFORE_ROMAN = re.compile(r"\b(?:khoa|quy|lan|thu|chuong|phan|hang|loai|nhom|ky|dot|cap|giai doan) $")
_YEAR_BEFORE = re.compile(rf"(?:\b(?:trong|hang|moi|cac|nhung|tung|mot|ca|cuoi|dau|nay|thang|nhieu)|{GONE}) $")
_YEAR_AFTER = re.compile(rf" (?:{GONE}|(?:qua|nay|sau|truoc|toi|hoc|dau|do|ngoai|la|tai)\b)|[^ ]|$")
_LEAST_YEAR, _LAST_YEAR = 1900, 2100
_FIVE, _TEN = 5, 10
_NEAR = 12  # letters before a word that are looked at


def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a text in their order. Numbers of lists, addresses and links are none. Never raises."""
    plain = _ADDRESS.sub(lambda hit: GONE * len(hit.group()), text)
    reading = _Reading(Traced.of(plain))
    for step in (_skip_lists, _documents, _phones, _dates, _editions, _romans, _amounts, _spoken):
        step(reading)
    return tuple(sorted(reading.found, key=lambda figure: figure.start))


@dataclass(slots=True)
class _Reading:
    """What has been found, and the text with that blotted out."""

    text: Traced
    found: list[Figure] = field(default_factory=list)

    def take(self, kind: Kind, start: int, end: int, *values: Value, is_claim: bool = True) -> None:
        """Note a figure at [start, end) of the folded text; later steps do not see it."""
        first, last = self.text.span(start, end)
        self.found.append(Figure(kind=kind, start=first, end=last, values=values, is_claim=is_claim))
        self.text = self.text.without(start, end)

    def each(self, pattern: re.Pattern[str], use: Callable[[re.Match[str]], None]) -> None:
        """Do something with every match; what it takes leaves all places as they are."""
        for hit in list(pattern.finditer(self.text.text)):
            use(hit)


def _skip_lists(reading: _Reading) -> None:
    """Blot out "(1) … (2) …": numbers that run from one, at least two of a kind. They count what stands there."""
    reading.each(_AREA, lambda hit: _blot(reading, hit))
    for style in _LISTED:
        run: list[re.Match[str]] = []
        for hit in [*style.finditer(reading.text.text), None]:
            if hit is not None and int(hit[1]) == len(run) + 1:
                run.append(hit)
                continue
            if len(run) > 1:
                for listed in run:
                    _blot(reading, listed)
            run = [hit] if hit is not None and hit[1] == "1" else []


def _blot(reading: _Reading, hit: re.Match[str]) -> None:
    reading.text = reading.text.without(hit.start(), hit.end())


def _documents(reading: _Reading) -> None:
    for document, start, end in list(_reader().located(reading.text.text)):
        is_year = not document.issuer and not document.year and _LEAST_YEAR <= document.number <= _LAST_YEAR
        if start < end and not is_year:
            is_loose = document.number < _TEN and not document.issuer and not document.year
            counted = (Amount(Decimal(document.number)),) if is_loose else ()  # "báo cáo 3 nội dung"
            reading.take(Kind.DOCUMENT, start, end, document, *counted)
    reading.each(_CODED, lambda hit: _coded(reading, hit))
    reading.each(_NUMBERED, lambda hit: _numbered(reading, hit))


def _coded(reading: _Reading, hit: re.Match[str]) -> None:
    if reading.text.written(hit.start(3), hit.end()).isupper():
        kind, issuer = _reader().kinds.get(hit[3], hit[3]), hit[4].strip("-/")
        document = Document(number=int(hit[1]), kind=kind, year=int(hit[2] or 0), issuer=issuer)
        reading.take(Kind.DOCUMENT, hit.start(), hit.end(), document)


def _numbered(reading: _Reading, hit: re.Match[str]) -> None:
    document = Document(number=int(hit[1]), year=int(hit[2]))
    reading.take(Kind.DOCUMENT, hit.start(1), hit.end(), document)


def _phones(reading: _Reading) -> None:
    def take(hit: re.Match[str]) -> None:
        digits = re.sub(r"\D", "", hit.group())
        national = "0" + digits[2:] if "+" in hit.group() else digits
        reading.take(Kind.PHONE, hit.start(), hit.end(), Phone(national))

    reading.each(_PHONE, take)


def _dates(reading: _Reading) -> None:
    for pattern, value_of in dates.PATTERNS:
        for hit in list(pattern.finditer(reading.text.text)):
            values = value_of(hit)
            if values:
                kind = Kind.TIME if pattern is dates.HOUR else Kind.DATE
                reading.take(kind, hit.start(), hit.end(), *values)


def _editions(reading: _Reading) -> None:
    def take(hit: re.Match[str]) -> None:
        if hit[1]:
            reading.take(Kind.EDITION, hit.start(1), hit.end(), Edition(int(hit[1])), Amount(Decimal(hit[1])))
            return
        words = list(re.finditer("[a-z]+", hit[2]))
        places = [(hit.start(2) + word.start(), hit.start(2) + word.end()) for word in words]
        written = [reading.text.written(*place) for place in places]
        number, count = (roman, 1) if (roman := _roman(written[0])) else ordinal(written)
        if number:
            reading.take(Kind.EDITION, places[0][0], places[count - 1][1], Edition(number))

    reading.each(_EDITION, take)


def _romans(reading: _Reading) -> None:
    for start, end, written in list(reading.text.words()):
        number = _roman(written)
        if not number or _HEADING.match(reading.text.text, start):
            continue
        if end - start > 1 or _BEFORE_ROMAN.search(reading.text.text, max(0, start - _NEAR), start):
            reading.take(Kind.NUMBER, start, end, Amount(Decimal(number)), Edition(number))


def _roman(written: str) -> int:
    if not written.isupper() or not _ROMAN.fullmatch(written):
        return 0
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in written]
    return sum(-low if low < high else low for low, high in zip(values, [*values[1:], 0], strict=True))


def _amounts(reading: _Reading) -> None:
    for counted in list(amounts(reading.text)):
        _take_counted(reading, counted)


def _take_counted(reading: _Reading, counted: Counted, *, is_claim: bool = True) -> None:
    kind = Kind.AMOUNT if counted.is_sum else Kind.NUMBER
    reading.take(kind, counted.start, counted.end, *counted.values, is_claim=is_claim)


def _spoken(reading: _Reading) -> None:
    for words in _phrases(reading.text):
        for number in spoken_numbers([written for _, _, written in words]):
            start, end = words[number.start][0], words[number.end - 1][1]
            is_five = number.is_digit and number.value == _FIVE and reading.text.text[start:end] == "nam"
            if is_five and _is_year(reading.text.text, start, end):
                continue
            unit, end = unit_at(reading.text, end)
            counted = Counted(start=start, end=end, values=(Amount(number.value, unit),))
            is_claim = not number.is_digit or counted.is_sum or (bool(unit) and number.value > 1 and not is_five)
            _take_counted(reading, counted, is_claim=is_claim)


def _is_year(text: str, start: int, end: int) -> bool:
    """Tell whether "năm" is a year rather than five."""
    return bool(_YEAR_BEFORE.search(text, max(0, start - _NEAR), start) or _YEAR_AFTER.match(text, end))


def _phrases(text: Traced) -> Iterator[list[tuple[int, int, str]]]:
    """Yield the words that only blanks part."""
    phrase: list[tuple[int, int, str]] = []
    for word in text.words():
        if phrase and text.text[phrase[-1][1] : word[0]] != " ":
            yield phrase
            phrase = []
        phrase.append(word)
    if phrase:
        yield phrase


@cache
def _reader() -> EntityReader:
    return EntityReader.of(Lexicon.default())
