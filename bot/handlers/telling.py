"""Whether a person wants to be told once there is an answer: asked with the "I don't know", and answered here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from bot.handlers.composing import remembering
from bot.messages import Choice, Consent, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.matching.normalizer import fold

TELL, DO_NOT_TELL = "#tell:", "#do-not-tell"
_WORD = re.compile(r"\w+")
_DIGEST = 16  # hexadecimal digits


def digest_of(text: str) -> str:
    """Return what stands for a question in a button: the same for any spelling of its diacritics and spaces."""
    said = " ".join(_WORD.findall(fold(text)))
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGEST] if said else ""


def offer(turn: Turn) -> tuple[Choice, ...]:
    """Return the choice of being told, once for a question; nothing for who has no address (the command line)."""
    digest = digest_of(turn.update.text)
    if not turn.update.contact or not digest or digest == turn.state.offered:
        return ()
    choice = Choice(title=phrase("telling.offer"), short_title=phrase("telling.offer_short"), payload=f"{TELL}{digest}")
    return (choice,)


def offered(turn: Turn, reply: Reply) -> str:
    """Return the digest of the question that a reply offers to tell about; else of the one offered before."""
    found = (choice.payload for choice in reply.choices if choice.payload.startswith(TELL))
    return next((payload.removeprefix(TELL) for payload in found), turn.state.offered)


def telling(turn: Turn, knowledge: Knowledge) -> Outcome | None:  # noqa: ARG001 - the signature of a handler
    """Take down that a person wants to be told, or no longer does."""
    payload = turn.update.payload
    if payload == DO_NOT_TELL:
        reply, consent, reason = Reply(text=phrase("telling.withdrawn")), Consent(agreed=False), "withdrawn"
        state = turn.state
    elif payload.startswith(TELL):
        taken_back = Choice(
            title=phrase("telling.withdraw"), short_title=phrase("telling.withdraw_short"), payload=DO_NOT_TELL
        )
        reply, reason = Reply(text=phrase("telling.agreed"), choices=(taken_back,)), "agreed"
        wording = f"{phrase('telling.ask')} [{phrase('telling.offer')}]"
        consent = Consent(agreed=True, question=payload.removeprefix(TELL)[:_DIGEST], wording=wording)
        state = remembering(reply, turn.state, at=turn.at, entry=turn.state.entry)
    else:
        return None
    return Outcome(
        kind=OutcomeKind.PRIVACY,
        trace=Trace(handler="telling", reason=reason),
        reply=reply,
        state=replace(state, offered=turn.state.offered),
        consent=consent,
    )
