"""The stored test questions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Enum, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.trials.sources import Source
from runtime.database import Base, UtcDateTime


class TestQuestion(Base):
    """A question with the entry that must answer it. `expected` "": none may.

    `folded` is the text without marks and case: it tells questions apart.
    """

    __tablename__ = "test_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(String(500), unique=True)
    text: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(String(120), default="", server_default="", index=True)
    source: Mapped[Source] = mapped_column(
        Enum(Source, native_enum=False, length=16, values_callable=lambda sources: [each.value for each in sources])
    )
    created_by: Mapped[str] = mapped_column(String(255), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
