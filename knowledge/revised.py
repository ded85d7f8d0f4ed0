"""Things kept whole in numbered revisions, as the knowledge file holds them: competitions and eligibility guides.

A shelf knows the two tables and the item of one kind of thing. What it changes, it changes in the caller's
transaction; the caller holds the lock of knowledge (`editing.lock`) and raises the version of what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy import Enum, Row, Select, String, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Status
from runtime.database import Base, Json, UtcDateTime
from runtime.errors import EditConflict, KnowledgeError

MOST_THINGS = 1_000  # of one kind; they are held in memory as a whole
STATUS = Enum(Status, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])


class Thing(Base):
    """Something known by its key. What it says lies in its revisions; `published_revision_id` is the one in use."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    status: Mapped[Status] = mapped_column(STATUS, default=Status.DRAFT, server_default=Status.DRAFT.value)
    published_revision_id: Mapped[int | None]


class ThingRevision(Base):
    """One numbered version of a thing, its `content` as the knowledge file holds it."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int]
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    change_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)


class _Item(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def status(self) -> Status | None: ...


T = TypeVar("T", bound=Thing)
R = TypeVar("R", bound=ThingRevision)
Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A thing as staff see it: what was written last, and the number of the revision in use (0: none)."""

    item: Item
    status: Status
    number: int
    published_number: int

    @property
    def has_changes(self) -> bool:
        """Whether what was written last is not what is in use."""
        return self.number != self.published_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Generic[T, R, Item]):
    """Where one kind of thing is kept. `named` and `listed`: how errors call one of them, and all of them in a file."""

    thing: type[T]
    revision: type[R]
    item: type[Item]
    named: str
    listed: str

    def rows(self) -> Select[T, R]:
        """Select things with each of their revisions."""
        return select(self.thing, self.revision).join(self.revision, self.revision.owner_id == self.thing.id)

    def in_use(self) -> Select[T, R]:
        """Select published things with the revision that is published."""
        used = self.revision.id == self.thing.published_revision_id
        return self.rows().where(used, self.thing.status == Status.PUBLISHED).limit(MOST_THINGS)

    async def latest(self, session: AsyncSession, *, without: Iterable[int] = (), key: str = "") -> Sequence[Row[T, R]]:
        """Return things with their latest revision, in the order they were added."""
        newest = select(func.max(self.revision.id)).group_by(self.revision.owner_id)
        chosen = self.rows().where(self.revision.id.in_(newest), self.thing.id.not_in(list(without)))
        if key:
            chosen = chosen.where(self.thing.key == key)
        return (await session.execute(chosen.order_by(self.thing.id).limit(MOST_THINGS))).all()

    async def load(self, session: AsyncSession, *, only_published: bool) -> list[Row[T, R]]:
        """Return things in the order they were added: published ones as they are published, others as written last."""
        rows = list((await session.execute(self.in_use())).all())
        if not only_published:
            rows += await self.latest(session, without={row[0].id for row in rows})
        return sorted(rows, key=lambda row: row[0].id)

    async def pages(self, session: AsyncSession, *, key: str = "") -> list[Page[Item]]:
        """Return things (only `key`, when given) as staff see them, in the order they were added."""
        in_use = {row[0].id: row[1].number for row in (await session.execute(self.in_use())).all()}
        return [
            Page(
                item=self.item_of(thing, revision),
                status=thing.status,
                number=revision.number,
                published_number=in_use.get(thing.id, 0),
            )
            for thing, revision in await self.latest(session, key=key)
        ]

    async def history(self, session: AsyncSession, key: str, *, limit: int) -> Sequence[Row[T, R]]:
        """Return the latest revisions of a thing, newest first; none for an unknown key."""
        chosen = self.rows().where(self.thing.key == key).order_by(self.revision.number.desc()).limit(limit)
        return (await session.execute(chosen)).all()

    def item_of(self, thing: T, revision: R, stamp: Mapping[str, Any] | None = None) -> Item:
        """Return a revision as the file holds it, with fields of its own; a published thing has no status there."""
        status = None if thing.status is Status.PUBLISHED else thing.status
        return self.item.model_validate({**revision.content, "status": status, **(stamp or {})})

    async def get(self, session: AsyncSession, key: str) -> T:
        """Return a thing to change; the caller holds the lock. Raises KnowledgeError for an unknown key."""
        found = select(self.thing).where(self.thing.key == key)
        thing: T | None = await session.scalar(found, execution_options={"populate_existing": True})
        if thing is None:
            raise KnowledgeError(f"There is no {self.named} {key!r}.", hint=f"See `{self.listed}:` in an export.")
        return thing

    async def newest(self, session: AsyncSession, thing: T, *, number: int | None = None) -> R:
        """Return the latest revision of a thing. Raises EditConflict unless it has the number (None: any)."""
        mine = select(self.revision).where(self.revision.owner_id == thing.id)
        revision = (await session.scalars(mine.order_by(self.revision.number.desc()).limit(1))).one()
        if number not in {None, revision.number}:
            raise EditConflict(
                f"The {self.named} {thing.key!r} is at revision {revision.number} by now, not {number}.",
                hint="Look at what changed.",
            )
        return revision

    async def take_in(self, session: AsyncSession, items: Iterable[Any], *, now: datetime, note: str) -> None:
        """Give each thing a new revision holding the item, published at once if it is (or becomes) published.

        An item without a status is published when it is new and leaves the status as it is otherwise.
        """
        for item in items:
            thing = await self._filed(session, item, new=item.status or Status.PUBLISHED)
            thing.status = item.status or thing.status
            revision = await self._add(session, thing, item, now=now, note=note)
            if thing.status is Status.PUBLISHED:
                self.make_public(thing, revision, now=now)
        await session.flush()

    async def revise(
        self, session: AsyncSession, item: Any, *, now: datetime, note: str, after: int | None = None
    ) -> int:
        """Give a thing a new, unpublished revision and return its number; a new one begins as a draft.

        `after`: the latest revision that its author knew. Raises EditConflict when there is a later one by now; None
        does not look. The caller holds the lock.
        """
        if after is not None:
            await self.newest(session, await self.get(session, item.key), number=after)
        thing = await self._filed(session, item, new=Status.DRAFT)
        return (await self._add(session, thing, item, now=now, note=note)).number

    @staticmethod
    def make_public(thing: T, revision: R, *, now: datetime) -> None:
        """Have a revision be the one in use."""
        thing.status = Status.PUBLISHED
        thing.published_revision_id = revision.id
        revision.published_at = revision.published_at or now

    async def _filed(self, session: AsyncSession, item: _Item, *, new: Status) -> T:
        thing = await session.scalar(select(self.thing).where(self.thing.key == item.key))
        if thing is None:
            thing = self.thing(key=item.key, status=new)
            session.add(thing)
            await session.flush()
        return thing

    async def _add(self, session: AsyncSession, thing: T, item: BaseModel, *, now: datetime, note: str) -> R:
        last = select(func.max(self.revision.number)).where(self.revision.owner_id == thing.id)
        revision = self.revision(
            owner_id=thing.id,
            number=(await session.scalar(last) or 0) + 1,
            content=item.model_dump(mode="json", exclude={"status"}, exclude_defaults=True),
            change_note=note,
            created_at=now,
        )
        session.add(revision)
        await session.flush()
        return revision
