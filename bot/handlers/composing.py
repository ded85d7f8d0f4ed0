"""From entries to replies: the sentences every handler builds the same way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.messages import Choice, DialogueState, Link, Reply, Source, Turn
from bot.phrases import phrase
from knowledge.calendar.model import Competition
from knowledge.eligibility.model import Guide
from knowledge.links import source_url
from knowledge.matching.normalizer import fold
from knowledge.snapshot import Citation, PublishedEntry, Snapshot

ENTRY_PREFIX = "#faq:"
PERSON = "#person"
GUIDE_PREFIX = "#guide:"
MAX_RELATED = 3
CONTEXT_LIFE = timedelta(minutes=10)
_SIGNS = " .,!?"  # at the ends of a message
MAX_FEATURED, MAX_FEATURED_GUIDES = 5, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Whom an "I don't know" offers. Empty parts are left out."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""

    @property
    def title(self) -> str:
        """The office's name, from the settings or the wording catalogue."""
        return self.name or phrase("office.name")

    def offer(self) -> str:
        """Return the sentence that offers the office."""
        details = self._details()
        if not details:
            return phrase("office.offer", name=self.title)
        return phrase("office.offer_details", name=self.title, details=details)

    def reached(self) -> str:
        """Return the office's name with how to reach it, to stand within a sentence."""
        details = self._details()
        return phrase("office.reached", name=self.title, details=details) if details else self.title

    def _details(self) -> str:
        parts = ("phone", "email", "address", "hours")
        return "; ".join(phrase(f"office.{part}", value=getattr(self, part)) for part in parts if getattr(self, part))

    def links(self) -> tuple[Link, ...]:
        """Return the telephone link, when there is a number."""
        digits = "".join(char for char in self.phone if char.isdigit() or char == "+")
        return (Link(title=phrase("office.call", value=self.phone), url=f"tel:{digits}"),) if digits else ()


def payload_of(key: str) -> str:
    """Return what stands behind a button that opens an entry."""
    return f"{ENTRY_PREFIX}{key}"


def choice_of(entry: PublishedEntry) -> Choice:
    """Return the choice that opens an entry."""
    return Choice(title=entry.question, short_title=entry.short_title, payload=payload_of(entry.key))


def choices_of(snapshot: Snapshot, keys: Iterable[str], *, on: date) -> tuple[Choice, ...]:
    """Return choices for the keys that exist and are not hidden on that day, in order, each once.

    The key of a guide stands behind GUIDE_PREFIX.
    """
    found = (_choice(snapshot, key, on) for key in dict.fromkeys(keys))
    return tuple(choice for choice in found if choice is not None)


def opening_of(guide: Guide) -> Choice:
    """Return the choice that begins a guide."""
    return Choice(title=guide.title, short_title=guide.short_title, payload=f"{GUIDE_PREFIX}{guide.key}")


def _choice(snapshot: Snapshot, key: str, on: date) -> Choice | None:
    entry = snapshot.entries.get(key)
    if entry is not None:
        return None if entry.is_hidden(on) else choice_of(entry)
    published = snapshot.guides.get(key.removeprefix(GUIDE_PREFIX)) if key.startswith(GUIDE_PREFIX) else None
    return opening_of(published.guide) if published else None


def source_of(entry: PublishedEntry) -> Source | None:
    """Return where the entry's answer comes from, None when it rests on no article."""
    if entry.citation is None:
        return None
    article = entry.citation.article
    return Source(
        title=article.title,
        url=source_url(entry.citation),
        published_on=article.published_on,
        quote=entry.citation.quote,
    )


def source_of_competition(snapshot: Snapshot, competition: Competition | None) -> Source | None:
    """Return where what is said of a competition comes from, None when it rests on no article."""
    article = snapshot.articles.get(competition.article) if competition is not None else None
    if competition is None or article is None:
        return None
    url = source_url(Citation(article=article, quote=competition.quote))
    return Source(title=article.title, url=url, published_on=article.published_on, quote=competition.quote)


def is_wording(text: str, entries: Iterable[PublishedEntry]) -> bool:
    """Tell whether a text is a wording of an entry, marks and signs at its end aside: then it asks for that entry."""
    asked = fold(text).strip(_SIGNS)
    return any(fold(known).strip(_SIGNS) == asked for entry in entries for known in entry.wordings)


def related_choices(
    snapshot: Snapshot, entry: PublishedEntry, ranked: Iterable[str] = (), *, on: date
) -> tuple[Choice, ...]:
    """Return up to three further questions: staff's own, else the nearest of the same topic."""
    near = (key for key in ranked if key in snapshot.entries and snapshot.entries[key].topic == entry.topic)
    keys = [key for key in (*entry.related, *near) if key != entry.key]
    return choices_of(snapshot, keys, on=on)[:MAX_RELATED]


def featured(snapshot: Snapshot, *, on: date) -> tuple[Choice, ...]:
    """Return what a newcomer may ask: the guides, then one question per topic.

    What holds on that day goes before what has ended or is to come, what staff named for a button before the rest,
    within a topic and among topics; else the order is that of the knowledge.
    """
    best: dict[str, PublishedEntry] = {}
    for entry in snapshot.entries.values():
        if not entry.is_hidden(on):
            known = best.setdefault(entry.topic, entry)
            if _rank(entry, on) < _rank(known, on):
                best[entry.topic] = entry
    guides = tuple(opening_of(each.guide) for each in snapshot.guides.values())[:MAX_FEATURED_GUIDES]
    entries = sorted(best.values(), key=lambda entry: _rank(entry, on))
    return (*guides, *map(choice_of, entries))[:MAX_FEATURED]


def _rank(entry: PublishedEntry, on: date) -> tuple[bool, bool]:
    return not entry.validity.is_open(on), not entry.short_title


def is_recent(turn: Turn) -> bool:
    """Tell whether what the conversation remembers was said so lately that a short message may mean it."""
    return turn.state.lives(turn.at, CONTEXT_LIFE)


def remembering(
    reply: Reply, state: DialogueState, *, at: datetime, entry: str = "", is_answered: bool = False
) -> DialogueState:
    """Return the state after a reply: what it offered, which entry it spoke of, and whether with that one's answer."""
    before = state.spoken if state.lives(at, CONTEXT_LIFE) else ""
    spoken = entry if is_answered else before
    return replace(state, choices=reply.choices, entry=entry, spoken=spoken, competition="", parts=(), at=at)
