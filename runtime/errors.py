"""The error tree. Every error says what happened (message) and what to do next (hint).

AppError
├── ConfigurationError      the settings cannot work; the process must not start
├── DatabaseError           the database is not usable as it is
│   └── StorageBusy         an update could not be stored now; the platform should send it again
├── LaneLost                a worker outlived its lease; its work was handed to another one
├── CredentialError         a rotating credential cannot be read, sealed or refreshed
├── KnowledgeError          a knowledge file or entry is not acceptable
│   ├── PortalError         a page of the portal was not fetched: refused by our rules, or not to be had
│   └── EditConflict        somebody else changed the entry meanwhile; both versions must be merged
├── BadSignature            a request does not come from whom it says (webhooks)
├── BadPayload              an authentic request whose body cannot be read at all
└── SendError               a platform did not take a delivery (see bot.channel)
"""

from __future__ import annotations


class AppError(Exception):
    """Base of every expected failure.

    The docstring of a subclass is its message when none is given, so no error is ever silent.
    """

    def __init__(self, message: str | None = None, *, hint: str = "") -> None:
        self.message = message or (type(self).__doc__ or type(self).__name__).strip().splitlines()[0]
        self.hint = hint
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message, followed by the hint when there is one."""
        return sentences(self.message, self.hint)


def sentences(message: str, hint: str) -> str:
    """Return what happened and what to do, as two sentences."""
    if not hint:
        return message
    stop = "" if message.endswith((".", "!", "?", "…", ":")) else "."
    return f"{message}{stop} {hint}"


class ConfigurationError(AppError):
    """The settings are incomplete or contradict each other."""


class DatabaseError(AppError):
    """The database is not usable as it is."""


class StorageBusy(DatabaseError):
    """The update could not be stored; it must be sent again."""


class LaneLost(AppError):
    """The lane was taken over by another worker; nothing of this attempt is kept."""


class CredentialError(AppError):
    """A rotating credential cannot be read, sealed or refreshed."""


class KnowledgeError(AppError):
    """The knowledge file or entry is not acceptable."""


class PortalError(KnowledgeError):
    """The page could not be fetched.

    `problem` says why in one word: address, host, robots, redirect, size, type, timeout, unreachable.
    """

    def __init__(self, problem: str, message: str, *, hint: str = "") -> None:
        self.problem = problem
        super().__init__(message, hint=hint)


class EditConflict(KnowledgeError):
    """The entry was changed by somebody else meanwhile."""


class BadSignature(AppError):
    """The request is not authentic."""


class BadPayload(AppError):
    """The request is authentic but its body is not a JSON object."""
