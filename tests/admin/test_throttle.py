"""Guessing gets slow; nobody can lock somebody else out by guessing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from admin import throttle
from admin.throttle import Rule, delay_after, rules_for
from tests.support.builders import NOW

RULE = Rule(key="k", free=5, most_seconds=900)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        pytest.param(0, 0, id="nothing happened yet"),
        pytest.param(4, 0, id="the last free one"),
        pytest.param(5, 1, id="the first that costs"),
        pytest.param(8, 8, id="it doubles"),
        pytest.param(15, 900, id="up to the most"),
        pytest.param(10_000, 900, id="and no further"),
    ],
)
def test_delay_grows_with_failures(failures, seconds):
    assert delay_after(failures, RULE) == timedelta(seconds=seconds)


async def fail(db, rules, times, at=NOW):
    """Fail so often, waiting as long as is asked; return when the last attempt was."""
    for _ in range(times):
        async with db.transaction() as session:
            wait = await throttle.begin(session, rules, now=at)
        if wait is not None:
            at += wait
            async with db.transaction() as session:
                assert await throttle.begin(session, rules, now=at) is None
    return at


async def wait_for(db, rules, at):
    async with db.transaction() as session:
        return await throttle.begin(session, rules, now=at)


async def test_a_stranger_who_fails_waits(db):
    rules = rules_for(login="a", network="n", device="")

    at = await fail(db, rules, 8)

    assert await wait_for(db, rules, at) == timedelta(seconds=8)


async def test_the_owner_on_a_known_device_does_not_wait_for_the_strangers_failures(db):
    at = await fail(db, rules_for(login="a", network="n", device=""), 12)

    assert await wait_for(db, rules_for(login="a", network="n", device="d"), at) is None


async def test_the_owner_on_a_new_device_elsewhere_waits_half_a_minute_at_most(db):
    """Many places against one account: the strictest rule that they all feed."""
    at = NOW
    for number in range(80):
        at = await fail(db, rules_for(login="a", network=f"n{number}", device=""), 1, at)

    wait = await wait_for(db, rules_for(login="a", network="home", device=""), at)

    assert wait is not None
    assert wait <= timedelta(seconds=30)


async def test_one_network_that_tries_many_accounts_waits(db):
    at = NOW
    for number in range(40):
        at = await fail(db, rules_for(login=f"a{number}", network="n", device=""), 1, at)

    assert await wait_for(db, rules_for(login="new", network="n", device=""), at) is not None
    assert await wait_for(db, rules_for(login="new", network="other", device=""), at) is None


async def test_a_right_password_gives_the_attempts_back(db):
    rules = rules_for(login="a", network="n", device="")
    at = await fail(db, rules, 5)

    async with db.transaction() as session:
        await throttle.forgive(session, rules)

    assert await wait_for(db, rules, at) is None


async def test_guessing_at_the_same_moment_gains_nothing(db):
    rules = rules_for(login="a", network="n", device="")

    waits = await asyncio.gather(*(wait_for(db, rules, NOW) for _ in range(20)))

    assert waits.count(None) == 5, "as many as are free, the last of which starts the first delay"


async def test_failures_are_forgotten_after_a_day(db):
    rules = rules_for(login="a", network="n", device="")
    await fail(db, rules, 12)

    assert await wait_for(db, rules, NOW + throttle.FORGET_AFTER + timedelta(hours=2)) is None
    assert await wait_for(db, rules, NOW + throttle.FORGET_AFTER + timedelta(hours=2)) is None
