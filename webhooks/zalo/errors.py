"""What each refusal of Zalo asks of us. Pure.

Source: docs.zaloplatforms.com/docs/OA, appendix "error codes" (surveyed 2026-08-20). Refusals come with HTTP 200.
"""

from __future__ import annotations

from bot.channel import Rejected, RetryLater, SendError, Unauthorized, WindowClosed

STALE_TOKEN = frozenset({-216, -220})
"""Invalid and expired: both are what an access token says when it is over."""
TRY_ONCE_MORE = -200
SAY_IT_PLAINLY = frozenset({-201, -210, -233})
"""A parameter, its size or the kind of message is not accepted: the same words without buttons may be."""

_RATE = -32
_NIGHT = -234
_WINDOW = frozenset({-230, -232})
_PERSON = frozenset({-100, TRY_ONCE_MORE, *SAY_IT_PLAINLY, -211, -213, -217, -218, -227, -244, -248, -320, -321})
_OURS = {
    -204: "The Official Account is disabled.",
    -205: "The Official Account does not exist.",
    -209: "The application is not activated.",
    -212: "The application is not registered for this API.",
    -216: "The access token is invalid.",
    -219: "The application was removed or disabled.",
    -220: "The access token is expired or was revoked.",
    -221: "The Official Account is not verified.",
    -223: "The application is not authorised by the Official Account, or its quota is used up.",
    -224: "The Official Account's package does not include this API.",
    -235: "This API is not open to this type of Official Account.",
    -240: "This version of the message API was shut down.",
    -242: "The appsecret_proof is invalid.",
}
_LOGIN_AGAIN = "Run `hoidap zalo-login` and grant the application again."
_SEE_CONSOLE = "Look at the application and the account at developers.zalo.me and oa.zalo.me."


def refusal(code: int) -> SendError:
    """Return the error that says what to do about a code other than 0. Never quotes the platform's own text.

    An unknown code is tried again: the queue's attempts bound it, and it was surely not sent.
    """
    label = str(code)
    if code == _RATE:
        return RetryLater("Zalo's call limit per minute is reached.", after=60.0, code=label)
    if code == _NIGHT:
        return RetryLater("Zalo does not take this message at night.", after=3600.0, code=label)
    if code in _WINDOW:
        return WindowClosed("The citizen has not written for more than 7 days.", code=label)
    if code in _OURS:
        hint = _LOGIN_AGAIN if code in STALE_TOKEN else _SEE_CONSOLE
        return Unauthorized(f"Zalo {code}: {_OURS[code]}", hint=hint, code=label)
    if code in _PERSON:
        return Rejected(f"Zalo refuses this message for this person ({code}).", code=label)
    return RetryLater(f"Zalo answered with code {code}.", code=label)
