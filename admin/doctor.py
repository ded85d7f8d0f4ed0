"""Checks of a running set-up. Each gives findings that say what to do; none messages anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography.fernet import MultiFernet

from admin import second_factor, staff
from admin.page import Role
from bot.channel import Channel, Finding
from knowledge.base import Knowledge
from knowledge.guide_editing import check_guide
from knowledge.guide_store import load_guides
from knowledge.watching.articles import list_articles
from runtime import schema
from runtime.assets import is_built
from runtime.database import Database
from runtime.loading import unknown_names
from runtime.settings import Settings

_ARTICLES = 500  # looked at; those that fail come first
FRONT_ENDS = ("webhooks.webchat", "admin")
_FAILURES = 3  # looks in a row that failed


async def examine(
    db: Database,
    settings: Settings,
    channels: Mapping[str, Channel],
    knowledge: Knowledge | None,
    environment: Mapping[str, str],
    *,
    key: MultiFernet,
) -> list[Finding]:
    """Return every finding, the fundamental ones first. `key`: what second factors should be sealed with."""
    findings = [await _database(db), _knowledge(knowledge), *_environment(environment), *_public_url(settings)]
    findings += _contact(settings)
    findings += front_ends(FRONT_ENDS)
    findings += await _articles(db, settings)
    findings += await _guides(db)
    findings += await _staff(db, settings, key)
    for channel in channels.values():
        findings += await _channel(channel)
        findings += _address(settings, channel)
    return findings


async def _database(db: Database) -> Finding:
    try:
        problem = await schema.pending(db)
    except Exception as error:  # noqa: BLE001 - any driver error means the same to the operator
        return Finding(
            subject="database",
            ok=False,
            message=f"cannot be reached ({type(error).__name__})",
            hint="Check HOIDAP_DATABASE__URL and that the server runs.",
        )
    kind = "embedded SQLite" if db.is_embedded else "PostgreSQL"
    if problem:
        return Finding(subject="database", ok=False, message=problem, hint="Run `hoidap migrate`.")
    return Finding(subject="database", ok=True, message=f"{kind}, schema current")


def _knowledge(knowledge: Knowledge | None) -> Finding:
    if knowledge is None or not knowledge.snapshot.entries:
        return Finding(
            subject="knowledge",
            ok=False,
            message='nothing is published: every question will be answered with "I don\'t know"',
            hint="Run `hoidap import FILE`.",
        )
    snapshot = knowledge.snapshot
    without = sum(1 for entry in snapshot.entries.values() if entry.citation is None)
    message = f"{len(snapshot.entries)} entries, version {snapshot.version}"
    if without:
        return Finding(
            subject="knowledge",
            ok=False,
            message=f"{message}; {without} rest on no article",
            hint="Give each entry an article and a quote.",
        )
    return Finding(subject="knowledge", ok=True, message=message)


async def _articles(db: Database, settings: Settings) -> Sequence[Finding]:
    """Say whether the pages that entries quote can be read, and that a stand-in for the portal is no portal."""
    async with db.reading() as session:
        lines = await list_articles(session, limit=_ARTICLES)
    failing = [line for line in lines if line.failures >= _FAILURES]
    found = [
        Finding(
            subject="articles",
            ok=not failing,
            message=f"{len(failing)} of {len(lines)} could not be read lately" if failing else f"{len(lines)} kept",
            hint="`hoidap articles check` says why.",
        )
    ]
    if settings.portal.trial_address:
        hint = "Unset HOIDAP_PORTAL__TRIAL_ADDRESS."
        found.append(
            Finding(subject="settings", ok=False, message="a stand-in is read instead of the portal", hint=hint)
        )
    return found


async def _guides(db: Database) -> Sequence[Finding]:
    """Say which guides in use have become wrong: an article they quote may say something else by now."""
    async with db.reading() as session:
        used = await load_guides(session, only_published=True)
        checked = [(guide.key, await check_guide(session, guide)) for guide in used]
    faulty = {key: problems for key, found in checked if (problems := [each for each in found if each.is_fatal])}
    if not faulty:
        return [Finding(subject="guides", ok=True, message=f"{len(used)} in use")]
    said = "; ".join(f"{key}: {problem}" for key, problems in faulty.items() for problem in problems)
    return [Finding(subject="guides", ok=False, message=said, hint="Correct and publish them, or withdraw them.")]


async def _staff(db: Database, settings: Settings, key: MultiFernet) -> Sequence[Finding]:
    """Say who can administer, and with how little, and who cannot sign in because the key is another."""
    if not settings.console.enabled:
        return []
    async with db.reading() as session:
        everybody = await staff.people(session)
        shut_out = await second_factor.shut_out(session, key)
    able = [
        person
        for person in everybody
        if person.has_password and person.disabled_at is None and Role.ADMINISTRATOR in person.roles
    ]
    if not able:
        message = "nobody can administer yet: `hoidap staff set-up` prints a link"
        return [Finding(subject="console", ok=True, message=message)]
    without = sum(1 for person in able if not person.has_totp)
    message = f"{len(able)} can administer, {without} of them without a second factor"
    found = [Finding(subject="console", ok=True, message=message)]
    if shut_out:
        message = f"sealed with another key, so that they cannot sign in: the second factor of {', '.join(shut_out)}"
        hint = "Set HOIDAP_SECRET_KEY to the key that sealed them, or run `hoidap staff reset-totp LOGIN` for each."
        found.append(Finding(subject="console", ok=False, message=message, hint=hint))
    return found


def _environment(environment: Mapping[str, str]) -> Sequence[Finding]:
    return [
        Finding(subject="settings", ok=False, message=f"{name} is not a setting", hint="Check its spelling.")
        for name in unknown_names(environment)
    ]


def front_ends(packages: Sequence[str]) -> Sequence[Finding]:
    """Say which front ends were not built: without them there is no widget, and the console has no style."""
    missing = [package for package in packages if not is_built(package)]
    hint = "Run `make install` in the checkout that this was installed from, and install it again."
    return [
        Finding(subject="front end", ok=False, message=f"the one of {package} has not been built", hint=hint)
        for package in missing
    ]


def _public_url(settings: Settings) -> Sequence[Finding]:
    if settings.public_url and not settings.public_url.startswith("https://"):
        return [
            Finding(
                subject="settings",
                ok=False,
                message="HOIDAP_PUBLIC_URL is not https",
                hint="Platforms deliver events to https addresses only.",
            )
        ]
    return []


def _contact(settings: Settings) -> Sequence[Finding]:
    """Say that an "I don't know" sends people to an office that they cannot reach."""
    contact = settings.contact
    if contact.phone or contact.email or contact.address:
        return [Finding(subject="contact", ok=True, message='an "I don\'t know" says how to reach the office')]
    return [
        Finding(
            subject="contact",
            ok=False,
            is_warning=True,
            message='an "I don\'t know" names the office, and no way to reach it',
            hint="Set HOIDAP_CONTACT__PHONE, HOIDAP_CONTACT__EMAIL or HOIDAP_CONTACT__ADDRESS.",
        )
    ]


def _address(settings: Settings, channel: Channel) -> Sequence[Finding]:
    """Say what to enter at the platform; whether it was entered, only some platforms tell."""
    if channel.name == "webchat" or not settings.public_url:
        return []
    address = f"{settings.public_url.rstrip('/')}/webhooks/{channel.name.replace('_', '-')}"
    return [
        Finding(subject=f"{channel.name} address", ok=True, message=f"the platform should send events to {address}")
    ]


async def _channel(channel: Channel) -> Sequence[Finding]:
    try:
        return await channel.check()
    except Exception as error:  # noqa: BLE001 - a check that breaks is itself a finding
        return [
            Finding(
                subject=channel.name,
                ok=False,
                message=f"the check failed ({type(error).__name__})",
                hint="Look at the log of this command.",
            )
        ]
