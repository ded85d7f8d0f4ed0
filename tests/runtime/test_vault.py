"""Credentials are sealed at rest, and a single-use refresh token is spent once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text

from runtime.clock import FixedClock, SystemClock
from runtime.errors import ConfigurationError, CredentialError
from runtime.vault import REFRESH_LEASE, Credential, Vault, load_key

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PAIR = Credential(values={"access_token": "secret-access", "refresh_token": "secret-refresh"}, issued_at=NOW)


@pytest.fixture
def key():
    return MultiFernet([Fernet(Fernet.generate_key())])


@pytest.fixture
def vault(db, key):
    return Vault(db, SystemClock(), key)


async def test_what_is_stored_is_read_back_and_unreadable_in_the_database(vault, db):
    await vault.store("zalo", PAIR)

    found = await vault.read("zalo")
    async with db.reading() as session:
        raw = str((await session.execute(text("SELECT * FROM credentials"))).all())

    assert dict(found.values) == dict(PAIR.values)
    assert found.version == 1
    assert "secret" not in raw
    assert "secret" not in repr(found)


async def test_a_seed_never_replaces_what_is_stored(vault):
    await vault.store("zalo", PAIR)

    kept = await vault.seed("zalo", Credential(values={"access_token": "stale"}, issued_at=NOW))

    assert kept.values["access_token"] == "secret-access"


async def test_processes_that_start_together_seed_once(vault, db, key):
    """A seed that came second must not replace a pair that was renewed meanwhile."""
    other_process = Vault(db, SystemClock(), key)

    kept = await asyncio.gather(*(each.seed("zalo", PAIR) for each in (vault, other_process) for _ in range(4)))

    assert {credential.version for credential in kept} == {1}
    assert (await vault.read("zalo")).version == 1


class Forgetful:
    """A database that is away when it is told something for the `at`th time."""

    def __init__(self, db, *, at):
        self._db, self._left = db, at
        self.reading = db.reading

    @asynccontextmanager
    async def transaction(self):
        self._left -= 1
        if self._left == 0:
            raise OSError("the database is away")
        async with self._db.transaction() as session:
            yield session


async def test_a_pair_that_could_not_be_stored_is_stored_at_the_next_chance(vault, db, key):
    """The token that was paid with for it is spent: asking again would end the authorisation."""
    await vault.store("zalo", PAIR)
    clock = FixedClock(NOW)
    forgetful, spent = Vault(Forgetful(db, at=2), clock, key), []

    async def renew(current):
        spent.append(current.values["refresh_token"])
        return Credential(values={"access_token": "new", "refresh_token": "next"}, issued_at=NOW)

    with pytest.raises(OSError, match="away"):
        await forgetful.refresh("zalo", renew, unless_newer_than=1)
    clock.advance(REFRESH_LEASE)
    got = await forgetful.refresh("zalo", renew, unless_newer_than=1)

    assert (spent, got.values["access_token"]) == (["secret-refresh"], "new")
    assert (await vault.read("zalo")).values["refresh_token"] == "next"


async def test_a_renewal_that_is_cancelled_is_stored_all_the_same(vault):
    """At the end of the process, say."""
    await vault.store("zalo", PAIR)
    asked = asyncio.Event()

    async def renew(_current):
        asked.set()
        await asyncio.sleep(0.1)
        return Credential(values={"access_token": "new", "refresh_token": "next"}, issued_at=NOW)

    refreshing = asyncio.create_task(vault.refresh("zalo", renew, unless_newer_than=1))
    await asked.wait()
    refreshing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await refreshing

    assert (await vault.read("zalo")).values["refresh_token"] == "next"


async def test_many_refreshers_in_several_processes_spend_the_token_once(vault, db, key):
    await vault.store("zalo", PAIR)
    other_process = Vault(db, SystemClock(), key)
    spent = []

    async def renew(current):
        spent.append(current.values["refresh_token"])
        await asyncio.sleep(0.1)
        return Credential(values={"access_token": "new", "refresh_token": "next"}, issued_at=NOW)

    got = await asyncio.gather(
        *(it.refresh("zalo", renew, unless_newer_than=1) for it in (vault, other_process) for _ in range(4))
    )

    assert spent == ["secret-refresh"]
    assert {credential.values["access_token"] for credential in got} == {"new"}
    assert (await vault.read("zalo")).version == 2


async def test_a_failed_refresh_lets_the_next_one_try_at_once(vault):
    await vault.store("zalo", PAIR)

    async def fail(_current):
        raise OSError("no line")

    async def renew(_current):
        return Credential(values={"access_token": "new"}, issued_at=NOW, expires_at=NOW + timedelta(hours=25))

    with pytest.raises(OSError, match="no line"):
        await vault.refresh("zalo", fail, unless_newer_than=1)
    renewed = await vault.refresh("zalo", renew, unless_newer_than=1)

    assert renewed.values["access_token"] == "new"


async def test_ages_say_since_when_renewing_fails_until_it_works_again(vault):
    await vault.store("zalo", PAIR)

    async def fail(_current):
        raise OSError("no line")

    async def renew(_current):
        return Credential(values={"access_token": "new"}, issued_at=NOW)

    assert (await vault.ages())[0].failing_since is None
    seen = []
    for _ in range(2):
        with pytest.raises(OSError, match="no line"):
            await vault.refresh("zalo", fail, unless_newer_than=1)
        seen.append((await vault.ages())[0].failing_since)
    assert seen[0] is not None
    assert seen[0] == seen[1], "the first failure counts"
    await vault.refresh("zalo", renew, unless_newer_than=1)

    assert [(age.name, age.failing_since) for age in await vault.ages()] == [("zalo", None)]


async def test_another_key_is_named_as_the_cause(vault, db):
    await vault.store("zalo", PAIR)

    with pytest.raises(CredentialError, match="HOIDAP_SECRET_KEY"):
        await Vault(db, SystemClock(), MultiFernet([Fernet(Fernet.generate_key())])).read("zalo")


async def test_a_changed_key_alone_opens_what_was_sealed_anew(db):
    old, new, strange = (Fernet(Fernet.generate_key()) for _ in range(3))
    await Vault(db, SystemClock(), MultiFernet([old])).store("zalo", PAIR)

    for keys in ([strange], [new, old]):
        await Vault(db, SystemClock(), MultiFernet(keys)).reseal()

    found = await Vault(db, SystemClock(), MultiFernet([new])).read("zalo")
    assert found is not None
    assert (found.values, found.version) == (PAIR.values, 1)


def test_the_key_file_is_made_once_and_is_private(tmp_path):
    sealed = load_key("", state_dir=tmp_path).encrypt(b"x")

    assert load_key("", state_dir=tmp_path).decrypt(sealed) == b"x"
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_a_wrong_key_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="HOIDAP_SECRET_KEY"):
        load_key("short", state_dir=tmp_path)
