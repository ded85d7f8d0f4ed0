"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes for when the phone is gone."""

from __future__ import annotations

import base64
import hmac
import io
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from admin.staff import MOST_PEOPLE
from admin.tables import RecoveryCode, Staff
from admin.tokens import digest_of
from runtime.errors import CredentialError

ISSUER = "hoidap"
_STEP_SECONDS = 30
_DRIFT_STEPS = 1  # a phone's clock may be half a minute off
_CODES = 10
_CODE_BYTES = 10  # 80 bits: too many to try, so a plain digest is enough


def new_secret() -> str:
    """Return a new shared secret, base32."""
    return pyotp.random_base32()


def qr_code(secret: str, login: str) -> str:
    """Return the QR code that an authenticator app reads, as an SVG element without a style of its own."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue().decode()


def step_of(code: str, secret: str, *, now: datetime, after: int) -> int | None:
    """Return the time step that a code belongs to, or None when it is wrong or not newer than step `after`.

    A code counts once: whoever looked over a shoulder cannot use it again.
    """
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    found = None
    for step in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1):
        is_right = hmac.compare_digest(totp.at(step * _STEP_SECONDS).encode(), digits.encode())
        if is_right and step > after:
            found = step
    return found


async def is_right(session: AsyncSession, staff_id: int, code: str, key: MultiFernet, *, now: datetime) -> bool:
    """Take a code of the app, or a recovery code, once. Call it in a transaction. Raises CredentialError."""
    row = await session.get(Staff, staff_id, with_for_update=True)
    if row is None or not row.totp_sealed:
        return False
    step = step_of(code, unsealed(row.totp_sealed, key), now=now, after=row.totp_step)
    if step is not None:
        row.totp_step = step
        return True
    digest = _digest(staff_id, code)
    used = await session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.digest == digest)
        .returning(RecoveryCode.id)
    )
    return used is not None


async def turn_on(session: AsyncSession, staff_id: int, secret: str, step: int, key: MultiFernet) -> Sequence[str]:
    """Use this secret from now on, whose code of `step` was just shown; return new recovery codes."""
    row = await session.get_one(Staff, staff_id)
    row.totp_sealed, row.totp_step = sealed(secret, key), step
    return await renew_codes(session, staff_id)


async def turn_off(session: AsyncSession, staff_id: int) -> None:
    """Forget the second factor and its recovery codes."""
    row = await session.get_one(Staff, staff_id)
    row.totp_sealed, row.totp_step = "", 0
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    await session.flush()


async def renew_codes(session: AsyncSession, staff_id: int) -> Sequence[str]:
    """Replace the recovery codes and return the new ones, which are nowhere else."""
    codes = [_spelt(secrets.token_bytes(_CODE_BYTES)) for _ in range(_CODES)]
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.add_all(RecoveryCode(staff_id=staff_id, digest=_digest(staff_id, code)) for code in codes)
    await session.flush()
    return codes


async def codes_left(session: AsyncSession, staff_id: int) -> int:
    """Return how many recovery codes are unused."""
    counted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)
    return await session.scalar(counted) or 0


def sealed(secret: str, key: MultiFernet) -> str:
    """Return a secret encrypted, for the database and for the form that sets it up."""
    return key.encrypt(secret.encode()).decode()


def unsealed(text: str, key: MultiFernet) -> str:
    """Return what `sealed` was given. Raises CredentialError."""
    try:
        return key.decrypt(text.encode()).decode()
    except InvalidToken:
        raise CredentialError(
            "A second factor was sealed with another key.",
            hint="Set HOIDAP_SECRET_KEY to the key that sealed it, or reset it with `hoidap staff reset-totp`.",
        ) from None


async def shut_out(session: AsyncSession, key: MultiFernet) -> Sequence[str]:
    """Return the logins of active people whose second factor this key does not open: they cannot sign in."""
    used = select(Staff.login, Staff.totp_sealed).where(Staff.totp_sealed != "", Staff.disabled_at.is_(None))
    rows = await session.execute(used.order_by(Staff.login).limit(MOST_PEOPLE))
    return [login for login, text in rows if not _opens(text, key)]


async def reseal(session: AsyncSession, key: MultiFernet) -> None:
    """Seal with the newest key what this one opens, so that older keys can be left out of it."""
    rows = await session.execute(select(Staff.id, Staff.totp_sealed).where(Staff.totp_sealed != "").limit(MOST_PEOPLE))
    for id_, text in rows.all():
        if _opens(text, key):  # unless its owner has changed it meanwhile
            changed = update(Staff).where(Staff.id == id_, Staff.totp_sealed == text)
            await session.execute(changed.values(totp_sealed=key.rotate(text.encode()).decode()))


def _opens(text: str, key: MultiFernet) -> bool:
    try:
        unsealed(text, key)
    except CredentialError:
        return False
    return True


def _spelt(raw: bytes) -> str:
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _digest(staff_id: int, code: str) -> str:
    return digest_of(f"{staff_id}:{''.join(code.lower().replace('-', ' ').split())}")
