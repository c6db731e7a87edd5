"""What may stand at a place of the document, in words, read off the schema itself."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from wellbeing.protocol.document import Protocol
from wellbeing.protocol.lengths import Length

Step = str | int
Place = tuple[Step, ...]

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def names_of(part: type[BaseModel]) -> list[str]:
    """The words that may stand in a part, as they are written in a text."""
    return [info.alias or name for name, info in part.model_fields.items()]


def names_at(path: Iterable[Step]) -> list[str]:
    """The words that may stand in the part at a place; of all shapes it may have."""
    return [name for part in _parts(hints_at(path)) for name in names_of(part)]


def keys_at(path: Iterable[Step]) -> list[str]:
    """The closed list of names of a mapping at a place, empty when any name goes."""
    return [
        word
        for hint in hints_at(path)
        if get_origin(hint) is dict
        for word in _words(get_args(hint)[0])
    ]


def words_at(path: Iterable[Step]) -> list[str]:
    """The closed list of words at a place, empty when it is not about words."""
    return [word for hint in hints_at(path) for word in _words(hint)]


def shapes_at(path: Iterable[Step]) -> list[type[BaseModel]]:
    """The parts of which one may stand at a place."""
    return _parts(hints_at(path))


def nearest(shapes: list[type[BaseModel]], data: object) -> type[BaseModel] | None:
    """The shape that somebody who wrote `data` meant, by the words they used."""
    if not isinstance(data, dict) or not shapes:
        return None
    return max(shapes, key=lambda shape: len(set(names_of(shape)) & set(data)))


def in_words(hints: list[Any]) -> str:
    """What would be right: `a time like 09:30`, `one of mon, tue`."""
    found = list(dict.fromkeys(_in_words(hint) for hint in hints))
    return " or ".join(found) or "something else"


def is_bent(value: object, hints: list[Any]) -> bool:
    """Whether a plain value is none of what is asked for, but could be bent into it."""
    bases = {_bare(hint) for hint in hints if get_origin(_bare(hint)) is None}
    if len(bases) != 1 or len(bases) != len(hints):
        return False
    if int in bases:
        return type(value) is not int
    if time in bases:
        return not (isinstance(value, str) and _TIME.fullmatch(value))
    return date in bases and not (isinstance(value, str) and _DAY.fullmatch(value))


def hints_at(path: Iterable[Step]) -> list[Any]:
    """The types of which one may stand at a place; empty when the place is unknown."""
    hints: list[Any] = [Protocol]
    for step in path:
        hints = [inner for hint in hints for inner in _inside(hint, step)]
    return hints


def _inside(hint: Any, step: Step) -> list[Any]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        for name, info in hint.model_fields.items():
            if step == (info.alias or name):
                return _shapes(_annotated(info))
        return []
    base = _bare(hint)
    if get_origin(base) in (dict, list):
        return _shapes(get_args(base)[-1])
    return []


def _annotated(info: FieldInfo) -> Any:
    if not info.metadata:
        return info.annotation
    return Annotated[info.annotation, *info.metadata]


def _shapes(hint: Any) -> list[Any]:
    """The alternatives of a hint; "nothing" is none, since it can be left out."""
    base = _bare(hint)
    if get_origin(base) in (Union, UnionType):
        return [
            shape
            for one in get_args(base)
            if one is not NoneType
            for shape in _shapes(one)
        ]
    return [hint] if get_origin(base) not in (dict, list) else [base]


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _parts(hints: list[Any]) -> list[type[BaseModel]]:
    return [h for h in hints if isinstance(h, type) and issubclass(h, BaseModel)]


def _words(hint: Any) -> list[str]:
    base = _bare(hint)
    if get_origin(base) is not Literal:
        return []
    return [
        word if isinstance(word, str) else _as_written(word) for word in get_args(base)
    ]


def _as_written(word: object) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def _in_words(hint: Any) -> str:
    base = _bare(hint)
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if words := _words(base):
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    if isinstance(base, type) and issubclass(base, BaseModel):
        return _part_in_words(base)
    if get_origin(base) is list:
        return "a list"
    if get_origin(base) is dict:
        return "a part with names"
    if base is int:
        return _number_in_words(marks)
    if base is str:
        return _text_in_words(marks)
    return _SIMPLE.get(base, "something else")


_SIMPLE: dict[Any, str] = {
    time: "a time like 09:30",
    date: "a day like 2026-09-15",
    Length: "a length like P7D (days), P2WD (working days), PT24H (hours), PT30M "
    "(minutes) or PT4WH (working hours)",
    bool: "true or false",
    float: "a number",
}


def _part_in_words(part: type[BaseModel]) -> str:
    wanted = [
        info.alias or name
        for name, info in part.model_fields.items()
        if info.is_required()
    ]
    names = ", ".join(f"`{name}`" for name in wanted or names_of(part))
    return f"a part with {names}"


def _flat(marks: Iterable[Any]) -> Iterable[Any]:
    for mark in marks:
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def _number_in_words(marks: Iterable[Any]) -> str:
    least = most = None
    for mark in _flat(marks):
        least = mark.ge if isinstance(mark, Ge) else least
        most = mark.le if isinstance(mark, Le) else most
    if least is not None and most is not None:
        return f"a whole number from {least} to {most}"
    if least is not None:
        return f"a whole number of at least {least}"
    return f"a whole number of at most {most}" if most is not None else "a whole number"


def _text_in_words(marks: Iterable[Any]) -> str:
    for mark in _flat(marks):
        if isinstance(mark, MaxLen):
            return f"text of 1 to {mark.max_length} characters"
    return "text"


def leaves(
    value: object, path: tuple[Step, ...] = ()
) -> Iterator[tuple[Place, object]]:
    """Every plain value of a document or of one of its parts, with its place."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from leaves(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def is_prose(path: Place) -> bool:
    """Whether words for readers stand at a place, and not a name or a choice."""
    return any(
        _bare(hint) is str
        and hint is not _bare(hint)
        and any(isinstance(mark, MaxLen) for mark in _flat(get_args(hint)[1:]))
        for hint in hints_at(path)
    )
