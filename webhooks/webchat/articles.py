"""The article on the demo page, as the knowledge base has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.snapshot import Article, Snapshot

STARTER_ARTICLE = "dau-an-khcn-dmst-2023"  # its full text lies in the package; of others only the quotes are known
_HEADING_LIMIT = 110
_DATE = re.compile(r"\d{2}-\d{2}-\d{4}")  # the line that ends the page's head and begins the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph or heading."""

    text: str
    is_heading: bool = False


def shown_article(snapshot: Snapshot) -> Article:
    """Return the article that most entries rest on."""
    counts: dict[str, int] = {}
    articles: dict[str, Article] = {}
    for entry in snapshot.entries.values():
        if entry.citation is not None:
            article = entry.citation.article
            articles.setdefault(article.key, article)
            counts[article.key] = counts.get(article.key, 0) + 1
    best = max(counts, key=lambda key: counts[key], default="")
    return articles.get(best, Article(key="", title="", url=""))


def blocks_of(snapshot: Snapshot, article: Article) -> tuple[Block, ...]:
    """Return the article's text: all of it when it came with the package, else its quoted passages."""
    if article.key == STARTER_ARTICLE:
        return _starter(tuple(article.sections.values()), article.author)
    return tuple(_quoted(snapshot, article))


@cache
def _starter(openings: tuple[str, ...], author: str) -> tuple[Block, ...]:
    text = (resources.files("knowledge") / "starter" / "article-2023.txt").read_text(encoding="utf-8")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    begin = next((number + 1 for number, line in enumerate(lines) if _DATE.search(line[:24])), 0)
    end = next((number for number, line in enumerate(lines) if author and line.endswith(author)), len(lines))
    return tuple(Block(text=line, is_heading=_is_heading(line, openings)) for line in lines[begin:end] if line)


def _is_heading(line: str, openings: tuple[str, ...]) -> bool:
    return len(line) < _HEADING_LIMIT and any(line.startswith(opening) for opening in openings)


def _quoted(snapshot: Snapshot, article: Article) -> Iterator[Block]:
    seen: set[str] = set()
    for entry in snapshot.entries.values():
        citation = entry.citation
        if citation is not None and citation.article.key == article.key and citation.quote not in seen:
            seen.add(citation.quote)
            yield Block(text=citation.quote or entry.answer)


def facts_of(article: Article) -> Mapping[str, str]:
    """Return what the page's head says about an article."""
    on = article.published_on
    return {
        "title": article.title,
        "url": article.url,
        "portal": article.portal,
        "author": article.author,
        "date": f"{on:%d/%m/%Y}" if on else "",
    }
