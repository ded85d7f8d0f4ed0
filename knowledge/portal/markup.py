"""HTML to lines of text: all of a page, and its body with headings told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from knowledge.portal.text import readable

HEADING_LENGTH = 260  # characters; a longer line in bold is emphasis
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|p|div|h[1-6]|table|ul|ol|br|span|article)\b", re.IGNORECASE)
_BLANKS = re.compile(r"[\t\n\f\r ]+")
_BREAKING = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav",
        "ol", "option", "p", "pre", "section", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
    )
)  # fmt: skip
_SILENT = ("script", "style", "noscript", "template", "iframe", "object", "svg", "select")

Line = tuple[str, bool]
"""A line of a body with whether it is a heading."""


def is_markup(text: str) -> bool:
    """Tell whether a text is HTML or a part of it."""
    return _MARKUP.search(text) is not None


def tree_of(text: str) -> Any:
    """Return the page as a tree without what is never seen; None when there is nothing in it."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        # bytes: lxml refuses text that declares an encoding of its own
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    return tree


def first_of(tree: Any, path: str) -> str:
    """Return the first text that an XPath expression finds, "" for none."""
    for found in tree.xpath(path):
        words = found if isinstance(found, str) else "".join(found.itertext())
        if words.strip():
            return readable(_BLANKS.sub(" ", words))
    return ""


def lines_of(tree: Any) -> list[str]:
    """Return all text of a page as lines, broken where a browser would break them."""
    written: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in _BREAKING:
            written.append("\n")
        text = element.text if event == "start" else element.tail
        written.append(_BLANKS.sub(" ", text or ""))
    return [line for line in map(readable, "".join(written).split("\n")) if line]


def body_lines(body: Any) -> Iterator[Line]:
    """Yield the lines of a body as trafilatura leaves it: `head`, `p`, `list`, `table`, `quote`, with `hi` and `lb`."""
    for element in body:
        if element.tag == "table":
            for row in element.iter("row"):
                cells = (readable("".join(cell.itertext())) for cell in row.iter("cell"))
                yield " | ".join(cell for cell in cells if cell), False
        elif element.tag in {"list", "div", "quote"} and len(element):
            yield from body_lines(element)
        else:
            yield from _broken(element)


def _broken(element: Any) -> Iterator[Line]:
    """Yield the lines of one block. It is a heading when it is marked as one, or short and bold from end to end."""
    bold = "".join("".join(part.itertext()) for part in element.iter("hi") if part.get("rend") == "#b")
    whole = readable("".join(element.itertext()))
    is_bold = bool(whole) and readable(bold) == whole
    for line in _split(element).split("\n"):
        if words := readable(line):
            yield words, len(whole) <= HEADING_LENGTH and (element.tag == "head" or is_bold)


def _split(element: Any) -> str:
    inner = "".join(("\n" if child.tag == "lb" else _split(child)) + (child.tail or "") for child in element)
    return _BLANKS.sub(" ", element.text or "") + inner
