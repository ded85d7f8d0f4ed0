"""What is wrong with the published knowledge: each trouble names the entry and the field where it is mended."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.base import Knowledge
from knowledge.matching.conflicts import strays, twins
from knowledge.matching.lexicon import ABBREVIATION, Lexicon
from knowledge.matching.matcher import Matcher
from knowledge.matching.normalizer import fold, forms
from knowledge.safeguards import ArticleText, Quoting, article_text, compared, findings_of
from knowledge.schema import EntryItem
from knowledge.snapshot import LexiconTerm
from knowledge.store import load_contents
from knowledge.watching.articles import list_articles

SOON = timedelta(days=30)
MOST_ARTICLES = 500
_ELSEWHERE = "#"  # begins what leads to something other than an entry, as a guide


class Kind(StrEnum):
    """What sort of trouble it is, the most pressing first."""

    UNEVIDENCED = "unevidenced"  # a figure that no source holds
    EXPIRED = "expired"
    LINK = "link"  # the article's page could not be read
    STRAY = "stray"  # a wording that does not lead to its entry
    QUOTE = "quote"  # the quote does not stand in the stored text of its article
    UNSOURCED = "unsourced"  # no article is cited
    TWINS = "twins"  # nearly the same question in two entries
    TERM = "term"  # a term that stands for two things
    EXPIRING = "expiring"
    REVIEW = "review"  # its day of review has come
    CHAINED = "chained"  # names an entry that is not published


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing to mend.

    `entry`: its key, "" for a term. `field`: where to mend it. `other`: the entry or article it collides with. `text`:
    what to look at, in the words of the knowledge. `day`: since or until when. `terms`: the terms of staff that
    collide, with their meanings.
    """

    kind: Kind
    entry: str = ""
    field: str = ""
    other: str = ""
    text: str = ""
    day: date | None = None
    terms: tuple[tuple[str, str], ...] = ()


async def find_troubles(session: AsyncSession, known: Knowledge, *, on: date) -> tuple[Trouble, ...]:
    """Return every trouble of what is published, the most pressing first. Takes a second or two for 1,000 entries."""
    contents = await load_contents(session, only_published=True)
    articles = {item.article for item in contents.entries if item.article}
    texts = {key: await article_text(session, key) for key in sorted(articles)}
    paragraphs = {key: text.paragraphs for key, text in texts.items()}
    broken = {
        line.key: line.problem for line in await list_articles(session, limit=MOST_ARTICLES)
        if line.problem and line.failures
    }  # fmt: skip
    found = [
        *await asyncio.to_thread(lambda: [*of_evidence(contents.entries, texts), *of_matching(known.matcher)]),
        *of_quotes(contents.entries, paragraphs),
        *of_dates(contents.entries, on=on),
        *of_links(contents.entries, broken),
        *of_terms(known.snapshot.terms),
    ]
    order = {kind: at for at, kind in enumerate(Kind)}
    return tuple(sorted(found, key=lambda trouble: order[trouble.kind]))


def of_dates(entries: Iterable[EntryItem], *, on: date) -> Iterator[Trouble]:
    """Yield what has expired, will within 30 days, or is due to be reviewed."""
    for item in entries:
        if item.valid_until and item.valid_until < on:
            yield Trouble(
                kind=Kind.EXPIRED, entry=item.key, field="valid_until", text=item.question, day=item.valid_until
            )
        elif item.valid_until and item.valid_until <= on + SOON:
            yield Trouble(
                kind=Kind.EXPIRING, entry=item.key, field="valid_until", text=item.question, day=item.valid_until
            )
        if item.review_on and item.review_on <= on:
            yield Trouble(kind=Kind.REVIEW, entry=item.key, field="review_on", text=item.question, day=item.review_on)


def of_links(entries: Sequence[EntryItem], broken: Mapping[str, str]) -> Iterator[Trouble]:
    """Yield entries whose article could not be read, and those that name an entry which is not published."""
    keys = {item.key for item in entries}
    for item in entries:
        if item.article in broken:
            yield Trouble(
                kind=Kind.LINK, entry=item.key, field="article", other=item.article, text=broken[item.article]
            )
        for field, named in (("related", item.related), ("successor", (item.successor,) if item.successor else ())):
            for key in named:
                if key not in keys and not key.startswith(_ELSEWHERE):
                    yield Trouble(kind=Kind.CHAINED, entry=item.key, field=field, other=key, text=item.question)


def of_evidence(entries: Sequence[EntryItem], texts: Mapping[str, ArticleText]) -> Iterator[Trouble]:
    """Yield figures without a source, and entries that cite nothing. `texts`: what is stored of each article."""
    for item in entries:
        if not item.article:
            yield Trouble(kind=Kind.UNSOURCED, entry=item.key, field="article", text=item.question)
    for key, findings in findings_of(entries, texts).items():
        for finding in findings:
            yield Trouble(kind=Kind.UNEVIDENCED, entry=key, field=finding.field, text=finding.token.text)


def of_quotes(entries: Iterable[EntryItem], paragraphs: Mapping[str, Sequence[str]]) -> Iterator[Trouble]:
    """Yield quotes that the stored text of their article does not hold. An article without a text proves nothing."""
    for item in entries:
        if compared(item, paragraphs.get(item.article, ())) is Quoting.ABSENT:
            yield Trouble(kind=Kind.QUOTE, entry=item.key, field="quote", other=item.article, text=item.quote)


def of_matching(matcher: object) -> Iterator[Trouble]:
    """Yield wordings that do not lead to their entry, and questions that two entries share."""
    if not isinstance(matcher, Matcher):
        return
    for stray in strays(matcher):
        yield Trouble(kind=Kind.STRAY, entry=stray.entry, field="variants", other=stray.winner, text=stray.text)
    for pair in twins(matcher.index):
        text = (
            pair.left_text if fold(pair.left_text) == fold(pair.right_text) else f"{pair.left_text} / {pair.right_text}"
        )
        yield Trouble(kind=Kind.TWINS, entry=pair.left, field="question", other=pair.right, text=text)


def of_terms(terms: Iterable[LexiconTerm]) -> Iterator[Trouble]:
    """Yield abbreviations of staff that stand for two things, among themselves or with those of the package."""
    shipped = Lexicon.default().meanings
    meanings: defaultdict[tuple[str, ...], list[LexiconTerm]] = defaultdict(list)
    for term in terms:
        if term.kind == ABBREVIATION and term.meaning:
            meanings[tuple(forms(term.term))].append(term)
    for read, rows in meanings.items():
        own = {tuple(forms(row.meaning)) for row in rows}
        others = [" ".join(known.forms) for known in shipped.get(read, ()) if known.forms not in own]
        if len(own) + len(others) > 1:
            said = "; ".join([*(row.meaning for row in rows), *others])
            pairs = tuple((row.term, row.meaning) for row in rows)
            yield Trouble(kind=Kind.TERM, text=f"{rows[0].term}: {said}", terms=pairs)
