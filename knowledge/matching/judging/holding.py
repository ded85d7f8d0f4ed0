"""What of a question an entry does not hold: the words that neither its wordings nor its answer have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.matching.asking.aspects import EXACT, Asked
from knowledge.matching.asking.facts import Facts
from knowledge.matching.asking.focus import focus
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import pairs
from knowledge.matching.judging.marks import has_other_marks
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import Word
from knowledge.matching.query import Query
from knowledge.matching.reading.numerals import YEARS
from knowledge.matching.reading.repair import Edge
from knowledge.matching.reading.tokenizer import cut

LIGHT = 0.5  # share of a function word from which it says nothing of what is wanted
_OTHER = 0.4  # share of a question from which words of other marks show that it is about something else
_PLAINLY = 0.8  # weight from which an aspect is asked for by words that hardly mean anything else
_WHEN_WHERE = ("date", "deadline", "duration", "place")
_YES_NO = "yes_no"  # the aspect of a question that "Có." answers
_SHORT = 10  # words of a question of which none belongs to a story
_MANY = 4  # entries that say yes or no from which words they share tell none apart
_MUCH = 0.3  # share of a question from which one word decides what it is about
_LIKELY = 0.3  # weight from which another reading of a word may be what is meant


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a question: its share of the whole weight, what it may be read as, what it asks for."""

    share: float
    edges: tuple[Edge, ...]
    is_wanted: bool  # stands beside a question word
    aspects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """A question as something to be held."""

    parts: tuple[Part, ...]
    years: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lack:
    """What an entry does not hold of a question, 0.0-1.0 each.

    `heaviest`: the share of the heaviest word that is missing; `whole`: of all missing words; `wanted`: the missing
    share of the words that say what is wanted; `year`: 1.0 when it speaks of years and not of the one named.
    """

    heaviest: float = 0.0
    whole: float = 0.0
    wanted: float = 0.0
    year: float = 0.0


def wish(query: Query, index: Index) -> Wish:
    """Return what a question wants held."""
    total = query.content or 1.0
    source, origins = spelled(query)
    wanted = {origins[at] for at in focus(source, index.lexicon.question_words, lambda word: is_light(word, index))}
    aspects: list[frozenset[str]] = [frozenset()] * len(query.words)
    for start, stop, cues in index.book.aspects.spans(source):
        for at in origins[start:stop]:
            aspects[at] |= {cue.meaning for cue in cues}
    parts = tuple(
        Part(index.word_weight(word) / total, _meant(word, edges, query, index), at in wanted, aspects[at])
        for at, (word, edges) in enumerate(zip(query.words, query.lattice.covering, strict=True))
    )
    named = {str(document.year) for document in query.entities.documents if document.year}
    years = {word.form for word in query.words if _is_year(word.form)} - named
    return Wish(parts, frozenset(years))


def _meant(word: Word, edges: tuple[Edge, ...], query: Query, index: Index) -> tuple[Edge, ...]:
    """Return what a word may be read as; not as itself where the base only has its letters with other marks.

    "Thuế" is no "thuê", where much of the question stands on it. A missing mark, or one of the two that people mix up,
    is a misspelling.
    """
    if index.word_weight(word) < _MUCH * query.content or not is_another_word(word, index):
        return edges
    return tuple(edge for edge in edges if edge.source != "written")


def is_another_word(word: Word, index: Index) -> bool:
    """Tell whether the base has the letters of a word, and only with other marks: "thuế" is no "thuê"."""
    return index.vocabulary.knows(word.form) and has_other_marks(word, index.prepared.spelled)


def names_another_word(query: Query, index: Index) -> bool:
    """Tell whether much of a question is a word that the base has with other marks alone ("thuế", not "thuê").

    Or several such words are ("kể chuyện cười", where the base has "kế", "chuyển" and "cuối").
    """
    meant = (_meant(word, edges, query, index) for word, edges in zip(query.words, query.lattice.covering, strict=True))
    if any(all(edge.weight < _LIKELY for edge in edges) for edges in meant):
        return True
    other = sum(index.word_weight(word) for word in query.words if is_another_word(word, index))
    return other > 0.0 and other >= _OTHER * query.content


def rests_on_other_words(query: Query, index: Index, entry: int) -> bool:
    """Tell whether no telling word of a question stands in an entry: only other words for what was said do."""
    held = index.holdings[entry]
    telling = [
        edges
        for word, edges in zip(query.words, query.lattice.covering, strict=True)
        if len(word.form) > 1 and not is_light(word, index)
    ]
    return bool(telling) and not any(
        edge.source != "synonym" and held.issuperset(edge.forms) for edges in telling for edge in edges
    )


def insisted(query: Query, index: Index, entry: int) -> Asked:
    """Return what a question asks for, and what of it an entry must hold.

    "Có." says nothing to a short question for a day or a place, however that is asked.
    """
    asked = query.asked
    if _YES_NO in asked.weights or not _is_told_yes_or_no(query, index, entry):
        return asked
    plainly = {name for name in _WHEN_WHERE if asked.weights.get(name, 0.0) >= _PLAINLY}
    return replace(asked, strict=asked.strict | plainly)


def affirms_of_another(query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry that says yes or no ("Có. …") does not speak of all that a short question names.

    "Có" to the hiring of experts is no answer to a school; "thị trường" is none. A long question tells a story besides.
    """
    if not _is_told_yes_or_no(query, index, entry):
        return False
    heavy = [word for word in query.words if not is_light(word, index)]
    if any(is_another_word(word, index) or is_another_word_in(entry, word, index) for word in heavy):
        return True
    return not all(is_spoken_of(start, stop, query, index, entry) for start, stop in _compounds(query, index))


def affirms_of_many(query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry says yes or no, and many of those that do are asked with all words of a short question.

    "Doanh nghiệp có được hỗ trợ không?" names none of the things that enterprises are supported for.
    """
    if not _is_told_yes_or_no(query, index, entry) or query.lattice.written in index.exact:
        return False
    said = query.said - index.lexicon.empty_words
    asked_with = set.intersection(
        *({int(index.owners[row]) for row in index.terms.holders(form)} for form in said or {""})
    )
    return sum(index.book.facts[other].says_yes_or_no for other in asked_with) > _MANY


def is_another_word_in(entry: int, word: Word, index: Index) -> bool:
    """Tell whether an entry has the letters of a word, and only with other marks: "hiểu" is no "hiệu" of its.

    Where a text sets marks, a word without one has none: "đỗ" is no "do".
    """
    texts = index.prepared.texts[entry]
    alike = [(other, text) for text in (*texts.wordings, texts.body) for other in text if other.form == word.form]
    spelled = {other.surface for other, text in alike if other.is_marked or not any(each.is_marked for each in text)}
    return bool(alike) and has_other_marks(word, spelled)


def _is_told_yes_or_no(query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry says yes or no to a question that is too short to be a story."""
    return len(query.words) <= _SHORT and index.book.facts[entry].says_yes_or_no


def _compounds(query: Query, index: Index) -> Iterator[tuple[int, int]]:
    """Yield start and end of the compound words of a question that say what it is about."""
    for start, stop in cut(query.lattice.written):
        if stop - start > 1 and not any(is_light(word, index) for word in query.words[start:stop]):
            yield start, stop


def is_spoken_of(start: int, stop: int, query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry has the words from `start` to `stop`, side by side, or other words for them."""
    held = index.holdings[entry]
    said = [
        [edge for edge in edges if held.issuperset(edge.forms) and _stand_so(edge.forms, index, entry)]
        for edges in query.lattice.covering[start:stop]
    ]
    if any(edge.start <= start and stop <= edge.end for edges in said for edge in edges):
        return True
    return stop - start > 1 and all(said) and _stand_so(query.lattice.written[start:stop], index, entry)


def _stand_so(said: Forms, index: Index, entry: int) -> bool:
    return all(_stand_together(pair, index, entry) for pair in pairs(said))


def _stand_together(pair: str, index: Index, entry: int) -> bool:
    column = index.terms.vocabulary.get(pair)
    if column is None:
        return False
    begin, end = index.answers.indptr[column : column + 2]
    return entry in index.answers.indices[begin:end]


def lack(wished: Wish, index: Index, entry: int, *, without: int | None = None) -> Lack:
    """Return what the entry at place `entry` does not hold. `without`: a wording to behave as if it did not exist.

    Of an entry that has no text, only questions, nothing but the heaviest word is told: what it holds is not known.
    """
    held = index.holdings[entry] if without is None else index.held_without(without)
    facts = index.book.facts[entry]
    absent = [_absence(part, held, facts, index) for part in wished.parts]
    shares = [part.share * missing for part, missing in zip(wished.parts, absent, strict=True)]
    heaviest = min(1.0, max(shares, default=0.0))
    if facts.held is None:
        return Lack(heaviest=heaviest)
    whole = sum(part.share for part in wished.parts)
    wanted = sum(part.share for part in wished.parts if part.is_wanted)
    missed = sum(share for part, share in zip(wished.parts, shares, strict=True) if part.is_wanted)
    return Lack(
        heaviest=heaviest,
        whole=sum(shares) / whole if whole else 0.0,
        wanted=missed / wanted if wanted else 0.0,
        year=float(bool(wished.years) and not wished.years <= held and any(map(_is_year, held))),
    )


def _absence(part: Part, held: frozenset[str], facts: Facts, index: Index) -> float:
    checkable = part.aspects & EXACT & index.book.aspects.patterns.keys()
    if checkable and facts.held is not None:
        return float(not checkable & (facts.held | facts.covered))
    return 1.0 - max((edge.weight for edge in part.edges if held.issuperset(edge.forms)), default=0.0)


def spelled(query: Query) -> tuple[list[Word], list[int]]:
    """Return the words of a question with what is shortened spelled out, and the place each came from."""
    source: list[Word] = []
    origins: list[int] = []
    for start, stop, said in query.whole:
        source += said
        origins += [min(start + nth, stop - 1) for nth in range(len(said))]
    return source, origins


def is_light(word: Word, index: Index, *, least: float = LIGHT) -> bool:
    """Tell whether a word is a function word to a share of `least` (0.0-1.0) and more."""
    known = index.lexicon.function_words if word.is_marked else index.function_share
    return known.get(word.surface, 0.0) >= least


def _is_year(form: str) -> bool:
    return len(form) == 4 and form.isdigit() and int(form) in YEARS  # noqa: PLR2004 - as written
