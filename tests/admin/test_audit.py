"""The audit log grows and never changes; it holds no secrets and no formulas."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from admin import audit
from admin.audit import COMMAND_LINE, Filter, Machine
from admin.tables import AuditEvent
from tests.support.builders import NOW


async def add(db, action="entries.publish", subject="entry:a", at=NOW, actor=COMMAND_LINE, **values):
    async with db.transaction() as session:
        await audit.record(session, actor=actor, action=action, subject=subject, at=at, **values)


async def found(db, **parts):
    async with db.reading() as session:
        return await audit.find(session, Filter(**parts))


async def test_an_event_says_who_when_what_and_from_where(db):
    await add(db, before={"status": "draft"}, after={"status": "published"}, origin="192.0.2.1")

    [event] = await found(db)
    assert (event.actor, event.at, event.action, event.subject) == ("(command line)", NOW, "entries.publish", "entry:a")
    assert (event.before, event.after, event.origin) == ({"status": "draft"}, {"status": "published"}, "192.0.2.1")


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
async def test_the_database_itself_refuses_to_rewrite_history(db, statement):
    await add(db)

    with pytest.raises(DBAPIError, match="audit events cannot change"):
        async with db.transaction() as session:
            await session.execute(text(statement))
    assert len(await found(db)) == 1


@pytest.mark.parametrize(
    "statement", [update(AuditEvent).values(actor="x"), delete(AuditEvent)], ids=["update", "delete"]
)
async def test_statements_of_the_orm_are_refused_as_well(db, statement):
    await add(db)

    with pytest.raises(DBAPIError):
        async with db.transaction() as session:
            await session.execute(statement)


async def test_a_row_that_was_read_cannot_be_changed(db):
    await add(db)

    with pytest.raises(ValueError, match="cannot change"):
        async with db.transaction() as session:
            row = await session.get_one(AuditEvent, (await found(db))[0].id)
            row.actor = "somebody else"


@pytest.mark.parametrize("name", ["password", "new_password", "token", "message", "answer_text", "totp_secret"])
async def test_names_that_sound_like_secrets_or_wording_are_refused(db, name):
    with pytest.raises(ValueError, match="audit log"):
        await add(db, after={name: "x"})
    assert await found(db) == []


async def test_long_values_are_cut(db):
    await add(db, after={"note": "ă" * 2000, "keys": ["k"] * 500})

    [event] = await found(db)
    assert len(event.after["note"]) == audit.VALUE_LENGTH
    assert len(event.after["keys"]) == 100


async def test_filters_narrow_the_list(db):
    await add(db, subject="entry:ho-so", actor=Machine(login="an"))
    await add(db, action="staff.roles", subject="staff:an", at=NOW + timedelta(days=1), actor=Machine(login="binh"))

    assert [event.actor for event in await found(db)] == ["binh", "an"], "newest first"
    assert [event.actor for event in await found(db, actor="AN")] == ["an"]
    assert [event.actor for event in await found(db, action="staff.roles")] == ["binh"]
    assert [event.actor for event in await found(db, subject="ho-so")] == ["an"]
    assert [event.actor for event in await found(db, subject="%")] == []
    assert [event.actor for event in await found(db, since=NOW + timedelta(hours=1))] == ["binh"]
    assert [event.actor for event in await found(db, until=NOW + timedelta(hours=1))] == ["an"]


def test_csv_opens_in_excel_and_holds_no_formula():
    event = audit.Recorded(
        id=1, at=NOW, actor="=HYPERLINK(1)", action="staff.invite", subject=" @x", before=None,
        after={"roles": ["editor"]}, origin="-1",
    )  # fmt: skip

    body = audit.as_csv([event], ["Lúc", "Người"])

    assert body.startswith(b"\xef\xbb\xbf")
    row = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1]
    assert (row[1], row[3], row[6]) == ("'=HYPERLINK(1)", "' @x", "'-1")
    assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
