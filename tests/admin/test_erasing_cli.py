"""A person who asked the office to be forgotten, on the command line."""

from __future__ import annotations

import shutil

import pytest

from admin.tables import AuditEvent
from bot.tables import Contact, Message
from runtime.database import Database
from tests.support.builders import an_entry
from tests.support.servers import hoidap
from tests.support.towns import Town

ENTRY = an_entry()


@pytest.fixture
async def town(sqlite_template, tmp_path):
    """Two people, in the database of the command line."""
    (tmp_path / "var").mkdir(exist_ok=True)
    shutil.copyfile(sqlite_template, tmp_path / "var/hoidap.db")
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/var/hoidap.db")
    town = Town(db, ENTRY)
    for person in ("an", "binh"):
        await town.say(person, ENTRY.question, channel="zalo")
    yield town
    await db.close()


async def test_a_person_is_forgotten_by_the_server_and_the_audit_log_does_not_say_who(town, tmp_path):
    code, said = await hoidap(tmp_path, "erase", "zalo", "an", environment={})
    assert code == 0, said
    await town.after(days=400)  # the lane was woken by another clock

    assert await town.rows(Contact.external_id) == [("binh",)]
    assert len(await town.rows(Message.id)) == 2
    assert await town.rows(AuditEvent.actor, AuditEvent.action, AuditEvent.subject) == [
        ("(command line)", "people.erase", "channel:zalo")
    ]


async def test_an_id_that_nobody_has_is_said_to_be_unknown(town, tmp_path):
    code, said = await hoidap(tmp_path, "erase", "zalo", "chi", environment={})

    assert code == 1
    assert "zalo knows nobody by this id." in said
