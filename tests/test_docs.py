"""Documentation that can be checked is checked: what exists has its line, and what a line names exists."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prometheus_client.metrics
import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.messages import Mode, OutcomeKind, UpdateKind
from knowledge.matching.model import Verdict
from runtime import telemetry
from runtime.database import Base
from runtime.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PACKAGES = ("admin", "bot", "knowledge", "runtime", "simulators", "webhooks")
PAPERS = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])

# Read by the process or the tests themselves, not through the settings model.
OTHER_VARIABLES = {"HOIDAP_SECRETS_DIR", "HOIDAP_TEST_REQUIRE_ALL"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_of(paper: Path) -> str:
    """Return what stands in code spans and in code blocks that name a language; the others show output."""
    text = read(paper)
    blocks = re.findall(r"^```\w[^\n]*\n(.*?)^```\s*$", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```\s*$", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *spans])


def rows_of(path: Path) -> dict[str, str]:
    """Return the table rows of a page by the code in their first cell."""
    return {
        match[1]: match[0]
        for line in read(path).splitlines()
        if (match := re.match(r"\|\s*`([^`]+)`\s*\|.*", line)) is not None
    }


def fields_of(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields_of(field.annotation, f"{variable}__")
        elif variable != f"{PREFIX}CHANNELS":
            yield variable, field


def channel_models() -> Iterator[tuple[str, type[BaseModel]]]:
    for path in sorted((ROOT / "webhooks").glob("*/settings.py")):
        module = importlib.import_module(f"webhooks.{path.parent.name}.settings")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__module__ == module.__name__:
                yield path.parent.name, thing


def all_settings() -> dict[str, FieldInfo]:
    found = dict(fields_of(Settings, PREFIX))
    for channel, model in channel_models():
        found |= dict(fields_of(model, f"{PREFIX}CHANNELS__{channel.upper()}__"))
    return found


def shown_default(field: FieldInfo) -> str:
    """Say a default the way the page does."""
    default: Any = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default in ("", None, (), [], {}):
        return "empty"
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default, default=str)}`"


@pytest.mark.parametrize(("variable", "field"), [pytest.param(*item, id=item[0]) for item in all_settings().items()])
def test_every_setting_has_its_line_with_its_default(variable, field):
    rows = rows_of(DOCS / "operators/settings.md")

    assert variable in rows, f"docs/operators/settings.md: | `{variable}` | {shown_default(field)} | … |"
    assert f"| {shown_default(field)} |" in rows[variable]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_settings_that_are_documented_exist(paper):
    known = set(all_settings()) | OTHER_VARIABLES
    named = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]\b(?!__|_?\{{|_?…)", read(paper)))

    assert not named - known


def all_metrics() -> dict[str, prometheus_client.metrics.MetricWrapperBase]:
    found = {}
    for thing in vars(telemetry).values():
        if isinstance(thing, prometheus_client.metrics.MetricWrapperBase):
            described = thing.describe()[0]
            found[described.name + ("_total" if described.type == "counter" else "")] = thing
    return found


@pytest.mark.parametrize(("name", "metric"), [pytest.param(*item, id=item[0]) for item in all_metrics().items()])
def test_every_metric_has_its_line_with_its_labels(name, metric):
    rows = rows_of(DOCS / "operators/metrics.md")

    assert name in rows
    assert all(f"`{label}`" in rows[name] for label in metric._labelnames)


def test_metrics_that_are_documented_exist():
    suffixes = ("", "_bucket", "_count", "_sum")
    known = {name + suffix for name in all_metrics() for suffix in suffixes}
    named = {name for paper in PAPERS for name in re.findall(r"\bhoidap_[a-z_]+\b", code_of(paper))}

    assert not named - known


def words_in_code() -> set[str]:
    """Return the words that tables, outcomes, verdicts, modes and kinds of update bring into the language."""
    for path in (*ROOT.glob("*/tables.py"), *ROOT.glob("*/*/tables.py"), *ROOT.glob("runtime/*.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    tables = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.split(".")[0] in {"admin", "bot", "knowledge", "runtime"}
    }
    values = {member.value for words in (OutcomeKind, Verdict, Mode, UpdateKind) for member in words}
    return tables | values


@pytest.mark.parametrize("word", sorted(words_in_code()))
def test_every_word_has_its_line_in_the_glossary(word):
    first_cells = re.findall(r"^\|([^|]+)\|", read(DOCS / "glossary.md"), re.MULTILINE)

    assert any(word in re.findall(r"\w+", cell) for cell in first_cells)


def verbs() -> set[str]:
    """Return the verbs of the command line, subcommands as "group verb"."""
    from typer.main import get_command

    from admin.cli import app

    return set(_names(get_command(app), ""))


def _names(command: Any, prefix: str) -> Iterator[str]:
    for name, sub in getattr(command, "commands", {}).items():
        yield f"{prefix}{name}"
        yield from _names(sub, f"{prefix}{name} ")


def test_every_verb_has_its_line():
    rows = rows_of(DOCS / "operators/running.md")
    documented = {" ".join(re.findall(r"^hoidap ([a-z][a-z -]*[a-z])", first)) for first in rows}

    assert verbs() <= documented


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_that_are_documented_exist(paper):
    code = code_of(paper)
    targets = set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), re.MULTILINE))
    used_verbs = set(re.findall(r"(?:^|[\s/(])hoidap ([a-z][a-z-]*)", code, re.MULTILINE))

    assert not set(re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", code, re.MULTILINE)) - targets
    assert not used_verbs - {verb.split()[0] for verb in verbs()}


def test_commands_that_the_code_recommends_exist():
    """A hint at 2 a.m. must not send anybody to a command that is not there."""
    sources = [ROOT / "server.py", *(path for folder in PACKAGES for path in (ROOT / folder).rglob("*.py"))]
    recommended = {verb: path.name for path in sources for verb in re.findall(r"`hoidap ([a-z][a-z-]*)", read(path))}

    assert not recommended.keys() - {verb.split()[0] for verb in verbs()}, recommended


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_papers_lead_somewhere(paper):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", read(paper))

    assert not [target for target in targets if not (paper.parent / target).exists()]


def test_decisions_are_short_and_numbered_without_gaps():
    papers = sorted((DOCS / "decisions").glob("[0-9]*.md"))

    assert [int(paper.name[:4]) for paper in papers] == list(range(1, len(papers) + 1))
    assert not [paper.name for paper in papers if len(read(paper).splitlines()) > 40 and int(paper.name[:4]) < 10]
