"""What each entry names and holds: document numbers, editions, places, and the aspects it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from knowledge.matching.asking.aspects import Asked, AspectReader
from knowledge.matching.asking.documents import Document, distinct, meant_documents
from knowledge.matching.asking.entities import Entities, EntityReader, without_numbers
from knowledge.matching.asking.members import NOTHING
from knowledge.matching.asking.particulars import Particulars
from knowledge.matching.asking.purposes import PurposeReader
from knowledge.matching.asking.tallies import Told, told, unheld
from knowledge.matching.asking.wants import WantReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word, fold, forms
from knowledge.snapshot import PublishedEntry

_OPENING = 40  # characters of an answer in which a yes or a no stands
_YES_OR_NO = re.compile(r"(?:co|khong)[.,;:]")  # folded
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
        meant = meant_documents((*said.documents, *stated.documents))
        whole = whole_of(entry)
        return Facts(
            entry=entry,
            sources=wordings,
            reader=self.aspects,
            wordings=replace(said, documents=distinct(meant, said.documents)),
            body=replace(stated, documents=distinct(meant, stated.documents)),
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
