"""YAML text as plain data, with the line of each place in it.

A small part of YAML: one document of mappings, lists and plain values, at most
`DEEPEST` deep. Aliases, tags and merged mappings are refused before they are followed,
so that no text can grow while it is read. Values mean what they look like: `17:30` is
those five characters (YAML would make 1050 of it), and `yes` and `no` are words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LARGEST = 200_000
DEEPEST = 12
MOST_PLACES = 5_000
SHOWN = 60

Path = tuple[str | int, ...]

# Control characters and halves of characters stand in no word that a person wrote; a
# database refuses some of them and a mail may be broken by others.
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_BROKEN = re.compile(r"[+-]?\d{1,15}\.\d{1,15}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN: dict[str, object] = {
    "true": True, "false": False, "null": None, "~": None, "": None,
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is not right, where it stands, and what would be right."""

    line: int
    path: str
    sentence: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.path}" if self.path else f"line {self.line}"
        # What was found may hold line ends; a problem is always one line.
        return " ".join(f"{where}: {self.sentence}".split())


class NotReadable(Exception):
    """The text stops being readable at one place; nothing after it was looked at."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class Marked:
    """The data of a text, the line and the written form of each place in it, and what
    was wrong on the way."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of a place, or of the nearest part around it that exists."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1


def marked(text: str) -> Marked:
    """The data in `text`. Raises NotReadable where it is no YAML of this kind."""
    _check_characters(text)
    found = Marked()
    found.data = _value(_root(text), (), found)
    return found


def said(path: Path) -> str:
    """`offers.after_interview.kinds[2]`, shortened where somebody wrote a novel."""
    steps = "".join(
        f"[{s + 1}]" if isinstance(s, int) else f".{s[:SHOWN]}" for s in path
    )
    return steps.removeprefix(".")


def _check_characters(text: str) -> None:
    if len(text) > LARGEST:
        raise NotReadable(
            Problem(
                1, "", f"the text has {len(text):,} characters; {LARGEST:,} is most."
            )
        )
    if odd := _ODD.search(text):
        raise _stop_at(text, odd.start(), "a control character stands here; remove it.")
    if (tab := text.find("\t")) >= 0:
        raise _stop_at(text, tab, "a tab stands here; use spaces.")


def _stop_at(text: str, index: int, sentence: str) -> NotReadable:
    return NotReadable(Problem(text.count("\n", 0, index) + 1, "", sentence))


def _root(text: str) -> Node:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as problem:
        raise _not_yaml(problem) from None
    except (yaml.YAMLError, ValueError):
        raise NotReadable(Problem(1, "", "this cannot be read as YAML.")) from None
    if not isinstance(node, MappingNode):
        sentence = "a protocol starts with `protocol:` and its name."
        raise NotReadable(Problem(1, "", sentence))
    return node


def _not_yaml(problem: yaml.MarkedYAMLError) -> NotReadable:
    mark = problem.problem_mark or problem.context_mark
    line = mark.line + 1 if mark else 1
    if problem.problem == "but found another document":
        return NotReadable(
            Problem(line, "", "a second document starts here; one is all.")
        )
    why = f" ({problem.problem[:120]})" if problem.problem else ""
    return NotReadable(Problem(line, "", f"the text cannot be read as YAML here{why}."))


class _Loader(yaml.SafeLoader):
    """Stops at the first thing that this language has no place for."""

    depth = 0
    places = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self._allow(event)
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _allow(self, event: Any) -> None:
        self.places += 1
        why = ""
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            why = "anchors and aliases (& and *) are not part of the language."
        elif getattr(event, "tag", None):
            why = f"a tag ({event.tag[:SHOWN]}) is not part of the language."
        elif self.depth >= DEEPEST:
            why = f"this is nested deeper than {DEEPEST} parts."
        elif self.places > MOST_PLACES:
            why = f"there are more than {MOST_PLACES:,} names and values."
        if why:
            raise NotReadable(Problem(event.start_mark.line + 1, "", why))


def _value(node: Node, path: Path, found: Marked) -> Any:
    found.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return {
            name: _value(value, (*path, name), found)
            for name, value in _named(node, path, found)
        }
    if isinstance(node, SequenceNode):
        return [_value(v, (*path, n), found) for n, v in enumerate(node.value)]
    assert isinstance(node, ScalarNode)  # noqa: S101 - YAML has no fourth kind of node
    return _scalar(node, path, found)


def _named(node: MappingNode, path: Path, found: Marked) -> Iterator[tuple[str, Node]]:
    """The names and values of a mapping; of two with one name only the first."""
    first: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            sentence = "a name is needed before the colon, not a list or a part."
            found.problems.append(Problem(line, said(path), sentence))
            continue
        name = key.value
        where = (*path, name)
        if name in first:
            # Of two rules with one name one would be a promise that nobody keeps.
            sentence = f"this stands twice, first in line {first[name]}. Keep one."
            found.problems.append(Problem(line, said(where), sentence))
            continue
        first[name] = line
        if _ODD.search(name):
            found.problems.append(Problem(line, said(path), _ODD_SENTENCE))
            continue
        found.lines[where] = line
        yield name, value


_ODD_SENTENCE = "a control character stands in this; remove it."


def _scalar(node: ScalarNode, path: Path, found: Marked) -> Any:
    text: str = node.value
    line = node.start_mark.line + 1
    found.lines[path] = line
    found.written[path] = text
    if _ODD.search(text):
        found.problems.append(Problem(line, said(path), _ODD_SENTENCE))
        return ""
    if node.style is not None:
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        _check_day(text, line, path, found)
    return text


def _check_day(text: str, line: int, path: Path, found: Marked) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        sentence = f"found {text}; there is no such day."
        found.problems.append(Problem(line, said(path), sentence))
