"""Whether an entry speaks of what a question asks after, and not only of what the question is about."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from knowledge.matching.index import Index
from knowledge.matching.judging.holding import is_another_word_in, is_light, is_spoken_of, spelled
from knowledge.matching.query import Query
from knowledge.matching.reading.tokenizer import cut

_ENOUGH = 8  # wordings from which an entry has most words that people ask after it with
_LONG = 14  # words of a question from which what it asks after is not surely found
_TOLD_OTHERWISE = frozenset({"place", "list", "count", "content", "definition", "subject"})
# Aspects that anything may be asked for, and whose question words therefore say nothing of what an entry must hold.


def misses_the_point(query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry says nothing of what a short question asks after.

    "Techfest có chỗ đỗ xe không" is about Techfest, and whoever only tells what Techfest is has not answered it. In
    which words people ask after what an entry says is not known where it has no text, or few wordings.
    """
    facts = index.book.facts[entry]
    is_unsure = len(query.words) > _LONG or facts.held is None or len(facts.sources) < _ENOUGH
    if is_unsure or query.lattice.written in index.exact:
        return False
    source, origins = spelled(query)
    aspects, points = index.book.aspects, index.book.aspects.points
    asked = [(range(start, stop), {cue.meaning for cue in cues}) for start, stop, cues in aspects.spans(source)]
    elsewhere = aspects.checkable | _TOLD_OTHERWISE
    told = {origins[at] for places, names in asked if names & elsewhere for at in places}
    naming = [at for at, word in enumerate(query.words) if word.form not in index.lexicon.empty_words]
    for start, stop in points.runs(source, lambda word: is_light(word, index)):
        places = {origins[at] for at in range(start, stop)}
        parts = [part for part in _parts(places, query, index) if told.isdisjoint(range(*part))]
        telling = [part for part in parts if not points.is_general(query.words[slice(*part)])]
        # One general syllable stands in any text by chance.
        hoped = (part for part in parts if part in telling or part[1] - part[0] > 1)
        topic = _parts([at for at in naming if at not in places], query, index)
        if telling and not _any_held(hoped, query, index, entry) and _any_held(topic, query, index, entry):
            return True
    return False


def _parts(places: Container[int], query: Query, index: Index) -> Iterator[tuple[int, int]]:
    """Yield start and end of each word, compound or not, that stands in `places` and says something."""
    for start, stop in cut(query.lattice.written):
        inside = [at for at in range(start, stop) if at in places]
        heavy = [at for at in inside if not is_light(query.words[at], index) and len(query.words[at].form) > 1]
        if heavy and len(inside) == stop - start > 1:
            yield start, stop
        else:
            yield from ((at, at + 1) for at in heavy)


def _any_held(parts: Iterable[tuple[int, int]], query: Query, index: Index, entry: int) -> bool:
    """Tell whether an entry speaks of one of the words at these places."""
    return any(
        is_spoken_of(start, stop, query, index, entry)
        and not (stop - start == 1 and is_another_word_in(entry, query.words[start], index))
        for start, stop in parts
    )
