"""The knowledge file in YAML and JSON: text to records with their lines, and back."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml

from knowledge.parsing import RawFile, Record, unknown_field
from knowledge.schema import KnowledgeFile, Problem, Status, TermKind
from knowledge.snapshot import OnExpiry
from runtime.errors import KnowledgeError

VERSION = 1
_LISTS = ("articles", "entries", "terms", "competitions", "guides")
_TOP_FIELDS = ("version", "article", *_LISTS)
_MAX_DEPTH = 32  # libyaml's node builder recurses in C and ends the process at some 20,000
_LINE_WIDTH = 120
_TEXT_TAG = "tag:yaml.org,2002:str"


def read_yaml(text: str) -> RawFile:
    """Parse YAML. Raises KnowledgeError naming the line when the text as a whole cannot be read."""
    loader = yaml.CSafeLoader(text)
    try:
        _refuse_depth(text)
        with _collection_paused():
            root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise _not_a_mapping()
        return _YamlRecords(loader).raw_file(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable("YAML", mark.line + 1 if mark else None, error.problem or error.context) from error
    except yaml.YAMLError as error:  # the reader's own: a character that may not stand in YAML
        position = getattr(error, "position", None)
        line = None if position is None else text.count("\n", 0, position) + 1
        raise _unreadable("YAML", line, str(getattr(error, "reason", error))) from error
    finally:
        loader.dispose()


def read_json(text: str) -> RawFile:
    """Parse JSON. Raises KnowledgeError naming the line when the text as a whole cannot be read."""
    try:
        root = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise _unreadable("JSON", error.lineno, error.msg) from error
    except RecursionError as error:
        raise _unreadable("JSON", None, "it is nested too deeply") from error
    if not isinstance(root, _Object):
        raise _not_a_mapping()
    if root.repeated:
        raise _unreadable("JSON", None, f"{root.repeated[0]!r} stands there twice")
    found: dict[str, list[Record]] = {name: [] for name in ("article", *_LISTS)}
    for name, value, line in _json_items(text):
        if name in found:
            found[name].append(_record(value, line, getattr(value, "repeated", ())))
    return _raw_file(found, root)


def write_yaml(file: KnowledgeFile) -> str:
    """Write YAML as people write it: fields that say nothing left out, one article above all entries."""
    document = _document(file)
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_LINE_WIDTH)
    return text


def write_json(file: KnowledgeFile) -> str:
    """Write JSON, indented, with Vietnamese letters as they are."""
    return json.dumps(_document(file), ensure_ascii=False, indent=2, default=str) + "\n"


class _Dumper(yaml.CSafeDumper):
    """Writes text of several lines as a block."""


def _represent_text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar(_TEXT_TAG, text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
for _kind in (Status, TermKind, OnExpiry):
    _Dumper.add_representer(_kind, lambda dumper, member: dumper.represent_str(member.value))


def _document(file: KnowledgeFile) -> dict[str, Any]:
    articles = [item.model_dump(exclude_defaults=True) for item in file.articles]
    entries = [item.model_dump(exclude_defaults=True) for item in file.entries]
    others = {"terms": file.terms, "competitions": file.competitions, "guides": file.guides}
    rest = {
        name: [item.model_dump(mode="json", exclude_defaults=True) for item in items]
        for name, items in others.items()
        if items
    }
    only = file.articles[0].key if len(articles) == 1 else None
    if only is not None and entries and all(item.article == only for item in file.entries):
        for entry in entries:
            del entry["article"]
        return {"article": articles[0], "entries": entries} | rest
    return ({"articles": articles} if articles else {}) | {"entries": entries} | rest


def _raw_file(found: Mapping[str, list[Record]], root: Mapping[Any, Any]) -> RawFile:
    """Gather the records under the known fields; `root` gives the names of all fields, and the version."""
    if root.keys().isdisjoint({"entries", "terms", "competitions", "guides"}):
        raise KnowledgeError("The file has no entries.", hint="List them under `entries:`.")
    if root.get("version", VERSION) != VERSION:
        raise KnowledgeError(
            f"The file is written in version {root['version']}.", hint=f"This program reads version {VERSION}."
        )
    strange = tuple(
        Problem(message=unknown_field(str(name), _TOP_FIELDS), is_fatal=False)
        for name in root
        if name not in _TOP_FIELDS
    )
    default = found["article"][0].fields.get("key") if found["article"] else ""
    return RawFile(
        articles=(*found["article"], *found["articles"]),
        entries=tuple(found["entries"]),
        terms=tuple(found["terms"]),
        competitions=tuple(found["competitions"]),
        guides=tuple(found["guides"]),
        default_article=default if isinstance(default, str) else "",
        problems=strange,
    )


def _record(value: Any, line: int, repeated: tuple[str, ...] = ()) -> Record:
    place = f"line {line}"
    if not isinstance(value, dict):
        raise KnowledgeError(f"Expected named fields (key: …), at {place}.", hint="Correct the file.")
    return Record(place=place, fields=value, repeated=repeated)


def _not_a_mapping() -> KnowledgeError:
    return KnowledgeError(
        "The file must hold `article` and `entries` as named fields, at line 1.", hint="See the starter file."
    )


def _unreadable(kind: str, line: int | None, reason: str | None) -> KnowledgeError:
    where = f" at line {line}" if line else ""
    return KnowledgeError(f"The file is not valid {kind}{where}: {reason or 'it cannot be read'}.", hint="Correct it.")


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise _unreadable("YAML", _line_of(event), "it is nested too deeply")


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing tree again and again: 1.1 s become 0.3 s at 10,000 entries."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _line_of(part: yaml.Event | yaml.Node) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1


class _YamlRecords:
    """Builds values node by node, so that each keeps its line and one bad value does not hide the others."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._loader = loader

    def raw_file(self, root: yaml.MappingNode) -> RawFile:
        """Read the top level."""
        found: dict[str, list[Record]] = {name: [] for name in ("article", *_LISTS)}
        fields: dict[Any, Any] = {}
        for name_node, node in root.value:
            name = self._value(name_node)
            if name in fields:
                raise _unreadable("YAML", _line_of(name_node), f"{name!r} stands there twice")
            fields[name] = self._value(node) if name == "version" else None
            if name in found:
                found[name] = [self._one(item) for item in self._items(name, node)]
        return _raw_file(found, fields)

    def _items(self, name: str, node: yaml.Node) -> list[yaml.Node]:
        if name == "article":
            return [node]
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if self._value(node) is None:
            return []
        raise KnowledgeError(f"`{name}` must be a list, at line {_line_of(node)}.", hint="Correct the file.")

    def _one(self, node: yaml.Node) -> Record:
        line = _line_of(node)
        if not isinstance(node, yaml.MappingNode):
            return _record(None, line)
        repeated = _repeated(str(getattr(name, "value", "")) for name, _ in node.value)
        return _record(self._mapping(node), line, repeated)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        self._loader.flatten_mapping(node)  # resolves `<<`: what it merges comes first, so that own fields win
        return {str(self._value(name)): self._value(value) for name, value in node.value}

    def _value(self, node: yaml.Node) -> Any:
        if node.tag == _TEXT_TAG:
            return node.value
        if isinstance(node, yaml.SequenceNode) and all(item.tag == _TEXT_TAG for item in node.value):
            return [item.value for item in node.value]
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.MappingNode) for item in node.value):
            return [self._mapping(item) for item in node.value]
        try:
            return self._loader.construct_document(node)
        except ValueError:  # a number or date that does not exist, as 2024-02-30: checked as the text it is
            return getattr(node, "value", None)


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its names stood there twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    made.repeated = _repeated(name for name, _ in pairs) if len(made) < len(pairs) else ()
    return made


def _repeated(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, times in Counter(names).items() if times > 1)


def _json_items(text: str) -> Iterator[tuple[str, Any, int]]:
    """Yield (field, value, line) of the top level of a valid JSON object; the items of a list one by one."""
    decoder = json.JSONDecoder(object_pairs_hook=_object)
    at = _skip(text, text.index("{") + 1)
    line, counted = 1, 0
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # over the colon
        is_list = name in _LISTS and text[at] == "["
        at = _skip(text, at + 1) if is_list else at
        while not (is_list and text[at] == "]"):
            line, counted = line + text.count("\n", counted, at), at
            value, at = decoder.raw_decode(text, at)
            yield name, value, line
            at = _skip(text, at)
            if not is_list:
                break
            at = _skip(text, at + 1) if text[at] == "," else at
        at = _skip(text, at + 1) if is_list else at
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
