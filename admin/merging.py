"""Two people at one thing: who wrote meanwhile, what they changed, and parts that both changed as one list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from admin.naming import staff_names
from admin.wording import say
from knowledge.diffing import FieldMerge, Fit, Piece

T = TypeVar("T")
_MOST_EVENTS = 1_000  # of one thing; those of the latest revision are among the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirChange:
    """What the others changed at one place of the form. `is_clean` False: this person did too, and theirs is left out.

    What both cannot have is the words of this person; a part that one took away and the other changed stays.
    """

    heading: str
    pieces: tuple[Piece, ...]
    is_clean: bool


class Saved(Protocol):
    """A revision of a thing, as its history lists it."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def change_note(self) -> str: ...  # noqa: D102
    @property
    def created_at(self) -> datetime: ...  # noqa: D102


async def writers_since(
    session: AsyncSession, subject: str, number: int, *, saving: Collection[str], counted: str = "number"
) -> str:
    """Return the names of those who saved a revision of a thing after one, as staff are told; never empty.

    Revisions do not name who wrote them, the audit log does; what it does not know came in with a file. `saving`: the
    actions that save one; `counted`: under which name they note its number.
    """
    events = await audit.find(session, audit.Filter(subject=subject))
    names = await staff_names(session)
    logins = [
        event.actor
        for event in reversed(events)
        if event.subject == subject and event.action in saving and int((event.after or {}).get(counted, 0)) > number
    ]
    return ", ".join(dict.fromkeys(names.get(login, login) for login in logins)) or say("console.from_file")


async def writer_of(
    session: AsyncSession, subject: str, number: int, *, saving: Collection[str], counted: str = "number"
) -> str:
    """Return the login of who saved a revision of a thing; "": the audit log does not know, it came in with a file.

    An action of `saving` that notes no number made the first one.
    """
    events = await audit.find(session, audit.Filter(subject=subject), limit=_MOST_EVENTS)
    return next(
        (
            event.actor
            for event in events
            if event.subject == subject and event.action in saving and (event.after or {}).get(counted, 1) == number
        ),
        "",
    )


def told(history: Iterable[Saved], number: int, *, who: str, changes: Iterable[TheirChange]) -> dict[str, object]:
    """Return what `merging.html` says of the revisions after `number`. `history`: the newest first, not empty."""
    later = [saved for saved in history if saved.number > number]
    return {
        "who": who,
        "at": later[0].created_at,
        "notes": [saved.change_note for saved in later if saved.change_note],
        "changes": tuple(changes),
    }


def kept_text(merge: FieldMerge, mine: str) -> str:
    """Return what a field says after both changes; where they collided, what this person wrote."""
    return mine if merge.fit is Fit.COLLIDED else merge.text


def their_change(merge: FieldMerge, heading: str) -> TheirChange | None:
    """Return what the others changed in a field; None: nothing."""
    if all(piece.change == "same" for piece in merge.theirs):
        return None
    return TheirChange(heading=heading, pieces=merge.theirs, is_clean=merge.fit is not Fit.COLLIDED)


class Parts(Generic[T]):
    """The parts of a thing by key, in their order: before, of this person, and of the others. Each is taken whole."""

    def __init__(self, base: Mapping[str, T], mine: Mapping[str, T], theirs: Mapping[str, T]) -> None:
        self._base, self._mine, self._theirs = base, mine, theirs

    def together(self) -> Iterator[T]:
        """Yield the parts with the changes of both."""
        for key in _in_order(list(self._base), list(self._mine), list(self._theirs)):
            before, own, other = self._base.get(key), self._mine.get(key), self._theirs.get(key)
            kept = other if own == before else own if other == before else own or other
            if kept is not None:
                yield kept

    def changed(self) -> Iterator[tuple[T | None, T | None, bool]]:
        """Yield what the others changed: the part before and after (None: not there), and whether only they did."""
        for key in dict.fromkeys((*self._base, *self._theirs)):
            before, own, other = self._base.get(key), self._mine.get(key), self._theirs.get(key)
            if other != before:
                yield before, other, own in {before, other}


def _in_order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Return the keys of both in the order of who moved some of them, the others where they followed."""
    has_moved = [key for key in mine if key in base] != [key for key in base if key in mine]
    first, second = (mine, theirs) if has_moved else (theirs, mine)
    order = list(first)
    for at, key in enumerate(second):
        if key not in order:
            order.insert(order.index(second[at - 1]) + 1 if at else 0, key)
    return order
