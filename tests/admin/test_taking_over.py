"""A file taken over from the command line stands in the audit log, once."""

from __future__ import annotations

from admin import audit
from admin.audit import Filter
from admin.taking_over import take_over
from knowledge.history import load_entry
from tests.support.builders import NOW, a_file, an_entry_item


async def test_an_import_is_noted_and_one_that_changes_nothing_is_not(sqlite_db):
    for _ in range(2):
        await take_over(sqlite_db, a_file(), "kien-thuc.yaml", now=NOW)

    async with sqlite_db.reading() as session:
        [event] = await audit.find(session, Filter(action="transfer.import"))
    assert (event.actor, event.subject) == ("(command line)", "file:kien-thuc.yaml")
    assert event.after == {"created": 1, "changed": 0}


async def test_an_imported_revision_says_where_it_comes_from(sqlite_db):
    await take_over(sqlite_db, a_file(an_entry_item(article="")), "kien-thuc.yaml", now=NOW)

    async with sqlite_db.reading() as session:
        assert (await load_entry(session, an_entry_item().key)).line.author == "(command line)"
