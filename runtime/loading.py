"""Read the settings. Whatever is wrong with them is said in one line that names the setting, never its value."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from runtime.errors import ConfigurationError
from runtime.settings import PREFIX, Settings

_HINT = "See docs/operators/settings.md."
_TOML, _DOTENV = Path("settings.toml"), Path(".env")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (command line) win. Raises ConfigurationError naming each variable."""
    directory = os.environ.get(f"{PREFIX}SECRETS_DIR")
    if directory and not Path(directory).is_dir():
        raise ConfigurationError(f"{PREFIX}SECRETS_DIR: there is no such folder.", hint=_HINT)
    try:
        return Settings(**{"_secrets_dir": directory or None, **overrides})
    except ValidationError as error:
        raise explain(error, prefix=PREFIX, options=overrides) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{_TOML} cannot be read: {str(error).rstrip('.')}.", hint=_HINT) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{_unreadable(directory)} is not written in UTF-8.", hint=_HINT) from None
    except SettingsError:
        # a section as one value: only JSON could be meant, and pydantic does not say which section
        message = f"A section is set as a whole; set each of its settings: {PREFIX}SECTION__NAME."
        raise ConfigurationError(message, hint=_HINT) from None


def _unreadable(directory: str | None) -> Path:
    """Return the file that is not UTF-8."""
    secrets = sorted(path for path in Path(directory).rglob("*") if path.is_file()) if directory else []
    for path in (_TOML, _DOTENV, *secrets):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return path
        except OSError:
            continue
    return _DOTENV


def explain(error: ValidationError, *, prefix: str, options: Collection[str] = ()) -> ConfigurationError:
    """Turn a validation error into one that names environment variables and never shows a value.

    `options`: settings that were given on the command line instead, and are named as they are there.
    """
    problems = [
        f"{_named(item, prefix, options)}: {_said(item)}"
        for item in error.errors(include_input=False, include_url=False)
    ]
    return ConfigurationError("; ".join(problems), hint=_HINT)


def _named(item: ErrorDetails, prefix: str, options: Collection[str]) -> str:
    parts = [str(part) for part in item["loc"]]
    if parts and parts[0] in options:
        return f"--{parts[0].replace('_', '-')}"
    return f"{prefix}{'__'.join(parts).upper()}"


def _said(item: ErrorDetails) -> str:
    """Return what is wrong, in words for people who never saw our code."""
    match item["type"]:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "there is no such setting"
        case "too_short" | "string_too_short" if item.get("ctx", {}).get("min_length") == 1:
            return "must not be empty"
        case _:
            return item["msg"].removeprefix("Value error, ")


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    """Return what is set, and where, that no setting reads (pydantic ignores a misspelt section silently)."""
    return [*unknown_variables(environment), *_unknown_in_files(environment.get(f"{PREFIX}SECRETS_DIR"))]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the HOIDAP_ names in `environment` that no setting reads."""
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and not _is_known(name.removeprefix(PREFIX)) and name != f"{PREFIX}SECRETS_DIR"
    )


def _is_known(name: str) -> bool:
    """Tell whether a name, without prefix, begins with a setting or a section."""
    return name.partition("__")[0].lower() in Settings.model_fields


def _unknown_in_files(directory: str | None) -> list[str]:
    """Return the names in the files of settings that nothing reads, each with its file. The files can be read."""
    table = tomllib.loads(_TOML.read_text(encoding="utf-8")) if _TOML.is_file() else {}
    lines = [name.upper() for name in dotenv_values(_DOTENV)] if _DOTENV.is_file() else []
    secrets = [path.name for path in Path(directory).iterdir()] if directory else []
    return [
        *(f"{name} in {_TOML}" for name in table if not _is_known(name)),
        *(
            f"{name} in {_DOTENV}"
            for name in lines
            if name.startswith(PREFIX) and not _is_known(name.removeprefix(PREFIX))
        ),
        *sorted(f"{name} in {PREFIX}SECRETS_DIR" for name in secrets if not (name[0] == "." or _is_known(name))),
    ]
