"""Marks and agreements of a protocol that cannot hold together. Pure."""

from collections.abc import Iterator

from wellbeing.protocol.document import Protocol
from wellbeing.protocol.finding import Finding
from wellbeing.protocol.marks import Limits, Mark
from wellbeing.protocol.whens import SoMany

# A reflective group larger than this leaves little time for each (domain 2.3).
LARGEST_GROUP = 13


def limits(document: Protocol) -> Iterator[Finding]:
    for kind, marks in document.limits.items():
        place = f"limits.{kind}"
        for span, mark in _marks(marks).items():
            if _above(mark.pace, mark.limit):
                sentence = f"the pace ({mark.pace}) is above the limit ({mark.limit})."
                yield Finding("must", f"{place}.{span}", sentence)
        for shorter, longer in SHORTER_AND_LONGER:
            yield from _shorter_above(marks, shorter, longer, place)


SHORTER_AND_LONGER = (
    ("day", "week"),
    ("day", "days_7"),
    ("week", "days_28"),
    ("days_7", "days_28"),
    ("minutes_day", "minutes_7"),
)


def _marks(marks: Limits) -> dict[str, Mark]:
    found = {name: getattr(marks, name) for name in Limits.model_fields}
    return {name: mark for name, mark in found.items() if isinstance(mark, Mark)}


def _shorter_above(
    marks: Limits, shorter: str, longer: str, place: str
) -> Iterator[Finding]:
    for what in Mark.model_fields:
        few: int | None = getattr(getattr(marks, shorter), what)
        many: int | None = getattr(getattr(marks, longer), what)
        if _above(few, many):
            yield Finding(
                "must" if what == "limit" else "should",
                f"{place}.{shorter}.{what}",
                f"{few} is more than the {what} for {longer} ({many}).",
            )


def _above(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one > other


def about_missing_activities(document: Protocol) -> Iterator[Finding]:
    """Agreements about work that the study does not have."""
    known = {str(kind) for kind in document.activities}
    named = [
        ("assignments.of", document.assignments.of if document.assignments else [])
    ]
    named += [("not_on_one_day", kinds) for kinds in document.not_on_one_day]
    for place, kinds in named:
        for kind in kinds:
            if kind not in known:
                sentence = f"this is about {kind}, which is not among the activities."
                yield Finding("must", place, sentence)
    for place, kinds in named[1:]:
        if len(set(kinds)) < 2:
            sentence = "two kinds of work are needed to keep them apart."
            yield Finding("must", place, sentence)


def marks_without_a_question(document: Protocol) -> Iterator[Finding]:
    """Rules that count what no log asks for, so that they would never hold."""
    for name, rule in document.offers.items():
        when = rule.when
        part = document.activities.get(when.of) if isinstance(when, SoMany) else None
        if part is None or not isinstance(when, SoMany):
            continue
        if when.marked and part.marker is None:
            sentence = f"it counts marked ones; {when.of} has no `marker` to ask for."
            yield Finding("must", f"offers.{name}.when.marked", sentence)
        if when.or_level is not None and when.or_level not in part.levels:
            sentence = f"{when.of} has no level {when.or_level} among its `levels`."
            yield Finding("must", f"offers.{name}.when.or_level", sentence)
    for kind, marks in document.limits.items():
        part = document.activities.get(kind)
        asked = marks.marked_day != Mark()
        if part is not None and asked and part.marker is None:
            sentence = f"{kind} has no `marker` to ask for, so none is ever marked."
            yield Finding("must", f"limits.{kind}.marked_day", sentence)


def also_there(document: Protocol) -> Iterator[Finding]:
    for kind, modes in (document.also_there.in_ if document.also_there else {}).items():
        part, place = document.activities.get(kind), f"also_there.in.{kind}"
        if part is None:
            sentence = f"this is about {kind}, which is not among the activities."
            yield Finding("must", place, sentence)
            continue
        for mode, roles in modes.items():
            if mode not in part.modes:
                sentence = f"{kind} is never held like that: it has no mode {mode}."
                yield Finding("must", f"{place}.{mode}", sentence)
            for role in roles:
                if role not in part.roles:
                    sentence = f"{kind} has no role {role}."
                    yield Finding("must", f"{place}.{mode}", sentence)


def heavy_hours(document: Protocol) -> Iterator[Finding]:
    hours = document.heavy_hours
    if hours is None:
        return
    if hours.from_ >= hours.until:
        sentence = "these hours end before they begin."
        yield Finding("must", "heavy_hours", sentence)
    if hours.friday_until and hours.friday_until <= hours.from_:
        sentence = "on a Friday these hours end before they begin."
        yield Finding("must", "heavy_hours.friday_until", sentence)


def large_groups(document: Protocol) -> Iterator[Finding]:
    for name, kind in document.kinds.items():
        if kind.group_of and kind.group_of > LARGEST_GROUP:
            sentence = (
                f"{kind.group_of} people leave little time for each; up to "
                f"{LARGEST_GROUP} is usual."
            )
            yield Finding("should", f"kinds.{name}.group_of", sentence)


def supporters_own(document: Protocol) -> Iterator[Finding]:
    own = document.supporters_own
    if own and own.least_a_month > own.minutes_a_week * 5:
        sentence = "five weeks do not add up to the least for a month."
        yield Finding("must", "supporters_own.least_a_month", sentence)


def unused_forms(document: Protocol) -> Iterator[Finding]:
    asked = {rule.form for rule in document.check_ins.values()}
    for name in document.forms:
        if name not in asked:
            yield Finding(
                "should", f"forms.{name}", "no check-in asks these questions."
            )


AGREEMENTS = (
    limits,
    about_missing_activities,
    marks_without_a_question,
    also_there,
    heavy_hours,
    large_groups,
    supporters_own,
    unused_forms,
)
