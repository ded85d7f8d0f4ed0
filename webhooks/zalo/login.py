"""The consent by which an Official Account lets our application write for it: OAuth v4 with PKCE.

Source: docs.zaloplatforms.com/docs/OA, OAuth v4 (surveyed 2026-08-20): challenge by S256, a verifier of exactly 43
characters, a code that works once and for ten minutes. The consent link itself is made by the console: one that names
another callback than the console is refused with -14003.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from runtime.errors import ConfigurationError
from webhooks.zalo.settings import ZaloSettings

_VERIFIER = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE = re.compile(r"[0-9A-Za-z_.~-]{8,2000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent that was begun. The verifier stays with us, the challenge goes into the console."""

    verifier: str = field(repr=False)
    challenge: str


def begin(verifier: str = "") -> Consent:
    """Begin a consent, or go on with the verifier of one. Raises ConfigurationError for a verifier of another form."""
    verifier = verifier or secrets.token_urlsafe(32)
    if not _VERIFIER.fullmatch(verifier):
        raise ConfigurationError("A verifier has exactly 43 letters, digits, - and _.", hint="Begin anew without one.")
    digest = hashlib.sha256(verifier.encode()).digest()
    return Consent(verifier=verifier, challenge=base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


def link(settings: ZaloSettings, consent: Consent, callback: str) -> str:
    """Return the consent link for a callback address, which must be the console's, letter by letter."""
    query = {"app_id": settings.app_id, "redirect_uri": callback, "code_challenge": consent.challenge}
    return f"{settings.oauth_base}/v4/oa/permission?{urlencode(query)}"


def code_of(answer: str, *, oa_id: str) -> str:
    """Return the code from what was pasted: the code alone, or the whole address the browser was led to.

    Raises ConfigurationError when there is none, or when somebody consented for another account.
    """
    answer = answer.strip()
    if "?" in answer or "code=" in answer:
        query = parse_qs(urlsplit(answer).query or answer)
        if query.get("oa_id", [oa_id])[0] != oa_id:
            raise ConfigurationError(
                "The consent was given for another Official Account than HOIDAP_CHANNELS__ZALO__OA_ID.",
                hint="Choose the right account on the consent page, or mend the setting.",
            )
        answer = query.get("code", [""])[0]
    if not _CODE.fullmatch(answer):
        raise ConfigurationError(
            "There is no code in this.", hint="Paste the whole address that the browser shows after the consent."
        )
    return answer
