"""What may be said about ranked candidates: an answer, choices, the nearest entry with what it lacks, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.matching.asking.aspects import OPEN
from knowledge.matching.asking.particulars import YEAR
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import as_text, pairs
from knowledge.matching.judging.confidence import ConfidencePolicy
from knowledge.matching.judging.denial import is_denied, refuses_another
from knowledge.matching.judging.holding import (
    affirms_of_another,
    affirms_of_many,
    insisted,
    is_another_word,
    is_light,
    names_another_word,
    rests_on_other_words,
)
from knowledge.matching.judging.pointing import misses_the_point
from knowledge.matching.judging.uncovered import is_uncovered
from knowledge.matching.lexicon import Forms
from knowledge.matching.model import Candidate, Match, Reason, Verdict
from knowledge.matching.normalizer import as_typed
from knowledge.matching.query import Query
from knowledge.matching.reading.fillers import are_fillers

_KNOWN_AT_LEAST = 0.35  # share of the question in words the base knows, below which it is about something else
_CONTENT_AT_LEAST = 0.55  # weight of a question, in units of the rarest word, below which it names no topic
_LIGHT = 0.3  # share of a function word from which it names nothing by itself
_CURT = 6  # words of a question that may do nothing but ask
_BARE = 3  # words that may be a mere name
_OBJECTIONS = (
    rests_on_other_words,
    affirms_of_another,
    affirms_of_many,
    is_denied,
    refuses_another,
)  # to one entry: another may be meant
_POINT = "point"  # what is asked after, where an entry tells of the topic alone
_HOPELESS = 0.02  # probability below which a candidate is not even near


def judge(
    query: Query, index: Index, candidates: Sequence[Candidate], certainty: float, policy: ConfidencePolicy
) -> Match:
    """Turn candidates (best first) into a match. `certainty`: share of the best against the others, 0.0-1.0.

    Candidates with a veto keep their place in the list and are never spoken.
    """
    shown = tuple(candidates)
    named = named_unknown(query, index)
    if named:
        return _match(Verdict.UNKNOWN, Reason.ENTITY_UNKNOWN, shown, query, detail=named)
    free = [candidate for candidate in shown if not candidate.veto]
    if not free:
        detail = _vetoing(shown[0], query) if shown else ""
        return _match(Verdict.UNKNOWN, Reason.ENTITY_CONFLICT if shown else Reason.TOO_LOW, shown, query, detail=detail)
    best = free[0]
    if names_nothing(query, index) or (is_vague(query, index) and best.confidence < policy.vague_below):
        return _match(Verdict.UNKNOWN, Reason.TOO_SHORT, shown, query)
    unclear = _between_documents(query, index, shown, free) if best.confidence >= policy.choose_at else None
    if unclear is not None:
        return unclear
    is_told_by_another = False
    if best.confidence >= policy.choose_at:
        lacking, is_sure = _lacking_of(free[:3], query, index, policy)
        if is_sure:
            return _match(
                Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED, (best, *_others(shown, best)), query, detail=lacking
            )
        is_told_by_another = lacking in {YEAR, _POINT}
    at = index.positions[best.entry]
    in_doubt = is_told_by_another or says_too_little(query, index) or names_another_word(query, index)
    if in_doubt or any(stands_against(query, index, at) for stands_against in _OBJECTIONS):
        certainty = 0.0
    return _by_confidence(query, shown, best, certainty, policy)


def _by_confidence(
    query: Query, shown: tuple[Candidate, ...], best: Candidate, certainty: float, policy: ConfidencePolicy
) -> Match:
    ordered = (best, *_others(shown, best))
    close = certainty < policy.certainty_for(best.confidence)
    if best.confidence >= policy.answer_at and not close:
        return _match(Verdict.ANSWER, Reason.CONFIDENT, ordered, query)
    if best.confidence >= policy.choose_at:
        return _match(Verdict.CHOICES, Reason.TOO_CLOSE if close else Reason.UNSURE, ordered, query)
    if shown[0].veto:
        return _match(Verdict.UNKNOWN, Reason.ENTITY_CONFLICT, shown, query, detail=_vetoing(shown[0], query))
    lost = query.known < _KNOWN_AT_LEAST or best.confidence < _HOPELESS
    return _match(Verdict.UNKNOWN, Reason.OUT_OF_SCOPE if lost else Reason.TOO_LOW, shown, query)


def _lacking_of(free: Sequence[Candidate], query: Query, index: Index, policy: ConfidencePolicy) -> tuple[str, bool]:
    """Return the aspect that the first of a few candidates lacks, or "", and whether that may be said.

    Of another year, and of what is asked after (_POINT), another of them may tell.
    """
    best, *others = free
    near = [each for each in others if each.confidence >= policy.choose_at]
    lacking = _lacking(best, query, index)
    is_chosen = best.confidence >= policy.partial_at and lacking != YEAR
    if lacking and (is_chosen or all(_lacking(each, query, index) for each in near)):
        return lacking, True
    places = [index.positions[each.entry] for each in free]
    is_missed = misses_the_point(query, index, places[0])
    is_missed_by_all = is_missed and all(misses_the_point(query, index, index.positions[each.entry]) for each in near)
    if is_missed_by_all or is_uncovered(query, index, places):
        return "", True  # the aspect that is asked for will do to name it
    return _POINT if is_missed else lacking, False


def _lacking(candidate: Candidate, query: Query, index: Index) -> str:
    at = index.positions[candidate.entry]
    return index.book.missing(index.entries[at], at, insisted(query, index, at), query.entities)


def _between_documents(
    query: Query, index: Index, shown: tuple[Candidate, ...], free: Sequence[Candidate]
) -> Match | None:
    """Ask back which document is meant, if two known ones fit what a question names, or it names two to compare."""
    ambiguous = index.book.ambiguous(query.entities)
    if ambiguous is not None:
        detail = as_typed(query.text, ambiguous.text)
        return _match(Verdict.CHOICES, Reason.ENTITY_AMBIGUOUS, shown, query, detail=detail)
    of_each = _of_each_document(query, index, free)
    if not of_each:
        return None
    keys = {candidate.entry for candidate in of_each}
    others = tuple(candidate for candidate in free if candidate.entry not in keys)
    return _match(Verdict.CHOICES, Reason.TOO_CLOSE, (*of_each, *others), query)


def _of_each_document(query: Query, index: Index, free: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the best candidate of each of several documents that a question names, if no candidate tells of all.

    Who compares two is not answered with one. They count alike, whatever else the question has of their words.
    """
    named = [document for document in query.entities.documents if document.is_sure]
    if len(named) < 2:  # noqa: PLR2004 - one alone is compared with nothing
        return ()
    fitting = [[it for it in free if index.book.speaks_of(index.positions[it.entry], each)] for each in named]
    if any(not each for each in fitting) or set.intersection(*({it.entry for it in each} for each in fitting)):
        return ()
    return tuple(replace(each[0], confidence=free[0].confidence) for each in fitting)


def named_unknown(query: Query, index: Index) -> str:
    """Return the document a question names that no entry knows, as it was written, or ""."""
    document = index.book.unknown(query.entities)
    return as_typed(query.text, document.text) if document is not None else ""


def says_too_little(query: Query, index: Index) -> bool:
    """Tell whether a question only names something that several entries speak of: whichever is meant, it was not said.

    One word that several hold, or up to three that ask for nothing and stand in wordings of several ("hỗ trợ").
    """
    said = query.reading
    if query.lattice.written in index.exact or len(said) > _BARE:
        return False
    if len(said) == 1:
        return sum(said[0] in held for held in index.holdings) > 1
    return not query.asked.weights and _speaking_of(said, index) > 1


def _speaking_of(said: Forms, index: Index) -> int:
    """Return how many entries have the words of `said`, two and more, side by side in a wording."""
    phrase = f" {as_text(said)} "
    rows = set.intersection(*(set(index.terms.holders(pair)) for pair in pairs(said)))
    return len({int(index.owners[row]) for row in rows if phrase in f" {as_text(index.wordings[row].reading)} "})


def _vetoing(candidate: Candidate, query: Query) -> str:
    # "document nq 85": what the citizen named, as it was typed. What staff excluded has no name.
    kind, _, named = candidate.veto.partition(" ")
    return as_typed(query.text, named) if kind in {"document", "edition", "place"} else ""


def is_vague(query: Query, index: Index) -> bool:
    """Tell whether nothing but courtesies and function words was said."""
    return query.content < _CONTENT_AT_LEAST * index.rarest


def names_nothing(query: Query, index: Index) -> bool:
    """Tell whether no word says what is meant: courtesies, question words, counting ("dạ em hỏi", "bao nhiêu tiền").

    However well an entry fits such words, it is by chance. A wording of the base itself is never that.
    """
    if query.lattice.written in index.exact or query.entities.documents:
        return False
    empty, asking = index.lexicon.empty_words, _asking(query, index)
    return are_fillers(query.words, index.lexicon) or all(
        at in asking
        or (word.form in empty and (not word.is_marked or word.surface in empty))
        or is_light(word, index, least=_LIGHT)
        or len(word.form) == 1
        or _is_place_number(word.form)
        or is_another_word(word, index)
        for at, word in enumerate(query.words)
    )


def _asking(query: Query, index: Index) -> frozenset[int]:
    """Return the places of the words of a short question that ask for a sum, a day or the like, and say not of what."""
    if len(query.words) > _CURT:
        return frozenset()
    spans = index.book.aspects.spans(query.words)
    return frozenset(
        at for start, stop, cues in spans if any(cue.meaning in OPEN for cue in cues) for at in range(start, stop)
    )


def _is_place_number(form: str) -> bool:
    return form.isdigit() and len(form) <= 2  # noqa: PLR2004 - "cái thứ 2"; longer ones may name a document


def _others(shown: Sequence[Candidate], best: Candidate) -> tuple[Candidate, ...]:
    return tuple(candidate for candidate in shown if candidate is not best)


def _match(
    verdict: Verdict, reason: Reason, candidates: tuple[Candidate, ...], query: Query, *, detail: str = ""
) -> Match:
    return Match(verdict=verdict, reason=reason, candidates=candidates, asked_for=query.asked.main, detail=detail)
