"""The numbers, times and lengths of a protocol text that can be changed one by one.

Pure. A value is put in place of the characters of its own node, so that comments, order
and every other character of the text stay as the team wrote them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import yaml

from wellbeing.protocol.agreed_aloud import signing_words
from wellbeing.protocol.named import ACTIVITIES

Form = Literal["number", "clock", "length"]
Place = tuple[str, Form, str, str]
SHAPES: dict[Form, re.Pattern[str]] = {
    "number": re.compile(r"\d{1,5}"),
    "clock": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "length": re.compile(r"P(?:\d{1,4}(?:D|WD)|T\d{1,4}(?:M|H|WH))"),
}
SPANS = (
    ("day", "in a day"),
    ("week", "in a week from Monday to Sunday"),
    ("days_7", "in 7 days"),
    ("days_28", "in 28 days"),
    ("minutes_day", "of minutes in a day"),
    ("minutes_7", "of minutes in 7 days"),
    ("marked_day", "of marked ones in a day"),
    ("days_in_a_row", "of days in a row"),
)
_LIMITS: list[Place] = [
    (f"limits.*.{span}.{mark}", "number", f"{word} {where}", "")
    for span, where in SPANS
    for mark, word in (("pace", "A pace"), ("limit", "A limit"))
]
# Where a leaf stands (`*` is any name), its form, and the words before and after it.
PLACES: tuple[Place, ...] = (
    ("offers.*.window", "length", "The first times lie within", ""),
    ("offers.*.open", "length", "The offer stays open for", ""),
    ("offers.*.logged_within", "length", "It is made when logged within", ""),
    ("offers.*.reminder", "length", "One reminder comes after", ""),
    ("offers.*.pencil.kept_until.days", "number", "A pencilled time is kept", "days"),
    ("offers.*.pencil.kept_until.time", "clock", "On that day, it is kept until", ""),
    (
        "offers.*.pencil.kept_until.at_latest_before",
        "length",
        "It goes back at the latest, before it starts,",
        "",
    ),
    (
        "offers.*.pencil.kept_until.at_least",
        "length",
        "It is pencilled if it can be kept for",
        "",
    ),
    ("check_ins.*.days", "number", "We ask after", "days"),
    ("check_ins.*.time", "clock", "At this time of day", ""),
    ("check_ins.*.open", "length", "The questions stay open for", ""),
    (
        "check_ins_ask_after",
        "number",
        "We ask whether check-ins go on after",
        "in a row without an answer",
    ),
    *_LIMITS,
    ("limits.*.spacing", "length", "The least time between two", ""),
    ("heavy_hours.from", "clock", "Better not before", ""),
    ("heavy_hours.until", "clock", "Better not after", ""),
    ("heavy_hours.friday_until", "clock", "On a Friday, better not after", ""),
    ("heavy_hours.at_a_time", "length", "At a time", ""),
    ("heavy_hours.pause_every", "length", "A pause every", ""),
    ("assignments.due_gap", "length", "No other one is due within", ""),
    ("outside_workers.erased_after", "length", "Their address is erased after", ""),
    ("did_not_happen.again_after", "length", "A second note, without reply,", "later"),
    ("supporters_own.minutes_a_week", "number", "Each has", "minutes a week"),
    ("supporters_own.least_a_month", "number", "At least", "minutes in a month"),
    ("paid_time.minutes_a_month", "number", "For support, each has", "minutes a month"),
    ("messages.quiet_from", "clock", "No text message from", ""),
    ("messages.quiet_until", "clock", "No text message until", ""),
    ("requests.answer_within", "length", "An answer comes within", ""),
    ("signoff.need.*", "number", "Signatures of", ""),
    ("kinds.*.minutes", "number", "", "minutes"),
    ("review_every", "length", "The team looks at it again every", ""),
)


HEADINGS = {
    "check_ins_ask_after": "When check-ins stay without an answer",
    "requests": "When somebody asks to talk",
    "heavy_hours": "Heavy material",
    "assignments": "Before the work",
    "outside_workers": "People without an account",
    "did_not_happen": "When a time did not happen",
    "supporters_own": "Supervision of those who support",
    "paid_time": "Paid time",
    "messages": "Messages",
}


class Unreadable(Exception):
    """The text is not YAML, so that nothing in it has a place."""


@dataclass(frozen=True)
class Leaf:
    """One value: its `path` with dots, what it is about, and where it stands."""

    path: str
    form: Form
    value: str
    about: str
    before: str
    after: str
    start: int
    end: int


def leaves(text: str) -> list[Leaf]:
    """Those of `PLACES` that the text has, in the order of the text. Raises
    Unreadable. A value in another form than expected is left to the text itself."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise Unreadable from problem
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable
    found = list(_walk(root))
    return sorted(found, key=lambda leaf: leaf.start)


def put(text: str, values: Mapping[str, str]) -> str:
    """The text with these values at these paths; paths that it lacks are passed over.

    Raises Unreadable.
    """
    for leaf in reversed(leaves(text)):
        if leaf.path in values:
            value = values[leaf.path]
            written = f'"{value}"' if leaf.form == "clock" else value
            text = text[: leaf.start] + written + text[leaf.end :]
    return text


def _walk(root: yaml.MappingNode) -> Iterator[Leaf]:
    for place, form, before, after in PLACES:
        for names, node in _at(root, place.split(".")):
            value = str(node.value)
            if not SHAPES[form].fullmatch(value):
                continue
            yield Leaf(
                path=".".join(names),
                form=form,
                value=value,
                about=_about(root, names),
                before=_before(before, root, names),
                after=after,
                start=node.start_mark.index,
                end=node.end_mark.index,
            )


def _at(
    node: yaml.Node, steps: list[str]
) -> Iterator[tuple[list[str], yaml.ScalarNode]]:
    if not steps:
        if isinstance(node, yaml.ScalarNode):
            yield [], node
        return
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and steps[0] in {"*", key.value}:
            for names, leaf in _at(value, steps[1:]):
                yield [key.value, *names], leaf


def _said(root: yaml.MappingNode, *steps: str) -> str:
    return next((str(node.value) for _, node in _at(root, list(steps))), "")


def _about(root: yaml.MappingNode, names: list[str]) -> str:
    """The heading under which the leaf stands."""
    match names:
        case ["offers" | "check_ins" as part, name, *_]:
            return _said(root, part, name, "title") or name
        case ["kinds", *_]:
            return "How long each takes"
        case ["limits", name, *_]:
            doing = ACTIVITIES[name].doing if name in ACTIVITIES else name
            return f"How much {doing} in a while"
        case [part, *_]:
            return HEADINGS.get(part, "Who signs")
        case _:
            return ""


def _before(words: str, root: yaml.MappingNode, names: list[str]) -> str:
    """The words in front of the field; some name what the leaf belongs to."""
    if names[0] == "kinds":
        return (_said(root, "kinds", names[1], "called") or names[1]).capitalize()
    if names[0] == "signoff":
        return f"{words} {signing_words(names[-1], 2)}"
    return words
