"""From the text of a protocol to the document, or to every problem in it at once.

Each problem is a sentence that names the line, the place, what stands there and what
would be right. The vocabulary itself is in `document.py`; nothing in here knows a rule
by name, so that a new word in the vocabulary is explained without a change here.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wellbeing.protocol import vocabulary
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.lines import (
    SHOWN,
    Marked,
    NotReadable,
    Path,
    Problem,
    marked,
    said,
)
from wellbeing.protocol.rules import OUR_FORMS
from wellbeing.protocol.values import BadProtocol

_STARTS_WITH_PLACE = re.compile(r"([a-z_0-9]+(?:\.[a-z_0-9]+)+) ")
_GENERAL = "this part "


def read(text: str) -> Protocol:
    """The document in `text`. Raises BadProtocol with a sentence for each problem."""
    try:
        found = marked(text)
    except NotReadable as stopped:
        raise BadProtocol([str(stopped.problem)]) from None
    problems = [*found.problems, *_unknown_names(found), *_lenient(found)]
    try:
        document = Protocol.model_validate(found.data)
    except ValidationError as problem:
        problems += _vocabulary_problems(problem.errors(), found)
    if problems:
        raise BadProtocol([str(one) for one in _once_each(problems)])
    return document


def schema() -> dict[str, Any]:
    """The JSON Schema of a protocol, for editors that check while somebody types."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **Protocol.model_json_schema(by_alias=True)}


def _once_each(problems: list[Problem]) -> list[Problem]:
    """By line, what was found first of each place, and nothing general about a place
    inside which something precise is said."""
    places = {problem.path for problem in problems}
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
    return sorted(
        problem
        for problem in first.values()
        if not (_is_general(problem) and _told_inside(problem.path, places))
    )


def _is_general(problem: Problem) -> bool:
    return problem.sentence.startswith(_GENERAL)


def _told_inside(path: str, told: set[str]) -> bool:
    return any(other.startswith((f"{path}.", f"{path}[")) for other in told)


# --- names that point somewhere ------------------------------------------------------


def _unknown_names(found: Marked) -> Iterator[Problem]:
    """Kinds and steps that are named but stand nowhere.

    Looked up in the bare data, so that they are told together with all other problems.
    """
    data = found.data
    kinds, steps = _names_in(data, "kinds"), _names_in(data, "steps")
    for path, name in _leaves(data.get("offers"), ("offers",)):
        if (
            len(path) > 2
            and _last_name(path) in {"kind", "kinds"}
            and name not in kinds
        ):
            yield _no_such(found, path, name, kinds, "kind")
    forms = [*OUR_FORMS, *_names_in(data, "forms")]
    for path, name in _leaves(data.get("check_ins"), ("check_ins",)):
        if len(path) == 3 and path[-1] == "form" and name not in forms:
            yield _no_such(found, path, name, forms, "form")
    for path, name in _leaves(data.get("before"), ("before",)):
        if isinstance(path[-1], int) and name not in steps:
            yield _no_such(found, path, name, steps, "step")


def _names_in(data: dict[str, Any], part: str) -> list[str]:
    names = data.get(part)
    return list(names) if isinstance(names, dict) else []


def _leaves(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _leaves(value, (*path, number))
    elif isinstance(data, str):
        yield path, data


def _last_name(path: Path) -> str | int:
    return path[-2] if isinstance(path[-1], int) else path[-1]


def _no_such(
    found: Marked, path: Path, name: str, known: list[str], what: str
) -> Problem:
    meant = _meant(name, known)
    known_words = ", ".join(known[:12]) or "none"
    sentence = f"found {_quoted(name)}; there is no such {what} under `{what}s`. "
    sentence += meant or f"There is: {known_words}."
    return Problem(found.line_of(path), said(path), sentence)


def _lenient(found: Marked) -> Iterator[Problem]:
    """Values that pydantic would bend until they fit: "50" for 50, 09:30:00+05 for a
    time. What a team reads aloud must be what the document says."""
    for path in found.written:
        value, hints = _at(path, found.data), vocabulary.hints_at(path)
        if vocabulary.is_bent(value, hints):
            sentence = f"found {_shown(path, found)}; {vocabulary.in_words(hints)} is"
            yield Problem(found.line_of(path), said(path), f"{sentence} needed.")


# --- what the vocabulary says --------------------------------------------------------


def _vocabulary_problems(
    errors: list[ErrorDetails], found: Marked
) -> Iterator[Problem]:
    """One problem for each place; of several shapes the nearest is explained."""
    places: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        if _is_of_another_shape(error, found.data):
            continue
        path = _place(error, found.data)
        places.setdefault(path, []).append(error)
    misspelt = {
        (*path[:-1], name)
        for path, here in places.items()
        if here[0]["type"] == "extra_forbidden"
        for name in _near(path[-1], vocabulary.names_at(path[:-1]))
    }
    for path, here in places.items():
        if here[0]["type"] != "missing" or path not in misspelt:
            yield _problem(path, here, found)


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def _place(error: ErrorDetails, data: Any) -> Path:
    """The error's place in the text: the steps that are only pydantic's left out."""
    path: list[str | int] = []
    steps = error["loc"]
    for number, step in enumerate(steps):
        if _has(data, step):
            data = data[step]
        elif not (error["type"] == "missing" and number == len(steps) - 1):
            continue
        path.append(step)
    return tuple(path)


def _is_of_another_shape(error: ErrorDetails, data: Any) -> bool:
    """Whether the error speaks of a shape that the text did not mean here.

    Where one of several shapes may stand, pydantic reports what each of them lacks.
    """
    for number, step in enumerate(error["loc"]):
        if _has(data, step):
            data = data[step]
        elif number < len(error["loc"]) - 1 and isinstance(step, str):
            shapes = vocabulary.shapes_at(error["loc"][:number])
            nearest = vocabulary.nearest(shapes, data)
            others = {shape.__name__ for shape in shapes if shape is not nearest}
            if nearest and _shape_name(step) in others:
                return True
    return False


def _shape_name(step: str) -> str:
    """The name of a shape in pydantic's steps: `After`, or `function-after[f(), After]`
    for one that is looked at once more as a whole."""
    return step.rstrip("]").rpartition(" ")[2]


def _problem(path: Path, errors: list[ErrorDetails], found: Marked) -> Problem:
    first = errors[0]
    kind = first["type"]
    if not path:
        return _about_all(first, found)
    if kind == "missing":
        needed = vocabulary.in_words(vocabulary.hints_at(path))
        sentence = f"this is missing; {needed} is needed."
        return Problem(found.line_of(path[:-1]), said(path), sentence)
    if kind == "extra_forbidden":
        names = vocabulary.names_at(path[:-1])
        sentence = (
            f"there is no such word here. {_meant(path[-1], names) or _may(names)}"
        )
        return Problem(found.line_of(path), said(path), sentence)
    if any(error["loc"][-1] == "[key]" for error in errors):
        names = vocabulary.keys_at(path[:-1])
        sentence = (
            f"there is no such word here. {_meant(path[-1], names) or _may(names)}"
        )
        return Problem(found.line_of(path), said(path), sentence)
    return Problem(found.line_of(path), said(path), _about_value(path, errors, found))


def _about_value(path: Path, errors: list[ErrorDetails], found: Marked) -> str:
    own = [error for error in errors if error["type"] == "value_error"]
    shown = f"found {_shown(path, found)}; "
    if own and isinstance(_at(path, found.data), dict):
        return _ended(_own_words(own[0]))
    if own:
        sentence = _ended(_own_words(own[0]))
        named = found.written.get(path, "") in sentence
        return sentence if named else shown + sentence
    needed = vocabulary.in_words(vocabulary.hints_at(path))
    meant = _meant(found.written.get(path, ""), vocabulary.words_at(path))
    return f"{shown}{needed} is needed.{' ' + meant if meant else ''}"


def _about_all(error: ErrorDetails, found: Marked) -> Problem:
    """Something about the whole document; it may start by naming its place."""
    sentence = _ended(_own_words(error))
    if place := _STARTS_WITH_PLACE.match(sentence):
        path = tuple(place.group(1).split("."))
        about = _GENERAL + sentence.removeprefix(place.group())
        return Problem(found.line_of(path), place.group(1), about)
    return Problem(1, "", sentence)


def _own_words(error: ErrorDetails) -> str:
    return error["msg"].removeprefix("Value error, ")


def _ended(sentence: str) -> str:
    sentence = sentence if len(sentence) <= 300 else f"{sentence[:300]}…"
    return f"{sentence.rstrip('.')}."


def _at(path: Path, data: Any) -> Any:
    for step in path:
        data = data[step]
    return data


def _shown(path: Path, found: Marked) -> str:
    if path in found.written:
        return _quoted(found.written[path]) if found.written[path] else "nothing"
    return "a list" if isinstance(_at(path, found.data), list) else "a part with names"


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= SHOWN else text[:SHOWN] + "…"}"'


def _near(word: str | int, known: list[str]) -> list[str]:
    if not isinstance(word, str) or not 0 < len(word) <= SHOWN:
        return []
    return list(_nearest(word, tuple(known)))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Asked for twice about one word, and slow: a text may hold thousands."""
    return tuple(get_close_matches(word, known, n=1, cutoff=0.6))


def _meant(word: str | int, known: list[str]) -> str:
    """`Did you mean ...?` when one of the known words is near."""
    return "".join(f"Did you mean `{near}`?" for near in _near(word, known))


def _may(names: list[str]) -> str:
    return f"There may be: {', '.join(names)}." if names else "Remove it."
