"""What each refusal of WhatsApp asks of us. Pure.

Source: developers.facebook.com/documentation/business-messaging/whatsapp, error codes (surveyed 2026-11).
Decided by `code`, never by HTTP status or message text.
"""

from __future__ import annotations

from bot.channel import Rejected, RetryLater, SendError, Unauthorized, WindowClosed

SAY_IT_PLAINLY = frozenset({100, 131008, 131009})
"""A parameter is missing or not accepted: the same words as plain text may be."""

_PAUSES: dict[int, float | None] = {
    1: None,
    2: None,
    4: 60.0,
    80007: 300.0,
    130429: None,
    131000: None,
    131016: None,
    131056: 6.0,  # about one message in 6 seconds to the same person
    131057: 60.0,
    135000: None,
}
_PERSON = frozenset({*SAY_IT_PLAINLY, 130472, 130497, 131021, 131026, 131030, 131051, 131052, 131053, 131062})
_WINDOW = 131047
_OURS = {
    0: "The access token is not accepted.",
    3: "The application lacks this capability.",
    10: "The application lacks this permission.",
    190: "The access token is expired or was revoked.",
    368: "The account is blocked for a breach of the terms.",
    131005: "The application lacks this permission.",
    131031: "The account is locked.",
    131037: "The display name is not approved.",
    131042: "There is a payment problem.",
    131045: "The number is not registered.",
    131048: "The number is limited because people reported it as spam.",
    133010: "The number is not registered.",
}
_HINT = "Look at the application and the number at business.facebook.com; see docs/operators/whatsapp.md."


def refusal(code: int) -> SendError:
    """Return the error that says what to do about a code. Never quotes the platform's own text.

    An unknown code is tried again: the queue's attempts bound it, and it was surely not sent.
    """
    label = str(code)
    if code in _PAUSES:
        return RetryLater(f"WhatsApp cannot take the message now ({code}).", after=_PAUSES[code], code=label)
    if code == _WINDOW:
        return WindowClosed("The citizen has not written for more than 24 hours.", code=label)
    if code in _OURS or 200 <= code <= 299:  # noqa: PLR2004 - Meta's range of permission errors
        reason = _OURS.get(code, "The application lacks this permission.")
        return Unauthorized(f"WhatsApp {code}: {reason}", hint=_HINT, code=label)
    if code in _PERSON or 132000 <= code <= 132999:  # noqa: PLR2004 - Meta's range of template errors
        return Rejected(f"WhatsApp refuses this message for this person ({code}).", code=label)
    return RetryLater(f"WhatsApp answered with code {code}.", code=label)
