"""Reminders over real processes: the server dies at any statement of sending one, and two servers share the work."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import DialogueState, Mode
from bot.records import dump_state
from bot.tables import Contact, Conversation, Reminder
from knowledge import transfer
from knowledge.calendar.moments import ZONE
from runtime.database import Database
from tests.support.builders import a_competition_item, a_file
from tests.support.servers import DIES_AT, serving, start, until

pytestmark = pytest.mark.real_socket
STATEMENTS = (1, 4, 7)  # of those that write a reminder, its message and its delivery
# The clock that counts statements begins with the first reminder that is settled, instead of the first update.
DIES_REMINDING = DIES_AT.replace('"INTO updates"', '"UPDATE reminders"').replace('("updates",', '("reminders",')
CLOSES_AT = (datetime.now(UTC) + timedelta(days=2)).astimezone(ZONE).replace(second=0, microsecond=0)


@pytest.fixture
async def database(request):
    """A database of each kind with one contest that closes in two days."""
    db = Database(request.getfixturevalue(f"{request.param}_url"))
    stage = {"key": "nop", "name": "Nộp hồ sơ", "takes_entries": True, "ends": f"{CLOSES_AT:%Y-%m-%d %H:%M}"}
    await transfer.apply(db, a_file(competitions=(a_competition_item(stages=(stage,)),)), datetime.now(UTC))
    yield db
    await db.close()


async def wants_a_reminder(db, zalo, user: str) -> None:
    """Somebody wrote to us an hour ago and asked for a reminder that is due now."""
    now = datetime.now(UTC)
    async with db.transaction() as session:
        contact = Contact(
            channel="zalo", account=zalo.account.oa_id, external_id=user, address=user, created_at=now,
            last_seen_at=now - timedelta(hours=1),
        )  # fmt: skip
        session.add(contact)
        await session.flush()
        session.add(
            Conversation(contact_id=contact.id, mode=Mode.BOT.value, state=dump_state(DialogueState()), updated_at=now)
        )
        stage = a_competition_item().stages[0]
        session.add(
            Reminder(
                contact_id=contact.id, competition="cuoc-thi-2024", stage=stage.key, target_at=CLOSES_AT,
                due_at=now - timedelta(minutes=1), wording="-", agreed_at=now - timedelta(hours=1),
            )
        )  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_everybody_is_reminded_once_whatever_statement_kills_the_server(database, tmp_path, zalo, zalo_settings):
    quick = {"HOIDAP_WORKER__LEASE_SECONDS": "1", "HOIDAP_WORKER__POLL_SECONDS": "0.05"}
    environment = {
        **zalo_settings, **quick, "HOIDAP_WORKER__CHORE_SECONDS": "1", "HOIDAP_DATABASE__URL": database.url,
    }  # fmt: skip
    deaths = 0
    for number in STATEMENTS:
        await wants_a_reminder(database, zalo, f"741120000000000{number:04}")
        server = await start(tmp_path, environment, script=DIES_REMINDING.format(statement=number))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await server.process.wait()
        deaths += server.process.returncode is not None
        await server.stop(signal.SIGKILL)
    assert deaths == len(STATEMENTS), "the kills have to fall between deciding and sending"
    await wants_a_reminder(database, zalo, "7411200000000009999")

    everybody = len(STATEMENTS) + 1
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(1 if database.is_embedded else 2):
            await stack.enter_async_context(
                serving(tmp_path, environment, script=DIES_REMINDING.format(statement=10**9))
            )
        await until(lambda: len({sent.to for sent in zalo.accepted}) == everybody, seconds=30)
        await asyncio.sleep(2.5)

    reminded = sorted(sent.to for sent in zalo.accepted)
    assert len(reminded) - len(set(reminded)) <= 1, "only death between sending and settling may repeat one"
