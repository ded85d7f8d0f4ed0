"""Who works in the console, what lets them in, and what they did. Rows never leave this package."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Integer, LargeBinary, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from runtime.database import Base, Json, UtcDateTime

BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only INTEGER keys by itself
LOGIN_LENGTH = 120
DIGEST_LENGTH = 64  # SHA-256 as hexadecimal


class Staff(Base):
    """A person of staff. Never deleted, only disabled: the audit log names them. Without a password: still invited."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(LOGIN_LENGTH), unique=True)  # lower case
    name: Mapped[str] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    password_hash: Mapped[str] = mapped_column(Text, default="", server_default="")
    totp_sealed: Mapped[str] = mapped_column(Text, default="", server_default="")  # encrypted; empty: not in use
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  # the last one used
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """One browser in which a person is signed in. Only the digest of its token is kept.

    Until `completed_at` the password was right but the second factor is missing, and nothing is allowed.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last step-up
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    agent: Mapped[str] = mapped_column(String(200), default="", server_default="")

    staff: Mapped[Staff] = relationship(lazy="raise")


class AccessLink(Base):
    """A link that lets somebody in once: set-up of the first administrator, invitation, new password.

    `slot` ("setup", or "staff:ID") is unique: a newer link replaces the older one, also between processes.
    """

    __tablename__ = "access_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(String(40), unique=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Upload(Base):
    """A file that waits to be taken over, between looking at what it would do and doing it. One for each session.

    `numbers`: the revisions it was compared with, by the key of the entry.
    """

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("staff_sessions.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    numbers: Mapped[dict[str, int]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RecoveryCode(Base):
    """A code that stands in for the second factor once. Only its digest is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))


class SignInDelay(Base):
    """How long one key (an account from a network, a network, a device) has to wait after failures to sign in."""

    __tablename__ = "sign_in_delays"

    key: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)  # a digest: no address is kept
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    free_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEvent(Base):
    """One change: who, when, what, before and after, from where. Written once and never touched again."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject_id", "subject", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    actor: Mapped[str] = mapped_column(String(LOGIN_LENGTH))
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    origin: Mapped[str] = mapped_column(String(64), default="", server_default="")


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _keep_event(_mapper: Mapper[Any], _connection: Connection, audited: AuditEvent) -> NoReturn:
    """Refuse to rewrite history. The database refuses as well (triggers of migration 0002)."""
    raise ValueError(f"audit event {audited.id} cannot change")
