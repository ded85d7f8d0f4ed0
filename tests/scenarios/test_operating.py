"""What an operator meets around a running server: keys, journals, restores."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import threading

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import select

from admin import second_factor
from admin.tables import Staff
from runtime.database import Database
from tests.support.nursery import command
from tests.support.servers import ROOT, hoidap, serving, start, until

pytestmark = pytest.mark.real_socket
LINK = re.compile(r"/admin/link/")


async def test_a_server_with_another_key_than_the_stored_credentials_does_not_start(tmp_path, zalo_settings):
    key = Fernet.generate_key().decode()
    right = {**zalo_settings, "HOIDAP_SECRET_KEY": key}
    await hoidap(tmp_path, "migrate", environment=right)
    code, said = await hoidap(tmp_path, "doctor", environment=right)  # seeds the store from the settings
    assert code == 0, said

    wrong = await start(tmp_path, {**zalo_settings, "HOIDAP_SECRET_KEY": Fernet.generate_key().decode()})

    assert await wrong.wait() == 1
    assert wrong.output.count("hoidap: ") == 1
    assert "HOIDAP_SECRET_KEY" in wrong.output
    assert "serves at" not in wrong.output
    async with serving(tmp_path, right):
        pass


async def test_a_server_that_cannot_open_the_second_factors_of_staff_does_not_start(tmp_path):
    """Nobody with one could sign in, and who sets one up meanwhile could not after the mistake is mended."""
    keys = [{"HOIDAP_SECRET_KEY": Fernet.generate_key().decode()} for _ in range(2)]
    right, wrong = keys
    await hoidap(tmp_path, "staff", "invite", "an", "--name", "An", "--role", "administrator", environment=right)
    await with_second_factor(tmp_path / "var/hoidap.db", right["HOIDAP_SECRET_KEY"])

    refused = await start(tmp_path, wrong)

    assert await refused.wait() == 1
    assert refused.output.count("hoidap: ") == 1
    assert "1 of the second factors of staff cannot be opened" in refused.output
    assert "HOIDAP_SECRET_KEY" in refused.output
    assert wrong["HOIDAP_SECRET_KEY"] not in refused.output
    code, said = await hoidap(tmp_path, "doctor", environment=wrong)
    assert (code, "the second factor of an" in said) == (1, True)
    for environment in (right, {**wrong, "HOIDAP_CONSOLE__ENABLED": "false"}):
        async with serving(tmp_path, environment):
            pass
    await hoidap(tmp_path, "staff", "reset-totp", "an", environment=wrong)
    async with serving(tmp_path, wrong):
        pass


async def test_the_old_key_is_needless_after_one_start_with_both(tmp_path):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    environment = {"HOIDAP_SECRET_KEY": old}
    await hoidap(tmp_path, "staff", "invite", "an", "--name", "An", "--role", "administrator", environment=environment)
    await with_second_factor(tmp_path / "var/hoidap.db", old)

    for keys in (f"{new},{old}", new):
        async with serving(tmp_path, {"HOIDAP_SECRET_KEY": keys}):
            pass


async def with_second_factor(path, key):
    """Give the only person a password and a second factor."""
    db = Database(f"sqlite+aiosqlite:///{path}")
    async with db.transaction() as session:
        person = (await session.scalars(select(Staff))).one()
        person.password_hash = "x"
        await second_factor.turn_on(session, person.id, second_factor.new_secret(), 0, MultiFernet([Fernet(key)]))
    await db.close()


async def test_nothing_is_restored_under_a_running_server(tmp_path):
    async with serving(tmp_path, {}):
        await hoidap(tmp_path, "backup", "copy", environment={})
        code, said = await hoidap(tmp_path, "restore", "copy", environment={})

    assert code == 1
    assert "Stop it first." in said


async def test_a_log_of_objects_holds_nothing_else_and_no_link(tmp_path):
    server = await start(tmp_path, {"HOIDAP_LOG_JSON": "true"})
    await until(lambda: "nobody_can_administer" in server.output, seconds=60)
    await server.stop()

    lines = [json.loads(line) for line in server.output.splitlines()]
    assert {"server.listening", "console.nobody_can_administer"} <= {line["event"] for line in lines}
    assert next(line["url"] for line in lines if "url" in line).startswith("http://localhost:")
    assert not LINK.search(server.output)


async def test_the_set_up_link_is_not_written_into_a_file_or_pipe(tmp_path):
    async with serving(tmp_path, {}) as server:
        await until(lambda: "Nobody can administer the console yet: `hoidap staff set-up`" in server.output)

        assert not LINK.search(server.output)


def test_the_set_up_link_is_shown_on_a_terminal(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*command(), "serve", "--port", "0"],
        cwd=tmp_path,
        env={**clean, "PYTHONPATH": str(ROOT)},
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(theirs)
        too_late = threading.Timer(60, server.kill)  # what is read then ends with an error
        too_late.start()
        shown = ""
        try:
            while not LINK.search(shown):
                shown += os.read(ours, 4096).decode(errors="replace")
        finally:
            too_late.cancel()
            server.terminate()
    os.close(ours)
