"""Zalo's OAuth v4: consent with PKCE, pairs of which the refresh token works once (docs.zaloplatforms.com/docs/OA)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from simulators.platform import Fault, Script, act_out

_APP, _REDIRECT, _CODE, _USED_REFRESH_TOKEN = -14002, -14003, -14019, -14014
_VERIFIER = 43  # characters; Zalo takes no other length


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloAccount:
    """The made-up application and Official Account."""

    app_id: str = "4120000000000000007"
    oa_id: str = "3380000000000000042"
    app_secret: str = "zalo-app-test-secret"  # noqa: S105 - made up
    oa_secret_key: str = "zalo-oa-test-secret"  # noqa: S105 - made up


class ZaloOAuth:
    """Gives out pairs: for a consent, and for the refresh token of the pair before."""

    def __init__(self, account: ZaloAccount) -> None:
        self._account = account
        self._challenges: dict[str, str] = {}  # code -> challenge
        self.access_token = "access-0"  # noqa: S105 - made up
        self.refresh_token = "refresh-0"  # noqa: S105 - made up
        self.refreshes = 0
        self.script = Script()

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of the OAuth host."""
        return (web.get("/v4/oa/permission", self._consent), web.post("/v4/oa/access_token", self._exchange))

    async def _consent(self, request: web.Request) -> web.Response:
        """Consent at once and lead back to the callback, as the console's link does after the click."""
        redirect = request.query.get("redirect_uri", "")
        if request.query.get("app_id") != self._account.app_id:
            return _refusal(_APP)
        if not redirect.startswith(("http://", "https://")):
            return _refusal(_REDIRECT)
        code = secrets.token_urlsafe(16)
        self._challenges[code] = request.query.get("code_challenge", "")
        raise web.HTTPFound(f"{redirect}?{urlencode({'code': code, 'oa_id': self._account.oa_id})}")

    async def _exchange(self, request: web.Request) -> web.Response:
        """Form-encoded, `secret_key` header; a new pair kills the access token before it."""
        fault = self.script.next()
        form = await request.post() if request.content_type == "application/x-www-form-urlencoded" else {}
        if not fault.taken and (answer := await act_out(request, fault)):
            return answer
        code = self._judge(request, {name: str(value) for name, value in form.items()}, fault)
        if code:
            return _refusal(code)
        self.access_token, self.refresh_token = f"access-{secrets.token_hex(4)}", f"refresh-{secrets.token_hex(4)}"
        if answer := await act_out(request, fault):
            return answer
        pair = {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": "90000"}
        return web.json_response(pair)

    def _judge(self, request: web.Request, form: dict[str, str], fault: Fault) -> int:
        if fault.code is not None:
            return fault.code
        is_ours = request.headers.get("secret_key") == self._account.app_secret
        if not is_ours or form.get("app_id") != self._account.app_id:
            return _APP
        if form.get("grant_type") == "authorization_code":
            challenge = self._challenges.pop(form.get("code", ""), None)
            return 0 if challenge and challenge == _challenge(form.get("code_verifier", "")) else _CODE
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            return _USED_REFRESH_TOKEN
        self.refreshes += 1
        return 0


def _challenge(verifier: str) -> str:
    if len(verifier) != _VERIFIER:
        return ""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refusal(code: int) -> web.Response:
    return web.json_response({"error": code, "error_name": f"refused ({code})"})
