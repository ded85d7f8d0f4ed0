"""The queue of misses from the command line, with the product's own matcher over the starter knowledge."""

from __future__ import annotations

import shutil

import pytest

from bot.tables import Gap
from knowledge.transfer import load_starter
from knowledge.trials.questions import kept_questions
from runtime.database import Database
from tests.support.builders import NOW
from tests.support.servers import hoidap
from tests.support.towns import Town

ASKED, ENTRY = "nhóm bạn trẻ thu pin cũ để ở đâu", "tram-xanh"


@pytest.fixture
async def town(sqlite_template, tmp_path):
    """Two questions that nobody could answer, in the database of the command line."""
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/var/hoidap.db")
    shutil.copyfile(sqlite_template, tmp_path / "var/hoidap.db")
    await load_starter(db, NOW)
    town = Town(db)
    await town.say("an", ASKED)
    await town.say("binh", "Thời tiết ngày mai thế nào")
    await town.do_chores()
    yield town
    await db.close()


async def test_from_the_queue_to_a_variant_and_out_of_scope(town, tmp_path):
    code, said = await hoidap(tmp_path, "misses", "list", "pin cu", environment={})
    assert code == 0, said
    number = next(line.split("\t")[0] for line in said.splitlines() if line.endswith(ASKED))
    assert "Thời tiết" not in said

    code, said = await hoidap(tmp_path, "misses", "variant", number, ENTRY, "--by", "lan", environment={})
    assert (code, f"{ENTRY}: published." in said) == (0, True), said
    [weather] = [str(row[0]) for row in await town.rows(Gap.id, Gap.state) if row[1] == "new"]
    code, said = await hoidap(tmp_path, "misses", "set-aside", weather, "--by", "lan", environment={})
    assert code == 0, said

    assert {row[0] for row in await town.rows(Gap.state)} == {"resolved_variant", "out_of_scope"}
    async with town.db.reading() as session:
        assert [each.text for each in await kept_questions(session, expected="")] == ["Thời tiết ngày mai thế nào"]
    code, said = await hoidap(tmp_path, "misses", "list", "--settled", environment={})
    assert ENTRY in said


async def test_what_is_not_there_is_named_and_what_nobody_touched_is_taken_apart(town, tmp_path):
    code, said = await hoidap(tmp_path, "misses", "variant", "404", ENTRY, "--by", "lan", environment={})
    assert (code, "There is no gap 404" in said) == (1, True)

    code, said = await hoidap(tmp_path, "misses", "regroup", environment={})
    assert (code, "Took 2 gaps apart." in said) == (0, True), said
    assert await town.rows(Gap.id) == []
