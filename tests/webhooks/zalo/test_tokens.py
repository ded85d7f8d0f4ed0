"""The rotating pair is renewed ahead of need, once, and never spent twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channel import RetryLater, Unauthorized
from runtime.errors import CredentialError
from simulators.platform import Fault


async def test_an_empty_store_is_seeded_from_the_settings(zalo, store, platform):
    credential = await zalo.tokens.current()

    assert credential.values == {"access_token": "access-0", "refresh_token": "refresh-0"}
    assert store.held == credential
    assert platform.refreshes == 0


async def test_what_is_stored_wins_over_the_settings(zalo, store, platform):
    await zalo.tokens.current()
    newer = await zalo.tokens.renew(unless_newer_than=1)

    assert await zalo.tokens.current() == newer == store.held


async def test_without_any_token_the_operator_is_told_what_to_do(zalo, store):
    zalo.tokens._settings = zalo.settings.model_copy(update={"access_token": type(zalo.settings.access_token)("")})

    with pytest.raises(Unauthorized, match="zalo-login"):
        await zalo.tokens.current()


async def test_an_old_token_is_renewed_before_it_expires(zalo, clock, platform):
    first = await zalo.tokens.current()
    clock.advance(timedelta(hours=20))

    second = await zalo.tokens.current()

    assert platform.refreshes == 1
    assert second.version == first.version + 1
    assert second.values == {"access_token": platform.access_token, "refresh_token": platform.refresh_token}
    assert second.expires_at == clock.now() + timedelta(hours=25)


async def test_many_at_once_renew_once(zalo, clock, platform):
    await zalo.tokens.current()
    clock.advance(timedelta(hours=21))

    found = await asyncio.gather(*(zalo.tokens.current() for _ in range(20)))

    assert platform.refreshes == 1
    assert {credential.version for credential in found} == {2}


async def test_a_failed_early_renewal_keeps_the_token_that_still_works(zalo, clock, platform):
    first = await zalo.tokens.renew(unless_newer_than=(await zalo.tokens.current()).version)
    clock.advance(timedelta(hours=20))
    platform.oauth.add(Fault(status=503))

    assert await zalo.tokens.current() == first
    assert await zalo.tokens.current() == first, "not tried again at once"
    clock.advance(timedelta(minutes=5))
    assert (await zalo.tokens.current()).version == first.version + 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault(code=-14014), Unauthorized, id="used refresh token"),
        pytest.param(Fault(code=-32), RetryLater, id="limit"),
        pytest.param(Fault(status=502), RetryLater, id="proxy"),
        pytest.param(Fault(hang=2.0), RetryLater, id="no answer"),
        pytest.param(Fault(drop=True), RetryLater, id="connection lost"),
    ],
)
async def test_an_expired_token_that_cannot_be_renewed_is_an_error(zalo, clock, platform, fault, error):
    await zalo.tokens.renew(unless_newer_than=(await zalo.tokens.current()).version)
    clock.advance(timedelta(hours=26))
    platform.oauth.add(fault)

    with pytest.raises(error):
        await zalo.tokens.current()


async def test_a_lost_answer_of_the_renewal_ends_in_a_new_consent_not_in_a_loop(zalo, platform):
    """The refresh token is spent and the new pair never arrived."""
    first = await zalo.tokens.current()
    platform.oauth.add(Fault(hang=2.0, taken=True))

    with pytest.raises(RetryLater):
        await zalo.tokens.renew(unless_newer_than=first.version)
    with pytest.raises(Unauthorized, match="zalo-login"):
        await zalo.tokens.renew(unless_newer_than=first.version)


async def test_a_store_that_cannot_be_read_holds_the_lane(zalo, store):
    async def broken(name):
        raise CredentialError

    store.read = broken

    with pytest.raises(Unauthorized):
        await zalo.tokens.current()
