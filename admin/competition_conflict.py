"""Two people at one competition: what the others changed, and both changes as one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from admin import merging
from admin.competition_forms import TEXTS, Filled, checked, filled, row_of
from admin.merging import Parts, TheirChange, kept_text, their_change
from admin.wording import say
from bot import dates
from knowledge.calendar.model import Stage
from knowledge.diffing import merge_fields, word_diff
from knowledge.schema import CompetitionItem

_FIELDS = (*TEXTS[:2], "aliases", *TEXTS[2:])
_SAVING = frozenset({"competitions.save", "competitions.restore"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The form with the changes of both, to be looked at and saved, and what of it the others changed."""

    form: Filled
    changes: tuple[TheirChange, ...]


async def writers_since(session: AsyncSession, key: str, number: int) -> str:
    """Return the names of those who saved a revision of a competition after one, as staff are told; never empty."""
    return await merging.writers_since(session, f"competition:{key}", number, saving=_SAVING)


async def writer_of(session: AsyncSession, key: str, number: int) -> str:
    """Return the login of who saved a revision of a competition; "": it came in with a file."""
    return await merging.writer_of(session, f"competition:{key}", number, saving=_SAVING | {"competitions.create"})


def merged(base: CompetitionItem, mine: Filled, theirs: CompetitionItem, *, now: datetime) -> Merged:
    """Bring two changes of a competition together: fields by words, as those of entries, and stages as a whole each.

    `mine` is a form without errors; what both changes make together may have some.
    """
    assert mine.item is not None, "a form with errors is shown again before it is compared"
    own = _texts(mine.item)
    texts = merge_fields(_texts(base), own, _texts(theirs))
    stages = Parts(*({stage.key: stage for stage in item.stages} for item in (base, mine.item, theirs)))
    values = {**mine.values, **{it.name: kept_text(it, own[it.name]) for it in texts}}
    changes = (their_change(it, say(f"competitions.field.{it.name}")) for it in texts)
    return Merged(
        form=checked(values, [row_of(stage) for stage in stages.together()]),
        changes=(*(change for change in changes if change), *_stage_changes(stages, now)),
    )


def _stage_changes(stages: Parts[Stage], now: datetime) -> Iterator[TheirChange]:
    for before, after, is_clean in stages.changed():
        named = after or before
        assert named is not None, "a stage that differs is there before or after"
        yield TheirChange(
            heading=say("competitions.stage_named", name=named.name),
            pieces=word_diff(_said(before, now), _said(after, now)),
            is_clean=is_clean,
        )


def _said(stage: Stage | None, now: datetime) -> str:
    if stage is None:
        return ""
    name, when, _ = dates.stage_parts(stage, now)
    wording = "stage_taking" if stage.takes_entries else "stage"
    return say(f"competitions.{wording}", name=name, when=when)


def _texts(item: CompetitionItem) -> dict[str, str]:
    values: Mapping[str, object] = filled(item).values
    return {name: str(values[name]) for name in _FIELDS}
