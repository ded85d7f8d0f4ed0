"""A portal page as an article: title, day, author, address, and its body in paragraphs under headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from knowledge.matching.normalizer import fold
from knowledge.portal.markup import HEADING_LENGTH, Line, body_lines, first_of, is_markup, lines_of, tree_of
from knowledge.portal.text import body_of, comparable, readable

_SLUG_WORDS = 6
_BEGINNING = 12  # words that name where a section begins
_THIN = 120  # characters of body below which the whole page is searched for lines
_TOP = 6  # lines among which a pasted text has its title
_NUMBERING = re.compile(r"^(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[^\W\d_])[.)]|[-+•*])\s+")
_SENTENCE_ENDS = (".", ";", ":", ",", "!", "?", "…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with the paragraphs below it. What stands before the first heading has the heading ""."""

    slug: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as read. `paragraphs` hold the headings too, in order.

    `everything` is all text of the page in comparable form: what the reader of the body leaves out may still be there.
    """

    title: str
    url: str = ""
    published_on: date | None = None
    author: str = ""
    portal: str = ""
    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    everything: str = ""

    @property
    def beginnings(self) -> dict[str, str]:
        """The first words of each section by its slug, as an article keeps them."""
        first = {each.slug: each.heading or each.paragraphs[0] for each in self.sections}
        return {slug: " ".join(words.split()[:_BEGINNING]) for slug, words in first.items()}


def read_page(text: str, *, url: str = "") -> Page:
    """Read a page: HTML, a part of it, or plain text that begins with its title. Never raises on bad markup."""
    return _read_html(text, url) if is_markup(text) else _read_plain(text, url)


def sections_of(paragraphs: Sequence[str], beginnings: Mapping[str, str]) -> tuple[Section, ...]:
    """Gather stored paragraphs into sections, by the first words of each (slug -> words) as an article keeps them."""
    known = {slug: comparable(words) for slug, words in beginnings.items() if words.strip()}
    made: list[Section] = []
    for line, following in pairwise((*paragraphs, "")):
        form = comparable(line)
        slug = next((slug for slug, words in known.items() if form.startswith(words)), "")
        if slug:
            del known[slug]
            heading, rest = (line, ()) if _looks_like_heading(line, following) else ("", (line,))
            made.append(Section(slug=slug, heading=heading, paragraphs=rest))
        elif made:
            made[-1] = replace(made[-1], paragraphs=(*made[-1].paragraphs, line))
        else:
            made.append(Section(slug="", heading="", paragraphs=(line,)))
    return tuple(made)


def plain_address(url: str) -> str:
    """Return an address without fragment, with everything outside ASCII percent-encoded."""
    parts = urlsplit(url.strip())
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, ""))


def without_numbering(heading: str) -> str:
    """Return a heading without "1.", "II)", "a)" or "-" before it."""
    return _NUMBERING.sub("", heading)


def slug_of(words: str, *, most: int = _SLUG_WORDS) -> str:
    """Return the first words folded and joined by hyphens, without numbering; "muc" when there is none."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(without_numbering(words)))[:most]) or "muc"


def unused(name: str, taken: Collection[str]) -> str:
    """Return a name as it is, or with the first number behind it that makes it new."""
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _read_plain(text: str, url: str) -> Page:
    lines = [line for line in map(readable, text.splitlines()) if line]
    title = _title_of(lines)
    body = body_of(lines, title=title)
    return Page(
        title=title,
        url=plain_address(url),
        published_on=body.published_on,
        author=body.author,
        paragraphs=body.paragraphs,
        sections=_sections(
            (line, _looks_like_heading(line, after)) for line, after in pairwise((*body.paragraphs, ""))
        ),
        everything=comparable(" ".join(lines)),
    )


def _title_of(lines: Sequence[str]) -> str:
    """Return the line that stands twice at the top, else the first line that is not layout, if it is no sentence."""
    for line, following in pairwise(lines[:_TOP]):
        if comparable(line) == comparable(following):
            return line
    paragraphs = body_of(lines).paragraphs
    is_title = len(paragraphs) > 1 and _could_be_heading(paragraphs[0])  # what follows may be a shorter heading
    return paragraphs[0] if is_title else ""


def _looks_like_heading(line: str, following: str) -> bool:
    return len(line) < len(following) and _could_be_heading(line)


def _could_be_heading(line: str) -> bool:
    return len(line) <= HEADING_LENGTH and not line.endswith(_SENTENCE_ENDS)


def _read_html(text: str, url: str) -> Page:
    from trafilatura import bare_extraction  # its imports take a second that only reading a page should cost

    tree = tree_of(text)
    if tree is None:
        return Page(title="", url=plain_address(url))
    lines = lines_of(tree)
    found: Any = bare_extraction(
        text, url=url or None, include_comments=False, include_tables=True, include_formatting=True,
        favor_recall=True, with_metadata=True,
    )  # fmt: skip
    title = readable((found.title if found else "") or "") or first_of(tree, "//h1 | //title")
    marked = _marked_lines(tree, found, lines)
    headings = {comparable(line) for line, is_heading in marked if is_heading}
    own = body_of(_below_title(lines, title), title=title)  # what the page says of itself, day and author above all
    paragraphs = body_of((line for line, _ in marked), title=title).paragraphs
    return Page(
        title=title,
        url=_canonical((found.url if found else "") or "", url),
        published_on=own.published_on or _day((found.date if found else "") or ""),
        author=own.author or readable((found.author if found else "") or ""),
        portal=first_of(tree, "//meta[@property='og:site_name']/@content"),
        paragraphs=paragraphs,
        sections=_sections((line, comparable(line) in headings) for line in paragraphs),
        everything=comparable(" ".join(lines)),
    )


def _marked_lines(tree: Any, found: Any, lines: Sequence[str]) -> list[Line]:
    """Return the body's lines; all of the page when no body is found. NukeViet's lead stands outside of the body."""
    marked = list(body_lines(found.body)) if found is not None and found.body is not None else []
    if sum(len(line) for line, _ in marked) < _THIN:
        headings = {comparable("".join(element.itertext())) for element in tree.iter("h2", "h3", "h4", "h5", "h6")}
        marked = [(line, comparable(line) in headings) for line in lines]
    lead = first_of(tree, "//*[@itemprop='description'][not(self::meta)]")
    if lead and comparable(lead) not in {comparable(line) for line, _ in marked}:
        marked.insert(0, (lead, False))
    return marked


def _below_title(lines: Sequence[str], title: str) -> Sequence[str]:
    """Return the lines below the last one that is the title: above it stands today's date, not the article's."""
    wanted = comparable(title)
    places = [place for place, line in enumerate(lines) if comparable(line) == wanted]
    return lines[places[-1] + 1 :] if places else ()


def _canonical(declared: str, url: str) -> str:
    """Return the address that a page declares if it lies on the same host, else its own."""
    own = plain_address(url)
    absolute = plain_address(urljoin(own, declared)) if declared else own
    is_same_place = urlsplit(absolute).hostname == urlsplit(own).hostname or not own
    return absolute if is_same_place and urlsplit(absolute).scheme in {"http", "https"} else own


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _sections(lines: Iterable[Line]) -> tuple[Section, ...]:
    """Gather lines under their headings; slugs are unique within an article."""
    made: list[tuple[str, list[str]]] = [("", [])]
    for line, is_heading in lines:
        if is_heading:
            made.append((line, []))
        else:
            made[-1][1].append(line)
    slugs: dict[str, int] = {}
    sections: list[Section] = []
    for heading, paragraphs in made:
        if not heading and not paragraphs:
            continue
        slug = slug_of(heading or "mo dau")
        slugs[slug] = slugs.get(slug, 0) + 1
        unique = slug if slugs[slug] == 1 else f"{slug}-{slugs[slug]}"
        sections.append(Section(slug=unique, heading=heading, paragraphs=tuple(paragraphs)))
    return tuple(sections)
