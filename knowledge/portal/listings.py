"""Lists of articles that portals offer to machines: RSS and Atom feeds, sitemaps, and indexes of sitemaps."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from knowledge.portal.pages import plain_address
from knowledge.portal.text import readable

MOST_ITEMS = 1_000  # NukeViet lists its newest thousand in one sitemap
MOST_SITEMAPS = 20
_MOST_BYTES = 20_000_000  # of an unpacked sitemap
_GZIP = b"\x1f\x8b"
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".mp4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article that a list names. `changed_on` is what the list says; NukeViet gives the day of publication there."""

    url: str
    title: str = ""
    changed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list names: articles, newest first as far as it tells, and further sitemaps to read."""

    items: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_listing(content: bytes, *, url: str) -> Listing | None:
    """Read a feed, a sitemap or an index of sitemaps; None when it is none of them. `url`: where it was found."""
    text = _unpacked(content)
    root = _root(text)
    if root is None:
        return None
    kind = etree.QName(root).localname.lower()
    if kind == "sitemapindex":
        return Listing(sitemaps=tuple(_addresses(root, "sitemap", url))[:MOST_SITEMAPS])
    if kind == "urlset":
        return Listing(items=_newest(_sitemap_items(root, url)))
    if kind in {"rss", "feed", "rdf"}:
        return Listing(items=_newest(_feed_items(text, url)))
    return None


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            return packed.read(_MOST_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""


def _root(content: bytes) -> Any:
    """Return the root of an XML document; nothing outside of it is ever read, entities are not expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        return etree.fromstring(content.strip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _named(parent: Any, name: str) -> Iterator[Any]:
    return (each for each in parent if isinstance(each.tag, str) and etree.QName(each).localname.lower() == name)


def _text_of(parent: Any, name: str) -> str:
    return next((readable(each.text or "") for each in _named(parent, name)), "")


def _addresses(root: Any, name: str, url: str) -> Iterator[str]:
    for item in _named(root, name):
        if (address := _text_of(item, "loc")) and _is_page(joined := plain_address(urljoin(url, address))):
            yield joined


def _sitemap_items(root: Any, url: str) -> Iterator[Listed]:
    for item in _named(root, "url"):
        news = next(_named(item, "news"), None)
        address = plain_address(urljoin(url, _text_of(item, "loc")))
        if _text_of(item, "loc") and _is_page(address):
            yield Listed(
                url=address,
                title=_text_of(news, "title") if news is not None else "",
                changed_on=_day(_text_of(item, "lastmod")),
            )


def _feed_items(content: bytes, url: str) -> Iterator[Listed]:
    import feedparser

    for item in feedparser.parse(content).entries:
        moment = item.get("published_parsed") or item.get("updated_parsed")
        address = plain_address(urljoin(url, item.get("link", "")))
        if item.get("link") and _is_page(address):
            yield Listed(
                url=address, title=readable(item.get("title", "")), changed_on=date(*moment[:3]) if moment else None
            )


def _newest(items: Iterator[Listed]) -> tuple[Listed, ...]:
    unique = {item.url: item for item in items}
    ordered = sorted(unique.values(), key=lambda item: item.changed_on or date.min, reverse=True)
    return tuple(ordered[:MOST_ITEMS])


def _is_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.path.lower().endswith(_PICTURES)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
