"""Stand-ins that keep the whole interface of the real thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.channel import Finding, Limits, Reading, Receipt, SignedRequest
from bot.messages import InboundUpdate, Payload, Reply, UpdateKind
from knowledge.base import Knowledge
from knowledge.matching.asking.entities import Entities
from knowledge.matching.context import questions
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.likeness import Gist
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict
from knowledge.snapshot import PublishedEntry, Snapshot


@dataclass
class FakeChannel:
    """Takes every delivery, unless `failing` raises for it."""

    name: str = "fake"
    limits: Limits = field(
        default_factory=lambda: Limits(text=2000, choices=5, choice_title=100, reply_window_hours=48)
    )
    sent: list[tuple[str, str]] = field(default_factory=list)
    failing: Callable[[str], None] | None = None

    def handshake(self, request: SignedRequest) -> str | None:
        return None

    def verify(self, request: SignedRequest) -> None:
        return None

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:
        return ()

    def read(self, body: bytes) -> Reading:
        return Reading()

    def render(self, reply: Reply) -> Sequence[Payload]:
        return [{"text": part} for part in reply.text.split("|")]

    async def send(self, to: str, payload: Payload) -> Receipt:
        if self.failing is not None:
            self.failing(payload["text"])
        self.sent.append((to, payload["text"]))
        return Receipt(external_id=f"m{len(self.sent)}")

    async def check(self) -> Sequence[Finding]:
        return ()


@dataclass
class FakeMatcher:
    """Finds the entry whose question is the text, letter by letter."""

    entries: Sequence[PublishedEntry]
    asked: list[tuple[str, Context | None]] = field(default_factory=list)

    def split(self, text: str) -> tuple[str, ...]:
        return tuple(text.split(" và ", 1))

    def questions(self, text: str) -> tuple[str, ...]:
        return questions(text, Lexicon())

    def gist(self, text: str) -> Gist:
        """Take a text for its set of words."""
        said = set(text.lower().split())
        words = {word: len(said) ** -0.5 for word in said}
        return Gist(terms=words, grams=words, entities=Entities())

    def match(self, text: str, *, context: Context | None = None) -> Match:
        self.asked.append((text, context))
        for entry in self.entries:
            if entry.question == text:
                found = Candidate(entry=entry.key, score=1.0, confidence=0.97)
                return Match(verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=(found,))
        return Match(verdict=Verdict.UNKNOWN, reason=Reason.TOO_LOW)


def knowledge_of(*entries: PublishedEntry) -> Knowledge:
    """Knowledge over entries with a matcher that takes questions literally."""
    return Knowledge(snapshot=Snapshot.of(entries), matcher=FakeMatcher(entries))


def an_update(text: str = "", **overrides) -> InboundUpdate:
    """A text from one person; every id can be overridden."""
    values = {
        "channel": "fake",
        "external_id": overrides.pop("id", f"u-{text}"),
        "kind": UpdateKind.TEXT,
        "contact": "person",
        "account": "oa",
        "text": text,
    }
    return InboundUpdate(**{**values, **overrides})
