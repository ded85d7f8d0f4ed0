"""What is looked at before a competition is published: figures and days need a source, money and law a second person.

The same rules as for entries (`knowledge.safeguards`, `knowledge.approval`), but for one thing: what a competition says
stands all over its article, so the whole of it counts, not only the passage of the quote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.approval import claims_in
from knowledge.calendar.model import Competition, Stage
from knowledge.evidence import Sources
from knowledge.safeguards import ArticleText

_TOLD = ("title", "organiser", "document", "audience", "prizes", "contact")  # to citizens, as they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsourced:
    """A figure or day of a competition that no source of it holds. `field` "stages": of the stage called `stage`."""

    field: str
    text: str
    stage: str = ""


def unsourced(competition: Competition, article: ArticleText) -> tuple[Unsourced, ...]:
    """Return the figures and days that neither the quote nor the stored article holds, in the order of the form.

    Reads the whole article: takes up to a tenth of a second.
    """
    sources = Sources.of((competition.quote, *article.paragraphs, *article.head))
    return tuple(dict.fromkeys(_lacking(competition, sources)))


def claims_of(competition: Competition) -> tuple[str, ...]:
    """Return what makes a second person necessary, in the competition's own words; empty: nothing does."""
    return claims_in(getattr(competition, name) for name in _TOLD)


def _lacking(competition: Competition, sources: Sources) -> Iterator[Unsourced]:
    for name in _TOLD:
        yield from (Unsourced(field=name, text=it.text) for it in sources.unsupported(getattr(competition, name)))
    for stage in competition.stages:
        for text in _lacking_of(stage, sources):
            yield Unsourced(field="stages", text=text, stage=stage.name)
    for name in ("first_year", "last_year"):
        year = getattr(competition, name)
        if year and sources.unsupported(str(year)):
            yield Unsourced(field=name, text=str(year))


def _lacking_of(stage: Stage, sources: Sources) -> Iterator[str]:
    yield from (token.text for token in sources.unsupported(stage.name))
    for bound in (stage.starts, stage.ends):
        on, _, time = bound.partition(" ")
        if on and not _holds_day(on, sources):
            yield "/".join(reversed(on.split("-")))
        yield from (token.text for token in sources.unsupported(time))


def _holds_day(on: str, sources: Sources) -> bool:
    """Tell whether a source names a day ("2024-03-15") or month ("2024-03"), be it with the year somewhere else."""
    year, *rest = on.split("-")
    short = "/".join(reversed(rest)) if len(rest) > 1 else f"th\u00e1ng {rest[0]}"
    return not sources.unsupported("/".join((*reversed(rest), year))) or not (
        sources.unsupported(short) or sources.unsupported(year)
    )
