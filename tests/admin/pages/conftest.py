"""A running console for tests of its pages; a test that needs more of it makes its own."""

from __future__ import annotations

import pytest

from tests.support.console import a_console


@pytest.fixture
async def desk(sqlite_db):
    async with a_console(sqlite_db) as running:
        yield running
