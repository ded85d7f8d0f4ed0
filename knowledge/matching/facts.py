"""What each entry names and holds: document numbers, editions, places, and the aspects it answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import combinations

from knowledge.matching.aspects import Asked, AspectReader
from knowledge.matching.entities import Document, Entities, EntityReader, without_numbers
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.members import NOTHING
from knowledge.matching.normalizer import Word, fold, forms
from knowledge.matching.particulars import Particulars, unheld_particular
from knowledge.matching.purposes import PurposeReader
from knowledge.matching.tallies import Told, told, unheld
from knowledge.matching.wants import WantReader
from knowledge.snapshot import PublishedEntry

NOTHING_NAMED = Entities()
_OPENING = 40  # characters of an answer in which a yes or a no stands
_YES_OR_NO = re.compile(r"(?:co|khong)[.,;:]")  # folded
_HOME_SHARE = 0.3  # a place named by so many entries is where the base is at home


BODY_LENGTH = 4_000  # characters of answer and quotation that are read


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One entry: what it names. What else its texts hold is read when a question first meets it.

    `asked`: by each wording; `covered`: aspects that some wording insists on: staff vouch that the entry answers them.
    """

    entry: PublishedEntry
    sources: tuple[tuple[Word, ...], ...]  # the words of its wordings
    reader: AspectReader = field(compare=False, repr=False)
    wordings: Entities
    body: Entities
    asked: tuple[Asked, ...]
    covered: frozenset[str]
    particulars: Particulars  # the places below the province, peoples and ranks it speaks of
    text: str  # the folded words of all its texts

    @cached_property
    def held(self) -> frozenset[str] | None:
        """Return the aspects its answer and quotation contain; None: it has no text."""
        body = body_of(self.entry)
        return self.reader.held(without_numbers(body), body) if body else None

    @cached_property
    def told(self) -> Told:
        """Return what they count and list."""
        return told(whole_of(self.entry), self.reader.members)

    @cached_property
    def figures(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """Return for what their sums, of what their dates are."""
        whole = whole_of(self.entry)
        return tuple(reader.told(whole) for reader in self.reader.purposes)

    @cached_property
    def shown(self) -> frozenset[str]:
        """Return the wants that they may satisfy."""
        return self.reader.wants.held(whole_of(self.entry))

    @cached_property
    def vouched(self) -> tuple[Asked, ...]:
        """Return what each wording asks for, sets, purposes and wants too."""
        return tuple(
            self.reader.completed(asked, source, source) for asked, source in zip(self.asked, self.sources, strict=True)
        )

    @cached_property
    def forbidden(self) -> tuple[str, ...]:
        """Return the folded words of each question that staff wrote down as not its own."""
        return tuple(" ".join(forms(text)) for text in self.entry.must_not_match)

    @cached_property
    def opening(self) -> str:
        """Return the first words of its answer, folded."""
        return fold(self.entry.answer[:_OPENING])

    @property
    def says_yes_or_no(self) -> bool:
        """Tell whether its answer begins with "Có." or "Không."."""
        return _YES_OR_NO.match(self.opening) is not None

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document the entry names."""
        return (*self.wordings.documents, *self.body.documents)

    @property
    def places(self) -> frozenset[str]:
        """Every place the entry names."""
        return self.wordings.places | self.body.places

    @property
    def editions(self) -> frozenset[int]:
        """Every edition the entry names."""
        return self.wordings.editions | self.body.editions

    def lacks_figure(self, asked: Asked, readers: Sequence[PurposeReader]) -> str:
        """Return the aspect of a sum or a date that is told for others only, or ""; wordings are vouched for."""
        found = (
            reader.unheld(purpose, figures)
            for at, (purpose, reader, figures) in enumerate(zip(asked.purposes, readers, self.figures, strict=False))
            if not any(purpose in each.purposes[at : at + 1] for each in self.vouched)
        )
        return next(filter(None, found), "")

    def lacks_want(self, asked: Asked, reader: WantReader) -> str:
        """Return the aspect of a want that no text shows, or ""; what a wording wants staff vouch for."""
        if not asked.wants:
            return ""
        return reader.unheld(asked.wants, self.shown.union(*(each.wants for each in self.vouched)))

    def lacks_set(self, asked: Asked) -> str:
        """Return the aspect of a set that is asked for and not held, or ""; what a wording asks for staff vouch for."""
        if asked.sought == NOTHING:
            return ""
        vouched = frozenset().union(*(each.sought.kinds for each in self.vouched))
        return unheld(asked.sought, self.told, vouched)


@dataclass(frozen=True, slots=True)
class FactReader:
    """What reads facts, compiled from one lexicon."""

    entities: EntityReader
    aspects: AspectReader

    @classmethod
    def of(cls, lexicon: Lexicon) -> FactReader:
        """Compile the tables."""
        return cls(EntityReader.of(lexicon), AspectReader.of(lexicon))

    def read(self, entry: PublishedEntry, wordings: tuple[tuple[Word, ...], ...]) -> Facts:
        """Read one entry; `wordings`: its words."""
        asked = tuple(self.aspects.with_holder(self.aspects.asked(source), source) for source in wordings)
        said = self.entities.read(" ; ".join((entry.document, *entry.wordings))[:2000])
        stated = self.entities.read(body_of(entry))
        meant = _meant((*said.documents, *stated.documents))
        whole = whole_of(entry)
        return Facts(
            entry=entry,
            sources=wordings,
            reader=self.aspects,
            wordings=replace(said, documents=_distinct(meant, said.documents)),
            body=replace(stated, documents=_distinct(meant, stated.documents)),
            asked=asked,
            covered=frozenset().union(*(each.strict for each in asked)),
            particulars=self.entities.particulars.read(" ; ".join((*entry.wordings, whole))),
            text=" ".join(word.form for source in wordings for word in source) + f" {' '.join(forms(whole))}",
        )


def body_of(entry: PublishedEntry) -> str:
    """Return what an entry says: its answer and the passage it rests on."""
    quote = entry.citation.quote if entry.citation else ""
    return f"{entry.answer} {quote}".strip()[:BODY_LENGTH]


def whole_of(entry: PublishedEntry) -> str:
    """Return that with its long answer; "" for an entry without a text."""
    body = body_of(entry)
    return f"{body}\n{entry.answer_full}" if body else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The facts of all entries, in their order, and what follows for the base as a whole."""

    entities: EntityReader
    aspects: AspectReader
    facts: tuple[Facts, ...]
    home: frozenset[str]  # places the base is about
    documents: tuple[Document, ...]
    localities: frozenset[str]  # places below the province that its entries name
    meant: Mapping[Document, Document]  # as written -> with what the rest of the base tells of the only one it can be

    @classmethod
    def of(cls, facts: tuple[Facts, ...], reader: FactReader) -> Book:
        """Collect the facts of all entries."""
        named = Counter(place for fact in facts for place in fact.places)
        meant = _meant(document for fact in facts for document in fact.documents)
        return cls(
            entities=reader.entities,
            aspects=reader.aspects,
            facts=facts,
            home=frozenset(place for place, count in named.items() if count >= max(2, _HOME_SHARE * len(facts))),
            documents=_distinct(meant, meant),
            localities=frozenset().union(*(fact.particulars.localities for fact in facts)),
            meant=meant,
        )

    def named(self, text: str) -> Entities:
        """Return what a question names; of what may be no document ("hướng dẫn 5 bước") only what the base knows."""
        found = self.entities.read(text, self.documents)
        return replace(found, documents=tuple(it for it in found.documents if it.is_sure or self._knows(it)))

    def _knows(self, document: Document) -> bool:
        return any(document.fits(known) for known in self.documents)

    def conflict(self, entry: int, query: Entities) -> str:
        """Say why an entry may not answer a question that names `query`; "" when nothing stands against it."""
        fact = self.facts[entry]
        if query.documents and fact.wordings.documents and not self._speaks_of(query.documents, fact.documents):
            return f"document {query.documents[0].text}"
        if query.editions and fact.editions and not query.editions & fact.editions:
            return f"edition {min(query.editions)}"
        strange = query.places - fact.places - self.home
        # "Trưng bày ở Hà Nội thì tỉnh có hỗ trợ không": something happens there, but the rule asked for is ours.
        is_elsewhere = not query.speaks_of_home and not query.places & self.home
        if strange and is_elsewhere and (self.home or fact.wordings.places):
            return f"place {min(strange)}"
        return ""

    def fit(self, entry: int, query: Entities) -> float:
        """Return how far the documents a question names are those of an entry: 1.0 asked, 0.5 told, 0.0 neither."""
        fact = self.facts[entry]
        if self._speaks_of(query.documents, fact.wordings.documents):
            return 1.0
        return 0.5 if self._speaks_of(query.documents, fact.body.documents) else 0.0

    def _speaks_of(self, named: Sequence[Document], known: Sequence[Document]) -> bool:
        return any(one.fits(self.meant[other]) for one in named for other in known)

    def unknown(self, query: Entities) -> Document | None:
        """Return a document that the question names and no entry knows, in a base that knows documents."""
        if not self.documents:
            return None
        return next((named for named in query.documents if not self._knows(named)), None)

    def ambiguous(self, query: Entities) -> Document | None:
        """Return a document of the question that two different known ones fit."""
        for named in query.documents:
            fitting = [known for known in self.documents if named.fits(known)]
            if any(not left.fits(right) for left in fitting for right in fitting):
                return named
        return None

    def missing(self, entry: PublishedEntry, at: int, asked: Asked, named: Entities = NOTHING_NAMED) -> str:
        """Return an aspect the question asks for and the entry does not hold, or ""."""
        declared = sorted(
            set(entry.not_covered) & (asked.weights.keys() | {aspect for aspect, _ in asked.sought.kinds})
        )
        if declared:
            return declared[0]
        fact = self.facts[at]
        if fact.held is None:
            return ""
        lacking = sorted(
            name for name in asked.strict
            if name in self.aspects.checkable and name not in fact.held and name not in fact.covered
        )  # fmt: skip
        if lacking:
            return lacking[0]
        particular = unheld_particular(named.particulars, fact.particulars, fact.text, asked.weights)
        return (
            fact.lacks_set(asked)
            or fact.lacks_figure(asked, self.aspects.purposes)
            or particular
            or fact.lacks_want(asked, self.aspects.wants)
        )


def _meant(documents: Iterable[Document]) -> dict[Document, Document]:
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


def _distinct(meant: Mapping[Document, Document], written: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(dict.fromkeys(meant[document] for document in written))


def _completed(document: Document, fitting: Sequence[Document]) -> Document:
    if any(not left.fits(right) for left, right in combinations(fitting, 2)):
        return document
    return reduce(Document.with_details, fitting, document)
