"""Several questions in one message: at most two are taken up, and what of them no entry tells is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from bot.handlers.composing import remembering
from bot.handlers.telling import offer, offered
from bot.messages import Link, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import MatcherLike
from knowledge.matching.asking.aspects import AspectReader
from knowledge.matching.normalizer import words

TWO = 2


def part_of(turn: Turn, text: str) -> Turn:
    """Return the turn that asks `text`, a part of its message."""
    return replace(turn, update=structs.replace(turn.update, text=text))


def questions_in(text: str, matcher: MatcherLike) -> tuple[str, ...]:
    """Return the questions of a message; of several, one is taken apart where commas part what it asks for."""
    asked = matcher.questions(text)
    return tuple(part for each in asked for part in _taken_apart(each)) if len(asked) > 1 else asked


def _taken_apart(question: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in question.split(",") if part.strip())
    wanted = [AspectReader.default().asked(words(part)).main for part in parts]
    return parts if all(wanted) and len(set(wanted)) == len(parts) else (question,)


def both(first: Outcome, second: Outcome, *, asked: Sequence[str]) -> Outcome:
    """Return one outcome that says both answers, each with its source; the conversation goes on from the second.

    `asked`: the questions of the message. What is left over is said to be.
    """
    assert second.reply is not None
    return replace(
        second,
        reply=replace(_said(first, second, asked), choices=second.reply.choices),
        state=replace(second.state, parts=tuple(asked)),
        confidence=min(first.confidence, second.confidence),
        expired=first.expired or second.expired,
        trace=_trace(first, second),
        miss=first.miss or second.miss,
    )


def mixed(first: Outcome, second: Outcome, turn: Turn, *, asked: Sequence[str]) -> Outcome | None:
    """Return one outcome that answers one question and says what is not told of the other; None: they are not so.

    `turn` asks both: staff and the wish to be told later know the message by all its words.
    """
    answer = next((it for it in (first, second) if it.kind is OutcomeKind.ANSWER), None)
    lack = next((it for it in (first, second) if it.kind is OutcomeKind.PARTIAL), None)
    if answer is None or lack is None:
        return None
    one, two = (_without_nearest(it) if it is lack else it for it in (first, second))
    said = _said(one, two, asked)
    reply = replace(said, choices=offer(turn))
    state = remembering(reply, turn.state, at=turn.at, entry=answer.entry, is_answered=True)
    return replace(
        lack,
        reply=reply,
        state=replace(state, offered=offered(turn, reply), parts=tuple(asked)),
        expired=answer.expired,
        trace=_trace(first, second),
    )


def _without_nearest(lack: Outcome) -> Outcome:
    # What is nearest to the question without an answer is what the other one was answered with.
    assert lack.reply is not None
    text = lack.reply.text.removesuffix(phrase("partial.nearest")).rstrip()
    return replace(lack, reply=replace(lack.reply, text=text))


def _said(first: Outcome, second: Outcome, asked: Sequence[str]) -> Reply:
    one, two = first.reply, second.reply
    assert one is not None
    assert two is not None
    told = phrase("reply.two", first=one.text, second=two.text)
    sources = tuple(dict.fromkeys(reply.source for reply in (one, two) if reply.source is not None))
    also = (Link(title=source.title, url=source.url) for source in sources[1:])
    rest = ", ".join(phrase("reply.left_over_one", question=each) for each in asked[TWO:])
    return Reply(
        text=f"{phrase('reply.left_over', questions=rest)}\n\n{told}" if rest else told,
        source=sources[0] if sources else None,
        links=(*also, *one.links, *two.links),
    )


def _trace(first: Outcome, second: Outcome) -> Trace:
    return Trace(handler="faq", reason="two_questions", steps=(*first.trace.steps, *second.trace.steps))
