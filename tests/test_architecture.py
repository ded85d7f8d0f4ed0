"""The rules of docs/architecture.md that the import contracts cannot express."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("admin", "bot", "knowledge", "runtime", "simulators", "webhooks")
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40

# Exceptions: "path" or "path:function" -> why. Empty is the goal.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
VIETNAMESE_LITERALS = {
    "knowledge/matching/normalizer.py": "tables of letters are the module's subject",
}
READS_THE_CLOCK = {
    "runtime/clock.py": "the one module that asks the machine",
}
READS_THE_ENVIRONMENT = {
    "runtime/loading.py": "where settings come from",
    "server.py": "composition root",
    "admin/cli.py": "composition root of the command line; `doctor` lists unknown HOIDAP_ names",
}

_TONES_AND_SHAPES = (
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}\N{COMBINING HOOK ABOVE}"
    "\N{COMBINING DOT BELOW}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING BREVE}\N{COMBINING HORN}"
)
_STROKE = "\N{LATIN SMALL LETTER D WITH STROKE}\N{LATIN CAPITAL LETTER D WITH STROKE}"
_CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip


def sources() -> list[Path]:
    """Every module of the product; migration scripts are frozen records and stand apart."""
    found = [ROOT / "server.py", *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))]
    return sorted(path for path in found if path.exists() and "versions" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def attribute_uses(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield (owner, attribute, line) for every `owner.attribute` and every `from owner import attribute`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            yield owner, node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield (node.module or "").rpartition(".")[2], alias.name, node.lineno


def is_vietnamese(text: str) -> bool:
    decomposed = unicodedata.normalize("NFD", text)
    return any(
        char in _STROKE or (char in _TONES_AND_SHAPES and before.isalpha())
        for before, char in zip(" " + decomposed, decomposed, strict=False)
    )


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of constants that are docstrings, also those below attributes."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@pytest.fixture(params=sources(), ids=name_of)
def source(request) -> Path:
    return request.param


def test_modules_are_short(source):
    lines = len(source.read_text(encoding="utf-8").splitlines())

    assert lines <= MAX_MODULE_LINES or name_of(source) in LONG_MODULES, f"{lines} lines: split by responsibility"


def test_functions_are_short(source):
    functions = (node for node in ast.walk(tree_of(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = {
        f"{name_of(source)}:{node.name}": length
        for node in functions
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert not long.keys() - LONG_FUNCTIONS.keys(), long


def test_no_vietnamese_in_code(source):
    """Wording belongs to phrases.vi.toml, templates and staff; comments and docstrings may give examples."""
    if name_of(source) in VIETNAMESE_LITERALS:
        return
    tree = tree_of(source)
    explained = docstrings(tree)
    spoken = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in explained
        and is_vietnamese(node.value)
        and is_vietnamese(ast.get_source_segment(source.read_text(encoding="utf-8"), node) or node.value)
    ]

    assert not spoken


def test_only_the_clock_reads_the_time(source):
    if name_of(source) in READS_THE_CLOCK:
        return
    found = [(owner, name, line) for owner, name, line in attribute_uses(tree_of(source)) if (owner, name) in _CLOCKS]

    assert not found, "take `clock` or `now` as an argument"


def test_only_settings_read_the_environment(source):
    if name_of(source) in READS_THE_ENVIRONMENT:
        return
    names = {"environ", "environb", "getenv", "putenv"}
    found = [(name, line) for owner, name, line in attribute_uses(tree_of(source)) if owner == "os" and name in names]

    assert not found, "add a field to runtime/settings.py"


def test_package_files_hold_no_code(source):
    if source.name != "__init__.py":
        return
    first, *rest = tree_of(source).body

    assert isinstance(first, ast.Expr), "say what the package is for"
    assert isinstance(first.value, ast.Constant)
    assert all(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in rest)


@pytest.mark.parametrize(
    "exceptions", [LONG_MODULES, LONG_FUNCTIONS, VIETNAMESE_LITERALS, READS_THE_CLOCK, READS_THE_ENVIRONMENT]
)
def test_exceptions_are_real_and_have_a_reason(exceptions):
    expected = {"server.py", "admin/cli.py"}  # may stand in the list before they need it

    for where, reason in exceptions.items():
        path = where.partition(":")[0]
        assert reason
        assert path in expected or (ROOT / path).exists(), f"{where} is gone: remove it from the list"


def test_import_contracts_are_kept():
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

    run = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def tracked_files() -> list[Path]:
    """Every file that git knows or would add; everything but environments and caches where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        hidden = {".git", ".venv", "var", "node_modules", "__pycache__", "dist", "build"}
        paths = (path for path in ROOT.rglob("*") if not hidden & set(path.relative_to(ROOT).parts))
        return [path for path in paths if path.is_file() and not path.relative_to(ROOT).parts[0].endswith("_cache")]
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


# Assembled, so that this file does not contain what it forbids.
_MACHINE = re.compile("|".join((
    r"(?<![\w.])/(?:" + "work|root|home" + r")/\w",
    r"/opt/" + "pypi",
    "pypi" + r"\.org",
    "files." + "pythonhosted",
    "registry." + "npmjs",
    "registry." + "yarnpkg",
)))  # fmt: skip


def test_nothing_names_a_machine_or_a_registry():
    """A path of one developer's machine or the host of one package mirror is of no use to anyone else."""
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8", "replace")
            found += [f"{name_of(path)}: {match[0]}" for match in _MACHINE.finditer(text)]

    assert not found
