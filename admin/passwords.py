"""Passwords: what is acceptable, and Argon2id beside the event loop."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 200  # hashing longer ones would only cost time
_FEW_LETTERS = 4
_TELLING = 4  # letters from which on a name inside a password says something
_COMMON = (
    "password", "matkhau", "123456789", "qwertyuiop", "abcdefghi", "quantri", "administrator", "caobang", "hoidap",
)  # fmt: skip

_HASHER = PasswordHasher()  # Argon2id with RFC 9106's second recommendation: 64 MiB, three passes
_AT_ONCE = 2  # 64 MiB each


class PasswordProblem(StrEnum):
    """Why a password is not taken; the wording stands in wording/account.vi.toml."""

    SHORT = "short"
    LONG = "long"
    PERSONAL = "personal"
    COMMON = "common"


def problem_of(password: str, *, login: str, name: str = "") -> PasswordProblem | None:
    """Return what is wrong with a new password, or None. Length counts, composition does not (NIST SP 800-63B-4)."""
    if len(password) < MIN_LENGTH:
        return PasswordProblem.SHORT
    if len(password) > MAX_LENGTH:
        return PasswordProblem.LONG
    folded = password.casefold().replace(" ", "")
    own = {
        part for part in (login.casefold().partition("@")[0], name.casefold().replace(" ", "")) if len(part) >= _TELLING
    }
    if any(part in folded and len(folded) - len(part) < MIN_LENGTH // 2 for part in own):
        return PasswordProblem.PERSONAL
    rest = folded
    for word in _COMMON:
        rest = rest.replace(word, "")
    if len(set(folded)) < _FEW_LETTERS or len(rest) < _FEW_LETTERS:
        return PasswordProblem.COMMON
    return None


class Passwords:
    """Hashes and checks passwords, a few at a time: each takes 64 MiB for about 50 ms."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        async with self._room:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def is_right(self, password: str, stored: str) -> bool:
        """Tell whether a password is the stored one. Takes as long for an account that does not exist (stored "")."""
        if len(password) > MAX_LENGTH:
            password = ""
        async with self._room:
            return await asyncio.to_thread(_is_right, password, stored or _nobody()) and bool(stored)


def needs_rehash(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    """Return a hash to compare with where there is no account, so that both cases take as long."""
    return _HASHER.hash("nobody has this password")


def _is_right(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
