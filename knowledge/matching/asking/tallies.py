"""What a text counts and lists, read once for each entry, and whether that holds the sets a question asks about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise, takewhile

from knowledge.matching.asking.members import COUNT, LIST, PART, Group, MemberReader, Noun, Sought, kind_of
from knowledge.matching.normalizer import BETWEEN_SENTENCES, Word, as_word, begins_name, clean, fold, typed_word

_BEHIND = 3  # words behind a number among which stands what it counts
_NEAR = 5  # words behind a noun among which its number may stand ("số học viên đạt 47")
_MOST = 20  # words that introduce a list which are looked at; bounds the time
_BELOW = 20  # lines below a colon that it may announce; bounds the time
_ENOUGH = 0.5  # share of the members whose names make a list
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:&[^\W\d_]+)*|[,;:()]")
_WHOLE = re.compile(r"\d+(?:\.\d{3})+")
_SIGNS = frozenset({",", ";", "va", "cung", "("})
_INTRODUCING = frozenset({":", "gom", "la", "nhu"})
_JOINTS = _SIGNS | _INTRODUCING | {"do", "cac", "bao"}
_SEVERAL = frozenset({"cac", "nhung", "nhieu"})


@dataclass(frozen=True, slots=True)
class Tally:
    """A number in a text, the kinds of noun it counts, and how much is listed there: signs between members, names."""

    number: int
    kinds: frozenset[str]
    signs: int
    names: int
    introduced: int = 0  # signs behind "gồm", "là" or a colon that follows it in its sentence
    is_divided: bool = False  # the numbers behind it add up to it: "45 nhiệm vụ: 5 …, 31 …, 7 … và 2 …"


@dataclass(frozen=True, slots=True)
class Told:
    """What a text counts and lists."""

    tallies: tuple[Tally, ...] = ()
    named: Mapping[str, int] = field(default_factory=dict)  # kind of noun -> names behind such a noun, at most in a row
    nameless: frozenset[str] = frozenset()  # kinds it speaks of as several, with no name behind them
    counted: frozenset[str] = frozenset()  # kinds of nouns that a number stands beside
    signs: int = 0  # between members, in the whole text
    introduced: int = 0  # of them behind "gồm", "là" or a colon
    is_elsewhere: bool = False  # it says where a list is


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence, or all that a colon at its end announces."""

    tokens: tuple[str, ...]
    source: tuple[Word, ...]
    runs: Mapping[int, int]  # start and end of each name

    @classmethod
    def of(cls, tokens: Sequence[str]) -> _Line:
        return cls(tuple(tokens), tuple(_word(token) for token in tokens), dict(_runs(tokens)))


def told(text: str, reader: MemberReader) -> Told:
    """Read what a text counts and lists."""
    texts = [_TOKEN.findall(clean(line)) for line in BETWEEN_SENTENCES.split(text) if line.strip()]
    texts = [tokens for tokens in texts if tokens]
    lines = [_Line.of(tokens) for tokens in _announced(texts)]
    named: dict[str, int] = {}
    for kind, row in (found for line in lines for found in _named(line, reader)):
        named[kind] = max(row, named.get(kind, 0))
    whole = _Line.of(_joined(texts)).source if len(texts) > 1 else tuple(word for line in lines for word in line.source)
    folded = fold(text)
    return Told(
        tallies=tuple(tally for line in lines for tally in _tallies(line, reader)),
        named=named,
        nameless=frozenset(kind for line in lines for kind in _nameless(line, reader)) - named.keys(),
        counted=frozenset(kind for line in lines for kind in _beside(line, reader)),
        signs=_signs(whole),
        introduced=max((_signs(whole[at:]) for at in _introductions(whole)[:_MOST]), default=0),
        is_elsewhere=any(term in folded for term in reader.elsewhere),
    )


def _announced(texts: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the tokens of each line; of one that ends in a colon with those of the lines below, up to the next such."""
    for at, tokens in enumerate(texts):
        if tokens[-1] != ":":
            yield tokens
        else:
            yield _joined([tokens, *takewhile(lambda below: below[-1] != ":", texts[at + 1 : at + _BELOW])])


def _joined(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return the tokens of several lines as one, with a sign between them."""
    return [token for tokens in texts for token in (*tokens, ";")][:-1]


def unheld(sought: Sought, found: Told, vouched: frozenset[tuple[str, str]]) -> str:
    """Return the aspect of a question about sets that a text does not hold, or "".

    `vouched`: what wordings of the entry ask for, as `Sought.kinds`: staff say that it is answered.
    """
    for group in sought.members:
        if (LIST, group.noun.kind) not in vouched and not _lists(group, found):
            return LIST
    for noun in sought.counted:
        if (COUNT, noun.kind) not in vouched and noun.kind not in found.counted:
            return COUNT
    for number in sought.divided:
        divided = [tally.is_divided for tally in found.tallies if tally.number == number]
        if (PART, str(number)) not in vouched and divided and not any(divided):
            return COUNT  # no more is told of them than how many they are
    return ""


def _lists(group: Group, found: Told) -> bool:
    """Tell whether a text may name the members of a set: it has about as many names, or signs between members."""
    noun = group.noun
    alike = [tally for tally in found.tallies if noun.kind in tally.kinds or not noun.kind]
    if found.is_elsewhere:
        return True
    if not group.number:  # any list of them will do
        is_unlisted = group.is_chosen or noun.kind in found.nameless or any(tally.number > 1 for tally in alike)
        is_listed = noun.kind in found.named or any(_is_some_list(tally, noun) for tally in alike)
        return not is_unlisted or is_listed or (group.is_chosen and found.introduced > 0)
    number = group.number
    if found.named.get(noun.kind, 0) > _ENOUGH * number:
        return True
    same = [tally for tally in alike if number == tally.number]
    if same:
        return any(_is_listed(tally, noun) for tally in same)
    if noun.is_named:
        return False
    return (found.introduced if alike else found.signs) >= number - 1


def _is_some_list(tally: Tally, noun: Noun) -> bool:
    return _is_listed(tally, noun) or tally.introduced > 0


def _is_listed(tally: Tally, noun: Noun) -> bool:
    if tally.is_divided:
        return True
    return tally.signs >= tally.number - 1 and (not noun.is_named or tally.names > _ENOUGH * tally.number)


def _tallies(line: _Line, reader: MemberReader) -> Iterator[Tally]:
    source = line.source
    numbers = [at for at, word in enumerate(source) if reader.is_number(word)]
    introductions = _introductions(source)
    for start, group in reader.groups(source):
        behind = [word for word in source[start + 1 :] if word.form not in _JOINTS][:2]
        next_one = next((at for at in numbers if at > start), len(source))
        stop = next((at for at in range(start, next_one) if source[at].form == ";"), next_one)
        followed = next((at for at in introductions if at > start), len(source))
        if followed < stop:
            stop = len(source)
        # "A, B và C là 3 xã …"
        begin = 0 if start and source[start - 1].form == "la" else start
        names = sum(begin <= at < stop for at in line.runs)
        kinds = frozenset({group.noun.kind, kind_of(behind)})
        yield Tally(
            group.number, kinds, _signs(source[begin:stop]), names, _signs(source[followed:]),
            is_divided=_adds_up(group.number, [source[at].form for at in numbers if at > start]),
        )  # fmt: skip


def _adds_up(number: int, behind: Sequence[str]) -> bool:
    """Tell whether the first two or more of the figures behind a number add up to it."""
    parts = list(accumulate(int(form[:9]) for form in takewhile(str.isdigit, behind)))
    return number in parts[1:]


def _signs(source: Sequence[Word]) -> int:
    """Count what stands between the members of a list; "A, và B" has one sign between them."""
    forms = [word.form for word in source]
    return sum(form in _SIGNS and before not in _SIGNS for before, form in pairwise(["", *forms]))


def _introductions(source: Sequence[Word]) -> list[int]:
    return [at for at, word in enumerate(source) if word.form in _INTRODUCING]


def _nameless(line: _Line, reader: MemberReader) -> Iterator[str]:
    """Yield the kinds of nouns of which a sentence speaks as of several, with no name behind."""
    for at in (at for at, word in enumerate(line.source) if word.form in _SEVERAL):
        noun, _ = reader.noun_at(line.source, at + 1)
        if noun is not None and noun.is_named and not any(run > at for run in line.runs):
            yield noun.kind


def _beside(line: _Line, reader: MemberReader) -> Iterator[str]:
    """Yield the kinds of the nouns that a number stands beside, whatever number it is."""
    source = line.source
    numbers = {at for at, word in enumerate(source) if reader.is_number(word)}
    at = 0
    while at < len(source):
        noun, size = reader.noun_at(source, at)
        if noun is not None and not numbers.isdisjoint(range(at - _BEHIND, at + size + _NEAR)):
            yield noun.kind
        at += max(1, size)


def _named(line: _Line, reader: MemberReader) -> Iterator[tuple[str, int]]:
    """Yield the kind of each noun behind which names stand, and how many: "các xã Bản Lầu, Bản Qua và Tả Thàng"."""
    source, runs = line.source, line.runs
    at = 0
    while at < len(source):
        noun, size = reader.noun_at(source, at)
        noun, size = (noun, size) if noun else (reader.title_at(source, at), 1)
        if noun is None:
            at += 1
            continue
        stop, row = at + size, 0
        while stop < len(source):
            if stop in runs:
                stop, row = runs[stop], row + 1
            elif source[stop].form in _JOINTS:
                stop += 1
            else:
                other, taken = reader.noun_at(source, stop)
                if other != noun:
                    break
                stop += taken
        if row:
            yield noun.kind, row
        at += size


def _runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each name: words with capitals, not at the beginning of a sentence, no mere initials."""
    at = 1
    while at < len(tokens):
        stop = at
        while stop < len(tokens) and begins_name(tokens[stop]):
            stop += 1
        if stop > at:
            yield at, stop
        at = max(stop, at + 1)


def _word(token: str) -> Word:
    # "5.430" is one number; "5,5" is none of things.
    return as_word(token.replace(".", "")) if _WHOLE.fullmatch(token) else typed_word(token)
