"""How a reply becomes lines of text within a channel's limits. Lengths are characters after NFC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.messages import Choice, Link, Reply, Source
from bot.phrases import phrase

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
PARAGRAPH = "\n\n"

# Where a long text may be cut, best place first. Each match ends where the next part begins.
_BREAKS = (
    re.compile(r"\n[^\S\n]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"[.!?;:\N{HORIZONTAL ELLIPSIS}][\"'\N{RIGHT DOUBLE QUOTATION MARK})\]]*\s+"),
    re.compile(r"\s+"),
)
# A better kind of break is taken only when the part before it is at least this share of the limit.
_FILLED = 0.4
_NAMED_NUMBERS = 5  # beyond this a menu says "from 1 to n" instead of naming every number
_TRIMMED = " \t\n,;:.-\N{EN DASH}\N{EM DASH}"
# Longest tail of combining marks, joiners and modifiers we look back over; longer ones are noise, not language.
_LOOK_BACK = 32


def nfc(text: str) -> str:
    """Return `text` composed: decomposed Vietnamese is a third longer and would be cut too early."""
    return unicodedata.normalize("NFC", text)


def split_text(text: str, limit: int) -> list[str]:
    """Split `text` into parts of at most `limit` characters at paragraph, line, sentence or word ends, in that order.

    No part is empty or begins or ends with white space; nothing but white space is lost. Raises ValueError for a
    limit below 1.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    parts: list[str] = []
    rest = nfc(text).strip()
    while len(rest) > limit:
        end, following = _break(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[following:].lstrip()
    return [*parts, rest] if rest else parts


def shorten(title: str, limit: int) -> str:
    """Return `title` on one line in at most `limit` characters, cut at a word end and marked with an ellipsis."""
    line = " ".join(nfc(title).split())
    if len(line) <= limit:
        return line
    if limit < 1:
        return ""
    end = limit - len(ELLIPSIS)
    space = line.rfind(" ", 0, end + 1)
    kept = line[:space] if space > end // 2 else line[: _whole(line, end)]
    return kept.rstrip(_TRIMMED) + ELLIPSIS


def fit(text: str, limit: int) -> str:
    """Return `text` with its lines kept, cut at the best place when it is longer than `limit`."""
    whole = nfc(text).strip()
    if len(whole) <= limit:
        return whole
    if limit <= len(ELLIPSIS):
        return ELLIPSIS[: max(limit, 0)]
    return split_text(whole, limit - len(ELLIPSIS))[0].rstrip(_TRIMMED) + ELLIPSIS


def fold(text: str, tail: str, limit: int, *, most: int) -> list[str]:
    """Return `text` followed by `tail` in at most `most` parts; when that is not enough, the text is cut, not the tail.

    A tail longer than three quarters of a part is cut, too.
    """
    parts = split_text(paragraphs(text, tail), limit)
    if len(parts) <= most:
        return parts
    tail = fit(tail, limit * 3 // 4)
    room = limit - len(tail) - len(PARAGRAPH)
    pieces = split_text(text, limit)
    kept, rest = pieces[: most - 1], PARAGRAPH.join(pieces[most - 1 :])
    return [*kept, paragraphs(fit(rest, room), tail)]


def source_line(source: Source, *, with_url: bool) -> str:
    """Say where an answer comes from; `with_url` puts the address on a line of its own."""
    title = " ".join(nfc(source.title).split())
    if source.published_on is None:
        line = phrase("layout.source_undated", title=title)
    else:
        line = phrase("layout.source", title=title, date=source.published_on.strftime("%d/%m/%Y"))
    return f"{line}:\n{source.url}" if with_url and source.url else f"{line}."


def link_lines(links: Sequence[Link]) -> str:
    """Return one line per link; telephone numbers and mail addresses are shown without their scheme."""
    return "\n".join(
        phrase("layout.link_line", title=" ".join(link.title.split()), target=target(link.url)) for link in links
    )


def target(url: str) -> str:
    """Return what a person reads of a link: the number or address itself, or the whole URL."""
    return url.removeprefix("tel:").removeprefix("mailto:")


def paragraphs(*blocks: str) -> str:
    """Join the blocks that are not empty by blank lines."""
    return nfc(PARAGRAPH.join(stripped for block in blocks if (stripped := block.strip())))


def introduced(reply: Reply) -> tuple[str, str]:
    """Return what a reply says, and its last paragraph when that introduces the choices: links go between the two."""
    said, _, lead = reply.text.rstrip().rpartition(PARAGRAPH)
    return (said, lead) if said and reply.choices and lead.endswith(":") else (reply.text, "")


def spoken(reply: Reply) -> str:
    """Return the reply as plain text with its source, address and links: for channels without link buttons."""
    source = source_line(reply.source, with_url=True) if reply.source else ""
    return paragraphs(reply.text, source, link_lines(reply.links))


def menu_lines(choices: Sequence[Choice], limit: int = 200) -> str:
    """Return the numbered titles, one per line, each at most `limit` characters long before its number."""
    return "\n".join(
        phrase("layout.menu_line", number=str(number), title=shorten(choice.title, limit))
        for number, choice in enumerate(choices, start=1)
    )


def numbered(choices: Sequence[Choice], limit: int = 200, *, lead: str = "") -> str:
    """Return a menu for channels without buttons: `lead`, numbered titles and how to pick one. No choices: empty."""
    if not choices:
        return ""
    return "\n".join(filter(None, (lead, menu_lines(choices, limit), _ask(len(choices)))))


def _ask(count: int) -> str:
    if count == 1:
        return phrase("layout.menu_ask_one")
    if count > _NAMED_NUMBERS:
        return phrase("layout.menu_ask_many", last=str(count))
    numbers = ", ".join(str(number) for number in range(1, count))
    return phrase("layout.menu_ask_few", numbers=numbers, last=str(count))


def _break(text: str, limit: int) -> tuple[int, int]:
    """Return where the first part of `text` ends and the next begins; the part is 1 to `limit` characters long."""
    for pattern in _BREAKS:
        best: tuple[int, int] | None = None
        for match in pattern.finditer(text, 0, limit + 1):
            end = len(text[: match.end()].rstrip())
            if 0 < end <= limit:
                best = end, match.end()
        if best is not None and best[0] >= limit * _FILLED:
            return best
    cut = _whole(text, limit)
    return cut, cut


def _whole(text: str, end: int) -> int:
    """Move `end` back so that no letter loses its marks and no emoji is torn; give up when that leaves nothing."""
    for at in range(end, max(end - _LOOK_BACK, 0), -1):
        if at >= len(text) or not (_clings(text[at]) or text[at - 1] == "\N{ZERO WIDTH JOINER}"):
            return at
    return end


def _clings(char: str) -> bool:
    is_skin_tone = "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= char <= "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}"
    return unicodedata.category(char) in {"Mn", "Me"} or char == "\N{ZERO WIDTH JOINER}" or is_skin_tone
