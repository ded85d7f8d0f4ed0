"""Knowledge files of every format: bytes or a path to items, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from knowledge import azure, qnabot
from knowledge.encodings import text_of
from knowledge.formats import read_json, read_yaml, write_json, write_yaml
from knowledge.parsing import RawFile, check
from knowledge.schema import KnowledgeFile
from knowledge.sheets import read_csv, write_csv
from runtime.errors import KnowledgeError

Made = TypeVar("Made")


def _json(text: str) -> RawFile:
    return qnabot.read(text) if qnabot.is_qnabot(text) else read_json(text)


def _table(text: str) -> RawFile:
    return azure.read(text) if azure.is_azure(text) else read_csv(text)


_READERS: dict[str, Callable[[str], RawFile]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": _json,
    ".csv": _table,
    ".tsv": _table,
}
_WRITERS: dict[str, Callable[[KnowledgeFile], str]] = {
    ".yaml": write_yaml,
    ".yml": write_yaml,
    ".json": write_json,
    ".csv": write_csv,
}
_WORKBOOK = ".xlsx"


def parse(source: Path | str, *, suffix: str = "", unanswered: bool = False) -> KnowledgeFile:
    """Read a knowledge file from a path, or from text whose format `suffix` names (".yaml", ".json", ".csv", ".tsv").

    QnABot's JSON and the TSV of Azure's question answering are told by what they hold. A workbook (".xlsx") is read
    from a path only. `unanswered`: entries need no answer yet, which is enough to try how they are found. Raises
    KnowledgeError, naming the line or row, when the file as a whole cannot be used; what is
    wrong with single entries is in `problems`.
    """
    if isinstance(source, Path):
        name = f"The file {source}"
        return parse_content(_content_of(source), suffix=source.suffix, name=name, unanswered=unanswered)
    read = _for_suffix(_READERS, suffix or (".json" if source.lstrip().startswith("{") else ".yaml"))
    return check(read(source.removeprefix("\ufeff")), unanswered=unanswered)


def parse_content(content: bytes, *, suffix: str, name: str = "The file", unanswered: bool = False) -> KnowledgeFile:
    """Read the bytes of a knowledge file whose format `suffix` names. `name` is what errors call it."""
    if suffix.lower() == _WORKBOOK:
        from knowledge.workbooks import read_xlsx  # a server that imports nothing has no use for Excel in its memory

        return check(read_xlsx(content), unanswered=unanswered)
    read = _for_suffix(_READERS, suffix)
    return check(read(text_of(content, name=name)), unanswered=unanswered)


def write(file: KnowledgeFile, path: Path) -> None:
    """Write a knowledge file in the format that the path's extension names."""
    _store(content_of(file, suffix=path.suffix), path)


def write_printable(file: KnowledgeFile, path: Path, *, on: date) -> None:
    """Write the workbook that is printed and signed; `on`: the day it is printed. It cannot be read back."""
    from knowledge.review import write_review

    if path.suffix.lower() != _WORKBOOK:
        raise KnowledgeError("What is printed for review is a workbook.", hint=f"Name it …{_WORKBOOK}.")
    _store(write_review(file, on=on), path)


def content_of(file: KnowledgeFile, *, suffix: str) -> bytes:
    """Return a knowledge file in the format that `suffix` names. CSV begins with a mark Excel looks for."""
    if suffix.lower() == _WORKBOOK:
        from knowledge.workbooks import write_xlsx

        return write_xlsx(file)
    encoding = "utf-8-sig" if suffix.lower() == ".csv" else "utf-8"
    return _for_suffix(_WRITERS, suffix)(file).encode(encoding)


def left_out(file: KnowledgeFile, suffix: str) -> tuple[str, ...]:
    """Say what of a knowledge file does not fit into the format that `suffix` names."""
    is_table = suffix.lower() in {".csv", _WORKBOOK}
    counts = {"terms": len(file.terms), "competitions": len(file.competitions), "guides": len(file.guides)}
    missing = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if not is_table or not missing:
        return ()
    return (f"{missing} are left out: a table holds entries only. YAML and JSON hold everything.",)


def _for_suffix(known: Mapping[str, Made], suffix: str) -> Made:
    made = known.get(suffix.lower())
    if made is not None:
        return made
    kinds = ", ".join([*known, _WORKBOOK])
    raise KnowledgeError(f"Unknown kind of file: {suffix or 'no extension'}.", hint=f"Use one of {kinds}.")


def _store(content: bytes, path: Path) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise KnowledgeError(f"The file {path} cannot be written: {error.strerror}.", hint="Choose another.") from error


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KnowledgeError(f"The file {path} cannot be read: {error.strerror}.", hint="Check its name.") from error
