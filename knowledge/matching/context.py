"""Questions that lean on what was said before ("and how much?"), and two questions in one message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from knowledge.matching.asking.aspects import NAME, OPEN, Asked, merged
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import pairs
from knowledge.matching.judging.holding import is_light
from knowledge.matching.judging.verdict import is_vague
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.matching.normalizer import words
from knowledge.matching.query import Query, of_document, prepare

_WHOSE = 5  # words of a question for the holder of an office from which it says whose office
_SHORT = 7  # words of a question that may lean on the one before
NEAR = 3  # candidates of the question alone among which the follow-up's entry must be
AKIN = 0.65  # share of the last entry's question that another holds from which it is about the same
_QUESTION = 2  # words that a question has at least
_CUTS = 4  # ways to cut a message in two that are tried
_MARKED = re.compile(r"[^?\n]+\?")
CHOICE = 0.3  # share of the best candidate's confidence from which another may be what a short follow-up means
WEAK, INSISTING = 0.5, 0.9  # weight of what single words ask for, and from which what is asked for is insisted on
PLAIN = 0.9  # confidence from which a question without a topic of its own still stands alone
LEAST, KEPT = 0.6, 0.9  # confidence of a follow-up whose entry both readings name, and what the detour takes from it


def follow_up(text: str, alone: Match, context: Context, index: Index, ask: Callable[[str], Match]) -> Match | None:
    """Read a question with the entry last spoken of. None: it does not lean on it."""
    at = index.positions.get(context.entry)
    if at is None or alone.reason in {Reason.ENTITY_UNKNOWN, Reason.ENTITY_CONFLICT}:
        return None
    query = prepare(text, index)
    if alone.verdict is Verdict.ANSWER:
        if _is_elsewhere(query, alone, at, index):
            documents = index.book.facts[at].wordings.documents
            joined = ask(f"{text} {documents[0].text if documents else index.entries[at].question}")
            return _of_what_was_spoken_of(joined, query, alone, at, index)
        # "How much?" may happen to fit some entry; in a conversation it means the one just spoken of.
        is_unsure = alone.candidates[0].confidence < PLAIN
        if not is_bare(query, index) or not (is_unsure or not _lacking(at, query.asked.strict, query.asked, index)):
            return None
    is_open = bool(query.asked.weights) or alone.verdict is Verdict.CHOICES
    bare = is_open and not _topic(query, index)  # asks for something, says not of what
    leaning = len(query.words) <= _SHORT and (
        bare or is_vague(query, index) or _leans(text, index) or alone.verdict is Verdict.UNKNOWN
    )
    if not leaning or _is_untold(query, alone, index):
        return None
    # "Ai tổ chức?" asks of what was spoken of, and so of the last entry.
    return _read_on(query, alone, partial(ask, f"{text} {index.entries[at].question}"), at, index)


def _leans(text: str, index: Index) -> bool:
    """Tell whether a text has a word that points back ("vậy", "đó")."""
    leaning, source = index.book.aspects.points.leaning, words(text)
    return any(leaning.at(source, at) for at in range(len(source)))


def _is_untold(query: Query, alone: Match, index: Index) -> bool:
    """Tell whether a question names what it is about, and it is known that what it asks of that is not told."""
    if alone.verdict is not Verdict.PARTIAL or alone.candidates[0].confidence < LEAST:
        return False
    return bool(_topic(query, index) & index.holdings[index.positions[alone.candidates[0].entry]])


def _read_on(query: Query, alone: Match, joined: Callable[[], Match], at: int, index: Index) -> Match | None:
    """Read a question that leans on the last entry (at place `at`)."""
    topic = _topic(query, index)
    if alone.verdict is Verdict.CHOICES and not query.asked.weights:
        found = _akin(alone, at, index)  # "thế còn hợp tác xã?"
        return found if found or topic else _not_told(_chosen(index.entries[at].key, alone, index))  # "để làm gì?"
    if topic and not (query.asked.weights and topic <= index.holdings[at]):
        wanted = _told_by_texts(query.asked, index)

        def holds(other: int) -> bool:
            return topic <= index.holdings[other] and not _lacking(other, wanted, query.asked, index)

        return _first(joined(), alone, holds, index)
    found = _asked_of(at, query, alone, joined, index)
    if found is None and query.asked.weights and not topic and alone.reason is Reason.TOO_SHORT:
        return _not_told(_chosen(index.entries[at].key, alone, index))
    return found


def _asked_of(at: int, query: Query, alone: Match, joined: Callable[[], Match], index: Index) -> Match | None:
    """Read a question that names nothing of its own: for the last entry (at place `at`), or one about the same."""
    asked = of_document(query.asked) if index.book.facts[at].documents else query.asked
    if asked.strict:
        return _of_the_last(at, asked.strict, asked, alone, index)
    told = _told_by_texts(asked, index)
    if asked.weights.keys() & merged(index.book.facts[at].asked).keys():
        found = _of_the_last(at, told, asked, alone, index)
        return found if told or _has_its_words(at, query, index) else _not_told(found)
    if not told:
        if _is_told_in_words(at, query, index):
            return _chosen(index.entries[at].key, alone, index)
        return _first(alone, alone, partial(_is_asked_beside, at, asked, index), index)

    def tells(other: int) -> bool:
        return other != at and not _lacking(other, told, asked, index) and _are_akin(other, at, index)

    moved = _first(joined(), alone, tells, index)
    return moved or _of_the_last(at, told, asked, alone, index)


def _is_asked_beside(at: int, asked: Asked, index: Index, other: int) -> bool:
    """Tell whether an entry about the same as the last one (at place `at`) is asked for what is asked: "cho ai"."""
    is_asked = asked.weights.keys() & merged(index.book.facts[other].asked).keys()
    return bool(is_asked) and other != at and _are_akin(other, at, index)


def _told_by_texts(asked: Asked, index: Index) -> AbstractSet[str]:
    """Return what is plainly asked for and can be looked up in a text, whatever its subject is."""
    return _plainly(asked) & OPEN & index.book.aspects.checkable


def _lacking(at: int, aspects: AbstractSet[str], asked: Asked, index: Index) -> str:
    """Return what an entry (at place `at`) does not hold of some aspects and of the wants that are asked, or ""."""
    insisted = Asked(dict.fromkeys(aspects, 1.0), frozenset(aspects), wants=asked.wants)
    return index.book.missing(index.entries[at], at, insisted)


def _plainly(asked: Asked) -> AbstractSet[str]:
    """Return the aspects that may be insisted on: neither single words nor what may be a part of another word.

    "Đơn" alone asks for a form, and is a part of "đơn vị"; "tham gia" is no "giá", and so not strict, however sure.
    """
    return {aspect for aspect, sure in asked.weights.items() if aspect in asked.strict or WEAK < sure < INSISTING}


def _of_the_last(at: int, names: AbstractSet[str], asked: Asked, alone: Match, index: Index) -> Match:
    """Answer with the last entry, or say which of the aspects `names` and the wants that are asked it does not hold."""
    lacking = _lacking(at, names, asked, index)
    found = _chosen(index.entries[at].key, alone, index)
    return _not_told(found, lacking) if lacking else found


def _not_told(found: Match, aspect: str = "") -> Match:
    return replace(
        found, verdict=Verdict.PARTIAL, reason=Reason.ASPECT_NOT_COVERED, detail=aspect,
        asked_for=aspect or found.asked_for,
    )  # fmt: skip


def is_bare(query: Query, index: Index) -> bool:
    """Tell whether a text asks for something ("how much?") and does not say of what."""
    # "Giám đốc Sở … là ai" says whose head is meant, however light its words are in the base.
    explained = {NAME} if len(query.words) >= _WHOSE else set()
    return bool(query.asked.strict - explained) and not _topic(query, index)


def _is_elsewhere(query: Query, alone: Match, at: int, index: Index) -> bool:
    """Tell whether an answer is about something else than the last entry, and the question names no subject.

    "Ai được hưởng?" asks for the document spoken of, however well it fits what is known of another one.
    """
    if query.entities.documents or query.lattice.written in index.exact:
        return False
    if not query.said <= index.book.aspects.cues.words() | index.lexicon.empty_words:
        return False
    return not _are_akin(index.positions[alone.candidates[0].entry], at, index)


def _of_what_was_spoken_of(joined: Match, query: Query, alone: Match, at: int, index: Index) -> Match:
    """Answer a question of the last entry (at place `at`) by it, or by another that tells it (`joined`), or not."""
    best = index.positions[joined.candidates[0].entry]
    if joined.verdict is Verdict.ANSWER and best != at and _are_akin(best, at, index):
        return replace(joined, explanation=(*joined.explanation, f"context: {index.entries[at].key}"))
    asked = of_document(query.asked) if index.book.facts[at].documents else query.asked
    found = _of_the_last(at, _plainly(asked) & index.book.aspects.checkable, asked, alone, index)
    # What cannot be looked up in an answer ("for whom", "what for") is told where the entry is asked for it.
    is_asked = asked.strict or asked.weights.keys() & merged(index.book.facts[at].asked).keys()
    is_told = is_asked and _has_its_words(at, query, index)
    return found if found.verdict is Verdict.PARTIAL or is_told else _not_told(found)


def _is_told_in_words(at: int, query: Query, index: Index) -> bool:
    """Tell whether an entry (at place `at`) has what a question says besides question words, which is something."""
    return not query.said <= index.lexicon.empty_words and _has_its_words(at, query, index)


def _has_its_words(at: int, query: Query, index: Index) -> bool:
    """Tell whether an entry (at place `at`) has what a question says: not each list tells "hỗ trợ những gì"."""
    return query.said - index.lexicon.empty_words <= index.holdings[at]


def _akin(alone: Match, at: int, index: Index) -> Match | None:
    """Return the one choice that is about the same as the last entry (at place `at`); None: no one is."""
    near = [it for it in alone.candidates[:NEAR] if it.confidence >= CHOICE * alone.candidates[0].confidence]
    akin = [it for it in near if not it.veto and _are_akin(index.positions[it.entry], at, index)]
    return _answered(alone, akin[0], index.entries[at].key) if len(akin) == 1 else None


def _first(joined: Match, alone: Match, fits: Callable[[int], bool], index: Index) -> Match | None:
    """Return the best entry of the question with the last one before it that `fits` and is near for it alone."""
    near = {candidate.entry for candidate in alone.candidates[:NEAR]}
    for candidate in joined.candidates:
        if candidate.entry in near and not candidate.veto and fits(index.positions[candidate.entry]):
            return _answered(joined, candidate, "read with the entry before")
    return None


def _answered(found: Match, chosen: Candidate, why: str) -> Match:
    """Return a match that answers with one of its candidates, as the talk has it; `why`: for the trace."""
    first = replace(chosen, confidence=max(chosen.confidence, LEAST) * KEPT)
    others = tuple(other for other in found.candidates if other is not chosen)
    return replace(
        found, verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=(first, *others),
        explanation=(*found.explanation, f"context: {why}"),
    )  # fmt: skip


def _are_akin(one: int, other: int, index: Index) -> bool:
    """Tell whether an entry speaks of what another asks for: of its document, or of most of its question."""
    named = index.book.facts[other].wordings
    if named.documents:
        return index.book.fit(one, named) > 0.0
    asked = words(index.entries[other].question)
    naming = [word.form for word in asked if word.form not in index.lexicon.empty_words and not is_light(word, index)]
    # "Là gì, gồm những ai" names nothing.
    wanted = set(pairs([word.form for word in asked]))
    wanted = wanted & set(pairs(naming)) or wanted
    texts = [index.wordings[row].reading for row in range(index.starts[one], index.stops[one])]
    held = set(index.body_terms(one)).union(*(pairs(text) for text in texts))
    # Single syllables meet by chance: "trang trại", "ứng dụng" hold those of "Nông trại La Dũng".
    return sum(map(index.weight, wanted & held)) >= AKIN * sum(map(index.weight, wanted))


def halves(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str, bool]]:
    """Yield at most 4 ways to cut a message in two questions of two words and more; True: no word joins the parts."""
    yielded = 0
    for hit in lexicon.joints(text).finditer(text[:1000]):
        left, right = text[: hit.start()].strip(), text[hit.end() :].strip()
        if min(len(left.split()), len(right.split())) >= _QUESTION:
            yield left, right, not any(letter.isalpha() for letter in hit.group())
            yielded += 1
        if yielded == _CUTS:
            return


def questions(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the questions of a message, of two words and more each; a question without its mark may be left out.

    They end in a question mark, or a word joins two of which each has a question word of its own.
    """
    parts = (part.strip() for part in _MARKED.findall(text))
    marked = tuple(part for part in parts if len(part.split()) >= _QUESTION)
    if len(marked) > 1:
        return marked
    joined = ((left, right) for left, right, _ in halves(text, lexicon) if ask_apart(left, right, lexicon))
    return next(joined, marked)


def ask_apart(left: str, right: str, lexicon: Lexicon) -> bool:
    """Tell whether both parts of a message have a question word: "ban hành ngày nào" and "ai được hỗ trợ"."""
    return all(lexicon.asking(part).search(part) for part in (left, right))


def _topic(query: Query, index: Index) -> frozenset[str]:
    # Words of weight that no aspect cue explains: the follow-up brings a topic of its own.
    cues = index.book.aspects.cues.words() if query.asked.weights else frozenset()
    leaning = index.book.aspects.points.leaning.words()
    return frozenset(
        word.form
        for _, _, said in query.whole
        for word in said
        if word.form not in cues and word.form not in leaning and index.word_weight(word) >= 0.6 * index.rarest
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
