"""What is different between two documents, in the sentences that read them aloud. Pure.

What a team signs must not hide behind a sentence that stayed the same, so a value that
differs and is in no sentence is told by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from wellbeing.lib import words
from wellbeing.protocol import lengths, vocabulary
from wellbeing.protocol.agreed_aloud import Reading
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.lengths import Length
from wellbeing.protocol.plain import read_aloud
from wellbeing.protocol.vocabulary import Place

NOT_THERE = "This part was not there."
GONE = "This part is no longer there."
_LEFT_OUT = object()


@dataclass(frozen=True)
class Change:
    """`before` None: this is new inside the part. `after` None: this is gone from it.
    `part` None: the change is in no numbered part."""

    part: int | None
    title: str
    before: str | None
    after: str | None


def differences(old: Protocol, new: Protocol) -> list[Change]:
    """Every difference, by part; first what the sentences say, then the rest."""
    before, after = read_aloud(old), read_aloud(new)
    pairs = list(_paired(before, after))
    spoken = [change for pair in pairs for change in _between(*pair)]
    return sorted(spoken, key=lambda c: c.part or 0) + list(_unspoken(old, new))


def _paired(
    before: list[Reading], after: list[Reading]
) -> Iterator[tuple[Reading | None, Reading | None]]:
    """Which part became which: same number and title, else same title, else number."""
    left, right = list(before), list(after)
    for same in (_number_and_title, _title, _number):
        for one in list(left):
            if other := next((r for r in right if same(r) == same(one)), None):
                left.remove(one)
                right.remove(other)
                yield one, other
    yield from ((one, None) for one in left)
    yield from ((None, other) for other in right)


def _number_and_title(reading: Reading) -> object:
    return reading.part, reading.title


def _title(reading: Reading) -> object:
    return reading.title


def _number(reading: Reading) -> object:
    return reading.part


def _between(before: Reading | None, after: Reading | None) -> Iterator[Change]:
    if after is None:
        if before is not None:
            yield Change(before.part, before.title, " ".join(before.sentences), GONE)
        return
    part, title = after.part, after.title
    if before is None:
        yield Change(part, title, NOT_THERE, " ".join(after.sentences))
        return
    if before.part != part:
        yield Change(part, title, f"Part {before.part}.", f"Part {part}.")
    if before.title != title:
        yield Change(part, title, f"{before.title}.", f"{title}.")
    matcher = SequenceMatcher(None, before.sentences, after.sentences, autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        if what != "equal":
            was, now = before.sentences[i:j], after.sentences[k:m]
            yield Change(part, title, " ".join(was) or None, " ".join(now) or None)


# --- what no sentence says -----------------------------------------------------------


def _unspoken(old: Protocol, new: Protocol) -> Iterator[Change]:
    """Values that differ and that nobody would hear when the two are read aloud.

    A value is heard when putting it alone into the old document changes a sentence.
    """
    for section in ("offers", "check_ins"):
        for was, now in _renamed(getattr(old, section), getattr(new, section)):
            part = getattr(new, section)[now].part
            yield Change(part, _name((section, "name in the document")), was, now)
            rules = dict(getattr(old, section))
            rules[now] = rules.pop(was)
            old = old.model_copy(update={section: rules})
    heard_before = read_aloud(old)
    for path, before, after in _differing(old, new, ()):
        if not _heard(old, path, after, heard_before):
            shown = _shown(before), _shown(after)
            yield Change(_part_of(path, new), _name(path), *shown)


def _renamed(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Rules that have another name but the same title."""
    gone = {rule.title: name for name, rule in old.items() if name not in new}
    for name, rule in new.items():
        if name not in old and rule.title in gone:
            yield gone.pop(rule.title), name


def _differing(
    old: Any, new: Any, path: Place
) -> Iterator[tuple[Place, object, object]]:
    """The smallest places at which the two differ, with what stands in each."""
    if old == new:
        return
    if isinstance(old, BaseModel) and type(old) is type(new):
        for name, info in type(old).model_fields.items():
            inner = getattr(old, name), getattr(new, name)
            yield from _differing(*inner, (*path, info.alias or name))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            inner = old.get(key, _LEFT_OUT), new.get(key, _LEFT_OUT)
            yield from _differing(*inner, (*path, key))
    else:
        yield path, old, new


def _heard(
    old: Protocol, path: Place, value: object, heard_before: list[Reading]
) -> bool:
    try:
        return read_aloud(_with(old, path, value)) != heard_before
    except LookupError:
        # It makes no sense without the other changes; then it is told by its name.
        return False


def _with(old: Any, path: Place, value: object) -> Any:
    """A copy of `old` with one value put in, or left out of a mapping."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(old, dict):
        inner = _with(old.get(step), rest, value)
        others = {key: one for key, one in old.items() if key != step}
        return others if inner is _LEFT_OUT else {**old, step: inner}
    fields = type(old).model_fields.items()
    name = next(name for name, info in fields if step == (info.alias or name))
    return old.model_copy(update={name: _with(getattr(old, name), rest, value)})


def _part_of(path: Place, new: Protocol) -> int | None:
    part: Any = getattr(new, str(path[0]), None)
    if isinstance(part, dict) and len(path) > 1:
        part = part.get(path[1])
    number = getattr(part, "part", None)
    return number if isinstance(number, int) else None


def _name(path: Place) -> str:
    """`Kinds, short call, minutes`: a place in words."""
    steps = [
        f"number {step + 1}" if isinstance(step, int) else step.replace("_", " ")
        for step in path
    ]
    name = ", ".join(steps)
    return name[:1].upper() + name[1:]


def _shown(value: object) -> str | None:
    if value is None or value is _LEFT_OUT:
        return None
    if isinstance(value, Length):
        return lengths.words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return words.wall_words(value)
    if isinstance(value, BaseModel | dict | list):
        found = vocabulary.leaves(value)
        shown = [f"{_inner_name(path)}{_shown(one)}" for path, one in found]
        return "; ".join(shown) or "nothing"
    return str(value)


def _inner_name(path: Place) -> str:
    steps = [step.replace("_", " ") for step in path if isinstance(step, str)]
    return f"{' '.join(steps)} " if steps else ""
