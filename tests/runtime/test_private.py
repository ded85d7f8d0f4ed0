"""What citizens wrote is in files that other accounts of the machine cannot read."""

from __future__ import annotations

import os

import pytest

from runtime import schema
from runtime.database import Database


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_a_new_database_is_closed_to_others_with_its_folder_and_its_log(tmp_path):
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/var/hoidap.db")
    await schema.migrate(db)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "var").iterdir()}
    await db.close()

    assert modes == {"hoidap.db": 0o600, "hoidap.db-wal": 0o600, "hoidap.db-shm": 0o600}
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


async def test_a_database_that_was_open_to_others_is_closed(sqlite_url, tmp_path):
    (tmp_path / "hoidap.db").chmod(0o644)
    folder = tmp_path.stat().st_mode

    await Database(sqlite_url).close()

    assert (tmp_path / "hoidap.db").stat().st_mode & 0o777 == 0o600
    assert tmp_path.stat().st_mode == folder, "a folder that we did not make may be shared"
