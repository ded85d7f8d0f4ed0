"""What a page of the console is: a tuple of actions, each with its path and the permission it needs.

Routes, menu, permission checks, CSRF and step-up follow from these values; see docs/developers/add-a-page.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from aiohttp import web

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
DEFAULT_BODY = 512 * 1024  # bytes of one posted form; files ask for more


class Role(StrEnum):
    """What a person of staff is trusted with. One person may have several."""

    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What an action needs. The value is what templates ask for: `may("entries.edit")`."""

    ANYONE = "anyone"  # also people who are not signed in
    SIGNED_IN = "signed-in"
    ENTRIES_VIEW = "entries.view"
    ENTRIES_EDIT = "entries.edit"
    ENTRIES_PUBLISH = "entries.publish"
    ARTICLES_VIEW = "articles.view"
    ARTICLES_EDIT = "articles.edit"
    MISSES_VIEW = "misses.view"
    MISSES_EDIT = "misses.edit"
    TESTBOX_USE = "testbox.use"
    TRANSFER_EXPORT = "transfer.export"
    TRANSFER_IMPORT = "transfer.import"
    GUIDES_VIEW = "guides.view"
    GUIDES_EDIT = "guides.edit"
    GUIDES_PUBLISH = "guides.publish"
    COMPETITIONS_VIEW = "competitions.view"
    COMPETITIONS_EDIT = "competitions.edit"
    COMPETITIONS_PUBLISH = "competitions.publish"
    INBOX_VIEW = "inbox.view"
    INBOX_REPLY = "inbox.reply"
    FIGURES_VIEW = "figures.view"
    WORDING_VIEW = "wording.view"
    WORDING_EDIT = "wording.edit"
    ACCOUNTS_MANAGE = "accounts.manage"
    AUDIT_VIEW = "audit.view"
    SYSTEM_VIEW = "system.view"
    SYSTEM_MANAGE = "system.manage"


_READING = frozenset({
    Permission.SIGNED_IN,
    Permission.ENTRIES_VIEW,
    Permission.ARTICLES_VIEW,
    Permission.GUIDES_VIEW,
    Permission.COMPETITIONS_VIEW,
    Permission.TESTBOX_USE,
    Permission.FIGURES_VIEW,
    Permission.WORDING_VIEW,
})  # fmt: skip
_EDITING = _READING | {
    Permission.ENTRIES_EDIT,
    Permission.ARTICLES_EDIT,
    Permission.MISSES_VIEW,
    Permission.MISSES_EDIT,
    Permission.GUIDES_EDIT,
    Permission.COMPETITIONS_EDIT,
    Permission.TRANSFER_EXPORT,
    Permission.TRANSFER_IMPORT,
}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.EDITOR: _EDITING,
    Role.APPROVER: _EDITING
    | {Permission.ENTRIES_PUBLISH, Permission.GUIDES_PUBLISH, Permission.COMPETITIONS_PUBLISH, Permission.WORDING_EDIT},
    Role.OPERATOR: _READING
    | {Permission.INBOX_VIEW, Permission.INBOX_REPLY, Permission.MISSES_VIEW, Permission.MISSES_EDIT},
    Role.ADMINISTRATOR: _READING
    | {
        Permission.MISSES_VIEW,
        Permission.TRANSFER_EXPORT,
        Permission.INBOX_VIEW,
        Permission.WORDING_EDIT,
        Permission.ACCOUNTS_MANAGE,
        Permission.AUDIT_VIEW,
        Permission.SYSTEM_VIEW,
        Permission.SYSTEM_MANAGE,
    },
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that people with these roles may do."""
    return frozenset({Permission.ANYONE, Permission.SIGNED_IN}).union(*(GRANTS[role] for role in roles))


class Section(StrEnum):
    """A heading of the menu, in this order."""

    START = "start"
    KNOWLEDGE = "knowledge"
    CONVERSATIONS = "conversations"
    OVERSIGHT = "oversight"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that can be done: a method and path below /admin, its handler, and who may do it.

    Every POST needs the form token (`{{ ui.token() }}` in its form). `step_up` asks for the password or a code again
    unless that was done within the last minutes. `body` is the size limit of the posted form in bytes.
    """

    method: str
    path: str
    handler: Handler
    permission: Permission
    name: str
    step_up: bool = False
    body: int = DEFAULT_BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of the console. In the menu it appears as `say("NAME.menu")` and leads to its first action.

    `icon` is a name of admin/assets/icons.json.
    """

    name: str
    actions: tuple[Action, ...]
    menu: bool = False
    section: Section = Section.KNOWLEDGE
    icon: str = "list-details"
