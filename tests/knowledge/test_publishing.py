"""Publishing is refused where it would do harm."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from knowledge import editing, publishing, store, transfer
from knowledge.behaviour import Effect
from knowledge.feed import KnowledgeFeed
from knowledge.learning import make_matcher
from knowledge.portal.paragraphs import keep
from knowledge.publishing import AnswersLost, Decision, Unevidenced, Unquoted
from knowledge.workflow import NoAnswer, SecondPersonNeeded
from runtime.clock import FixedClock
from runtime.errors import EditConflict
from tests.support.builders import NOW, a_file, an_entry_item

KEY = "moi"


@pytest.fixture
async def feed(db):
    await transfer.apply(
        db,
        a_file(
            an_entry_item(key="dia-chi", question="Sở ở đâu?", variants=(), answer="Ở phường Hợp Giang."),
            an_entry_item(key="ho-so", question="Hồ sơ gồm những gì?", variants=(), answer="Đơn và thuyết minh."),
        ),
        NOW,
    )
    feed = KnowledgeFeed(db, make_matcher, clock=FixedClock(NOW))
    await feed.load()
    return feed


async def write(db, **fields):
    item = an_entry_item(**{"key": KEY, "article": "", "variants": (), "question": "Làm việc giờ nào?", **fields})
    async with db.transaction() as session:
        return await editing.revise(session, item, now=NOW, author="lan")


async def publish(db, feed, **decision):
    return await publishing.publish(db, feed, Decision(**{"key": KEY, "number": 1, "by": "minh", **decision}), now=NOW)


async def spoken(db):
    async with db.reading() as session:
        return (await store.load_snapshot(session)).entries.keys()


async def test_a_safe_entry_is_published_and_in_use_at_once(db, feed):
    await write(db, answer="Cả tuần.")

    await publish(db, feed)

    assert KEY in await spoken(db)
    assert KEY in feed.current.snapshot.entries


async def test_an_entry_without_an_answer_is_refused_whatever_the_reason(db, feed):
    await write(db, answer="")

    with pytest.raises(NoAnswer, match=KEY):
        await publish(db, feed, reason="cứ đăng")

    assert KEY not in await spoken(db)


@pytest.mark.parametrize("field", ["answer", "answer_full"])
async def test_a_figure_without_evidence_is_refused_by_name(db, feed, field):
    await write(db, **{"answer": "Cả tuần.", field: "Từ 8 giờ đến 17 giờ.", "quote": "làm việc từ 8 giờ"})

    with pytest.raises(Unevidenced, match="17"):
        await publish(db, feed, reason="cứ đăng")

    assert KEY not in await spoken(db)


async def test_a_quote_that_its_article_does_not_hold_is_refused(db, feed):
    await write(db, answer="Cả tuần.", article="bai-viet", quote="mở cửa cả tuần")
    async with db.transaction() as session:
        await keep(session, 1, ["Mở cửa các ngày làm việc."], now=NOW)

    with pytest.raises(Unquoted, match="bai-viet"):
        await publish(db, feed, reason="cứ đăng")

    assert KEY not in await spoken(db)


async def test_taking_another_entrys_question_needs_a_reason(db, feed):
    await write(db, question="Sở ở đâu?", answer="Ở phố Vườn Cam.")

    examined = await publishing.examine(db, feed, KEY)
    with pytest.raises(AnswersLost, match="Sở ở đâu"):
        await publish(db, feed)
    await publish(db, feed, reason="thay mục cũ")

    assert {shift.effect for shift in examined.report.blocking} <= {Effect.STOLEN, Effect.LOST}
    assert KEY in await spoken(db)


async def test_money_still_needs_a_second_person(db, feed):
    await write(db, answer="Hỗ trợ 5 triệu đồng.", quote="hỗ trợ 5 triệu đồng")

    with pytest.raises(SecondPersonNeeded):
        await publish(db, feed, by="lan")


async def test_a_revision_nobody_looked_at_is_not_published(db, feed):
    await write(db, answer="Cả tuần.")
    await write(db, answer="Trừ chủ nhật.")

    with pytest.raises(EditConflict):
        await publish(db, feed, number=1)


async def test_the_note_is_kept_with_the_publication_or_neither(db, feed):
    await write(db, answer="Cả tuần.")

    async def fail(_session, _examined):
        raise RuntimeError("the log is full")

    with pytest.raises(RuntimeError, match="full"):
        await publishing.publish(db, feed, Decision(key=KEY, number=1, by="minh"), now=NOW, record=fail)

    assert KEY not in await spoken(db)


async def test_what_was_published_meanwhile_is_compared_with_too(db, feed):
    """Somebody else publishes between the comparison and the publication: it is compared again."""
    await write(db, answer="Cả tuần.")
    interrupted = _Interrupted(db, lambda session: editing.suspend(session, "ho-so", now=NOW))

    await publishing.publish(interrupted, feed, Decision(key=KEY, number=1, by="minh"), now=NOW)

    assert interrupted.transactions == 2
    assert set(await spoken(db)) == {"dia-chi", KEY}


class _Interrupted:
    """A database in which somebody else is faster, once."""

    def __init__(self, db, act):
        self._db, self._act = db, act
        self.transactions = 0

    def reading(self):
        return self._db.reading()

    @asynccontextmanager
    async def transaction(self):
        self.transactions += 1
        if self.transactions == 1:
            async with self._db.transaction() as session:
                await self._act(session)
        async with self._db.transaction() as session:
            yield session
