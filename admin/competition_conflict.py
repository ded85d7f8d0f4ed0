"""Two people at one competition: who wrote meanwhile, what they changed, and both changes as one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from admin.competition_forms import TEXTS, Filled, checked, filled, row_of
from admin.naming import staff_names
from admin.wording import say
from bot import dates
from knowledge.calendar.model import Stage
from knowledge.diffing import Fit, Piece, merge_fields, word_diff
from knowledge.schema import CompetitionItem

_FIELDS = (*TEXTS[:2], "aliases", *TEXTS[2:])
_SAVING = frozenset({"competitions.save", "competitions.restore"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirChange:
    """What the others changed at one place of the form. `is_clean` False: this person did too, and theirs is left out.

    What both cannot have is the words of this person; a stage that one took away and the other changed stays.
    """

    heading: str
    pieces: tuple[Piece, ...]
    is_clean: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The form with the changes of both, to be looked at and saved, and what of it the others changed."""

    form: Filled
    changes: tuple[TheirChange, ...]


async def writers_since(session: AsyncSession, key: str, number: int) -> str:
    """Return the names of those who saved a revision of a competition after one, as staff are told; never empty.

    Revisions do not name who wrote them, the audit log does; what it does not know came in with a file.
    """
    events = await audit.find(session, audit.Filter(subject=f"competition:{key}"))
    names = await staff_names(session)
    logins = [
        event.actor
        for event in reversed(events)
        if event.subject == f"competition:{key}"
        and event.action in _SAVING
        and int((event.after or {}).get("number", 0)) > number
    ]
    return ", ".join(dict.fromkeys(names.get(login, login) for login in logins)) or say("competitions.from_file")


def merged(base: CompetitionItem, mine: Filled, theirs: CompetitionItem, *, now: datetime) -> Merged:
    """Bring two changes of a competition together: fields by words, as those of entries, and stages as a whole each.

    `mine` is a form without errors; what both changes make together may have some.
    """
    assert mine.item is not None, "a form with errors is shown again before it is compared"
    own = _texts(mine.item)
    texts = merge_fields(_texts(base), own, _texts(theirs))
    stages = _Stages(base.stages, mine.item.stages, theirs.stages)
    values = {**mine.values, **{it.name: own[it.name] if it.fit is Fit.COLLIDED else it.text for it in texts}}
    changes = [
        TheirChange(
            heading=say(f"competitions.field.{merge.name}"), pieces=merge.theirs, is_clean=merge.fit is not Fit.COLLIDED
        )
        for merge in texts
        if any(piece.change != "same" for piece in merge.theirs)
    ]
    return Merged(
        form=checked(values, [row_of(stage) for stage in stages.together()]),
        changes=(*changes, *stages.changes(now)),
    )


class _Stages:
    """The stages before, of this person, and of the others, by key."""

    def __init__(self, base: Sequence[Stage], mine: Sequence[Stage], theirs: Sequence[Stage]) -> None:
        self._base, self._mine, self._theirs = ({stage.key: stage for stage in each} for each in (base, mine, theirs))

    def together(self) -> Iterator[Stage]:
        for key in _in_order(list(self._base), list(self._mine), list(self._theirs)):
            before, own, other = self._base.get(key), self._mine.get(key), self._theirs.get(key)
            kept = other if own == before else own if other == before else own or other
            if kept is not None:
                yield kept

    def changes(self, now: datetime) -> Iterator[TheirChange]:
        for key in dict.fromkeys((*self._base, *self._theirs)):
            before, own, other = self._base.get(key), self._mine.get(key), self._theirs.get(key)
            if other == before:
                continue
            named = other or before
            assert named is not None, "a stage that differs is there before or after"
            yield TheirChange(
                heading=say("competitions.stage_named", name=named.name),
                pieces=word_diff(_said(before, now), _said(other, now)),
                is_clean=own in {before, other},
            )


def _in_order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Return the keys of both in the order of who moved some of them, the others where they followed."""
    has_moved = [key for key in mine if key in base] != [key for key in base if key in mine]
    first, second = (mine, theirs) if has_moved else (theirs, mine)
    order = list(first)
    for at, key in enumerate(second):
        if key not in order:
            order.insert(order.index(second[at - 1]) + 1 if at else 0, key)
    return order


def _said(stage: Stage | None, now: datetime) -> str:
    if stage is None:
        return ""
    name, when, _ = dates.stage_parts(stage, now)
    wording = "stage_taking" if stage.takes_entries else "stage"
    return say(f"competitions.{wording}", name=name, when=when)


def _texts(item: CompetitionItem) -> dict[str, str]:
    values: Mapping[str, object] = filled(item).values
    return {name: str(values[name]) for name in _FIELDS}
