"""Questions that lean on what was said before ("and how much?"), and two questions in one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from knowledge.matching.asking.aspects import NAME, OPEN, Asked, merged
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import pairs
from knowledge.matching.judging.verdict import is_vague
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.matching.normalizer import forms, words
from knowledge.matching.query import of_document, prepare
from knowledge.matching.reading.fillers import strip_fillers

_LEANING = frozenset({"the", "con", "vay", "thi", "sao", "do", "nay", "kia", "no", "nua"})
_WHOSE = 5  # words of a question for the holder of an office from which it says whose office
_SHORT = 7  # words of a question that may lean on the one before
NEAR = 3  # candidates of the question alone among which the follow-up's entry must be
AKIN = 0.5  # share of the last entry's question that another holds from which it is about the same
LEAST, KEPT = 0.6, 0.9  # confidence of a follow-up whose entry both readings name, and what the detour takes from it


def follow_up(text: str, alone: Match, context: Context, index: Index, ask: Callable[[str], Match]) -> Match | None:
    """Read a question with the entry last spoken of. None: it does not lean on it."""
    if context.entry not in index.positions or alone.reason in {Reason.ENTITY_UNKNOWN, Reason.ENTITY_CONFLICT}:
        return None
    query = prepare(text, index)
    topic = _topic(text, index)
    bare = bool(query.asked.weights) and not topic  # asks for something, says not of what
    leaning = len(query.words) <= _SHORT and (
        bare or is_vague(query, index) or bool(_LEANING & set(forms(text))) or alone.verdict is Verdict.UNKNOWN
    )
    if not leaning:
        return None
    at = index.positions[context.entry]
    # "Ai tổ chức?" asks of what was spoken of, and so of the last entry.
    joined = partial(ask, f"{text} {index.entries[at].question}")
    if topic and not (query.asked.weights and topic <= index.holdings[at]):
        return _first(joined(), alone, lambda other: topic <= index.holdings[other], index)
    return _asked_of(at, query.asked, alone, joined, index)


def _asked_of(at: int, asked: Asked, alone: Match, joined: Callable[[], Match], index: Index) -> Match | None:
    """Read a question that names nothing of its own: for the last entry (at place `at`), or one about the same."""
    if index.book.facts[at].documents:
        asked = of_document(asked)
    if asked.strict:
        return _of_the_last(at, asked.strict, asked, alone, index)
    told = asked.weights.keys() & OPEN & index.book.aspects.checkable
    if asked.weights.keys() & merged(index.book.facts[at].asked).keys():
        return _of_the_last(at, told, asked, alone, index)
    if not told:
        return None
    moved = _first(joined(), alone, lambda other: other != at and _are_akin(other, at, index), index)
    return moved or _of_the_last(at, told, asked, alone, index)


def _of_the_last(at: int, names: AbstractSet[str], asked: Asked, alone: Match, index: Index) -> Match:
    """Answer with the last entry, or say which of the aspects `names` and the wants that are asked it does not hold."""
    insisted = Asked(dict.fromkeys(names, 1.0), frozenset(names), wants=asked.wants)
    lacking = index.book.missing(index.entries[at], at, insisted)
    found = _chosen(index.entries[at].key, alone, index)
    if not lacking:
        return found
    return replace(found, verdict=Verdict.PARTIAL, reason=Reason.ASPECT_NOT_COVERED, asked_for=lacking, detail=lacking)


def is_bare(text: str, index: Index) -> bool:
    """Tell whether a text asks for something ("how much?") and does not say of what."""
    query = prepare(text, index)
    # "Giám đốc Sở … là ai" says whose head is meant, however light its words are in the base.
    explained = {NAME} if len(query.words) >= _WHOSE else set()
    return bool(query.asked.strict - explained) and not _topic(text, index)


def _first(joined: Match, alone: Match, fits: Callable[[int], bool], index: Index) -> Match | None:
    """Return the best entry of the question with the last one before it that `fits` and is near for it alone."""
    near = {candidate.entry for candidate in alone.candidates[:NEAR]}
    for candidate in joined.candidates:
        if candidate.entry in near and not candidate.veto and fits(index.positions[candidate.entry]):
            first = replace(candidate, confidence=max(candidate.confidence, LEAST) * KEPT)
            others = tuple(other for other in joined.candidates if other is not candidate)
            trace = (*joined.explanation, "context: read with the entry before")
            return replace(
                joined, verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=(first, *others), explanation=trace
            )  # fmt: skip
    return None


def _are_akin(one: int, other: int, index: Index) -> bool:
    """Tell whether an entry speaks of what another asks for: of its document, or of most of its question."""
    named = index.book.facts[other].wordings
    if named.documents:
        return index.book.fit(one, named) > 0.0
    wanted = set(pairs(forms(index.entries[other].question)))
    texts = [index.wordings[row].reading for row in range(index.starts[one], index.stops[one])]
    held = set(index.body_terms(one)).union(*(pairs(text) for text in texts))
    # Single syllables meet by chance: "trang trại", "ứng dụng" hold those of "Nông trại La Dũng".
    return sum(map(index.weight, wanted & held)) >= AKIN * sum(map(index.weight, wanted))


def halves(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str, bool]]:
    """Yield at most 4 ways to cut a message in two questions of two words and more; True: no word joins the parts."""
    yielded = 0
    for hit in lexicon.joints(text).finditer(text[:1000]):
        left, right = text[: hit.start()].strip(), text[hit.end() :].strip()
        if len(left.split()) >= 2 and len(right.split()) >= 2:  # noqa: PLR2004
            yield left, right, not any(letter.isalpha() for letter in hit.group())
            yielded += 1
        if yielded == 4:  # noqa: PLR2004
            return


def _topic(text: str, index: Index) -> frozenset[str]:
    # Words of weight that no aspect cue explains: the follow-up brings a topic of its own.
    kept = strip_fillers(words(text), index.lexicon)
    asks = bool(index.book.aspects.asked(kept).weights)
    cues = index.book.aspects.cues.words() if asks else frozenset()
    return frozenset(
        word.form
        for word in kept
        if word.form not in cues and word.form not in _LEANING and index.word_weight(word) >= 0.6 * index.rarest
    )


def _chosen(key: str, alone: Match, index: Index) -> Match:
    known = next((candidate for candidate in alone.candidates if candidate.entry == key), None)
    entry = index.entries[index.positions[key]]
    first = (
        replace(known, confidence=1.0, veto="")
        if known
        else Candidate(entry=key, score=1.0, confidence=1.0, wording=entry.question)
    )
    others = tuple(candidate for candidate in alone.candidates if candidate.entry != key)
    return Match(
        verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=(first, *others)[:5], asked_for=alone.asked_for,
        explanation=(*alone.explanation, f"context: {key}"),
    )  # fmt: skip
