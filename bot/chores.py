"""What the conversation does again and again: sort misses, tell askers, remind, look after who waits, forget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot import erasing, followups, misses, reminding, triage, watching
from bot.followups import FollowUps
from bot.gaps import Sorting
from bot.handlers.composing import Office
from bot.reminding import Reminding
from bot.speaking import Speaker
from bot.watching import Watchdog
from knowledge.base import Knowledge
from runtime.chores import Chore
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings

SORTING, DROPPING, FORGETTING = "misses", "old-texts", "old-conversations"


def chores(
    db: Database,
    clock: Clock,
    speaker: Speaker,
    *,
    settings: Settings,
    knowledge: Callable[[], Knowledge],
    office: Office,
) -> Sequence[Chore]:
    """Return the chores of the conversation."""
    every = timedelta(seconds=settings.worker.chore_seconds)
    sorting = Sorting(db, knowledge=knowledge)
    tell = FollowUps(db, clock, speaker, knowledge=knowledge, office=office)
    watch = Watchdog(db, clock, speaker, office=office, waiting=timedelta(minutes=settings.staff.waiting_minutes))
    remind = Reminding(db, clock, speaker, knowledge=knowledge, public_url=settings.public_url)

    async def sort() -> None:
        async with db.transaction() as session:
            await misses.sweep_abandoned(session, now=clock.now())
        await sorting()
        async with db.transaction() as session:
            await triage.keep_promises(session, knowledge().snapshot, now=clock.now())

    async def drop() -> None:
        now = clock.now()
        async with db.transaction() as session:
            await misses.drop_texts(session, before=now - timedelta(days=settings.staff.keep_text_days), now=now)

    async def forget() -> None:
        days = settings.staff.keep_conversation_days
        await erasing.forget_the_silent(db, speaker.waker, days=days, now=clock.now())

    return (
        Chore(name=SORTING, every=every, run=sort),
        Chore(name=followups.CHORE, every=every, run=tell),
        Chore(name=reminding.CHORE, every=every, run=remind),
        Chore(name=watching.CHORE, every=every, run=watch),
        Chore(name=DROPPING, every=timedelta(hours=1), run=drop),
        Chore(name=FORGETTING, every=timedelta(hours=1), run=forget),
    )
