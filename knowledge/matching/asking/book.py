"""The facts of all entries as one: what the base is about, which documents it knows, and what an entry lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.matching.asking.aspects import Asked, AspectReader
from knowledge.matching.asking.documents import Document, distinct, meant_documents
from knowledge.matching.asking.entities import Entities, EntityReader
from knowledge.matching.asking.facts import FactReader, Facts
from knowledge.matching.asking.particulars import unheld_particular
from knowledge.snapshot import PublishedEntry

NOTHING_NAMED = Entities()
_HOME_SHARE = 0.3  # a place named by so many entries is where the base is at home


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
        meant = meant_documents(document for fact in facts for document in fact.documents)
        return cls(
            entities=reader.entities,
            aspects=reader.aspects,
            facts=facts,
            home=frozenset(place for place, count in named.items() if count >= max(2, _HOME_SHARE * len(facts))),
            documents=distinct(meant, meant),
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
