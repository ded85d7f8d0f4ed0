"""Each entry read once: its words, its compound words, its readings and its facts. Kept from one index to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from knowledge.matching.asking.facts import FactReader, Facts, body_of
from knowledge.matching.indexing.readings import Changes, Reading
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import MAX_LENGTH, Word, words
from knowledge.matching.reading.fillers import strip_fillers
from knowledge.matching.reading.tokenizer import phrases
from knowledge.matching.reading.vocabulary import Vocabulary
from knowledge.snapshot import PublishedEntry

PHRASE_ENTRIES = 700  # up to twice as many entries are read by pyvi; more teach nothing new, and cost 0.15 ms a wording
PHRASE_WORDINGS = 20  # of each of them


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one entry."""

    entry: PublishedEntry
    wordings: tuple[tuple[Word, ...], ...]
    body: tuple[Word, ...]

    @classmethod
    def of(cls, entry: PublishedEntry, lexicon: Lexicon) -> Texts:
        """Read the words of an entry; courtesies are left out, as they are of questions."""
        return cls(
            entry,
            tuple(tuple(strip_fillers(words(text[:MAX_LENGTH]), lexicon)) for text in entry.wordings),
            tuple(words(body_of(entry))),
        )

    @property
    def every(self) -> tuple[tuple[Word, ...], ...]:
        """All its texts."""
        return (*self.wordings, self.body)


@dataclass(frozen=True, slots=True)
class Prepared:
    """All entries in the order of their keys, read; `sources` says which were taken over unchanged."""

    texts: tuple[Texts, ...]
    readings: tuple[tuple[Reading, ...], ...]  # of the wordings of each entry
    facts: tuple[Facts, ...]
    vocabulary: Vocabulary
    spelled: Mapping[str, int]  # words with their marks -> how often they stand in all texts
    compounds: Mapping[str, frozenset[Forms]]  # entry key -> the compound words pyvi found, of those it has read
    reader: FactReader
    sources: tuple[int, ...]  # place of each entry in the index before; -1: it was read anew

    @classmethod
    def of(cls, entries: Iterable[PublishedEntry], lexicon: Lexicon, before: Prepared | None = None) -> Prepared:
        """Read entries; those that `before` holds unchanged are taken over. Of two with one key the later counts."""
        chosen = {entry.key: entry for entry in entries}
        ordered = [chosen[key] for key in sorted(chosen)]
        known = {} if before is None else {text.entry.key: at for at, text in enumerate(before.texts)}
        places = [_place(entry, known, before) for entry in ordered]
        texts = tuple(
            before.texts[place] if before and place >= 0 else Texts.of(entry, lexicon)
            for entry, place in zip(ordered, places, strict=True)
        )
        kept = set(places)
        dropped = [text for at, text in enumerate(before.texts) if at not in kept] if before else []
        added = [text for text, place in zip(texts, places, strict=True) if place < 0]
        vocabulary = _vocabulary(texts, added, dropped, before)
        reader = before.reader if before else FactReader.of(lexicon)
        readings, sources = _readings(texts, places, vocabulary, lexicon, before)
        return cls(
            texts=texts, readings=readings, vocabulary=vocabulary, reader=reader, sources=sources,
            facts=tuple(
                before.facts[place] if before and place >= 0 else reader.read(it.entry, it.wordings)
                for it, place in zip(texts, places, strict=True)
            ),
            spelled=_spelled(added, dropped, before),
            compounds=_compounds(texts, places, before),
        )  # fmt: skip

    @property
    def phrases(self) -> frozenset[Forms]:
        """The compound words of the base, folded."""
        return frozenset().union(*self.compounds.values())


def _place(entry: PublishedEntry, known: Mapping[str, int], before: Prepared | None) -> int:
    at = known.get(entry.key, -1)
    return at if before is not None and at >= 0 and before.texts[at].entry == entry else -1


def _vocabulary(
    texts: Sequence[Texts], added: Sequence[Texts], dropped: Sequence[Texts], before: Prepared | None
) -> Vocabulary:
    changed = before.vocabulary.changed(_forms(added), _forms(dropped)) if before else None
    return changed or Vocabulary.of(_forms(texts))


def _forms(texts: Sequence[Texts]) -> list[list[str]]:
    return [[word.form for word in source] for text in texts for source in text.every]


def _readings(
    texts: Sequence[Texts], places: Sequence[int], vocabulary: Vocabulary, lexicon: Lexicon, before: Prepared | None
) -> tuple[tuple[tuple[Reading, ...], ...], tuple[int, ...]]:
    """Read what is new and what may read otherwise now; return all readings, and where each entry was as it is."""
    changes = Changes.between(before.vocabulary, vocabulary) if before else None
    readings: list[tuple[Reading, ...]] = []
    sources: list[int] = []
    for text, place in zip(texts, places, strict=True):
        known = before.readings[place] if before and place >= 0 else None
        if known is None or changes is None:
            found = tuple(Reading.of(source, vocabulary, lexicon) for source in text.wordings)
        else:
            found = tuple(
                Reading.of(source, vocabulary, lexicon) if changes.concern(reading) else reading
                for source, reading in zip(text.wordings, known, strict=True)
            )
        sources.append(place if known and [it.forms for it in found] == [it.forms for it in known] else -1)
        readings.append(found)
    return tuple(readings), tuple(sources)


def _spelled(added: Sequence[Texts], dropped: Sequence[Texts], before: Prepared | None) -> Mapping[str, int]:
    counts = Counter(before.spelled if before else {})
    counts.update(word.surface for text in added for source in text.every for word in source)
    counts.subtract(word.surface for text in dropped for source in text.every for word in source)
    return {surface: count for surface, count in counts.items() if count}


def _compounds(
    texts: Sequence[Texts], places: Sequence[int], before: Prepared | None
) -> Mapping[str, frozenset[Forms]]:
    # Which entries are read hangs on their keys and their number alone: a change of one changes nothing of the others.
    share = 1
    while len(texts) >= 2 * PHRASE_ENTRIES * share:
        share *= 2
    found: dict[str, frozenset[Forms]] = {}
    for text, place in zip(texts, places, strict=True):
        key = text.entry.key
        if share == 1 or crc32(key.encode()) % share == 0:
            known = before.compounds.get(key) if before and place >= 0 else None
            found[key] = phrases(text.entry.wordings[:PHRASE_WORDINGS]) if known is None else known
    return found
