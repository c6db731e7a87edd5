"""A text is a protocol, or every problem in it is told with its line."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocol_text.texts import (
    EXAMPLES,
    TEXT,
    changed,
    problems,
    problems_with,
)
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.reading import read, schema
from wellbeing.protocol.values import BadProtocol

LENGTH = (
    "a length like P7D (days), P2WD (working days), PT24H (hours), PT30M (minutes) or "
    "PT4WH (working hours)"
)


def test_the_small_protocol_reads():
    assert read(TEXT).offers["after_interview"].window.amount == 2


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_read(path):
    assert read(path.read_text()).protocol


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    window: P2WD",
            "    windw: P2WD",
            "line 21, offers.after_interview.windw: there is no such word here. Did "
            "you mean `window`?",
        ),
        (
            'opens: "09:00"',
            'opens: "25:00"',
            'line 5, working_days.opens: found "25:00"; a time like 09:30 is needed.',
        ),
        (
            'opens: "09:00"',
            "opens: 9",
            'line 5, working_days.opens: found "9"; a time like 09:30 is needed.',
        ),
        (
            'opens: "09:00"',
            'opens: "09:00:00+05:00"',
            'line 5, working_days.opens: found "09:00:00+05:00"; a time like 09:30 is '
            "needed.",
        ),
        (
            "    open: P7D",
            "",
            "line 15, offers.after_interview.open: this is missing; "
            f"{LENGTH} is needed.",
        ),
        (
            "window: P2WD",
            "window: 2 days",
            "line 21, offers.after_interview.window: '2 days' is not a length. Write "
            "P7D (days), P2WD (working days), PT24H (hours), PT30M (minutes) or PT4WH "
            "(working hours).",
        ),
        (
            "[mon, tue",
            "[mondy, tue",
            'line 4, working_days.days[1]: found "mondy"; one of mon, tue, wed, thu, '
            "fri, sat, sun is needed. Did you mean `mon`?",
        ),
        (
            "minutes: 50",
            "minutes: 3",
            'line 12, kinds.debrief.minutes: found "3"; a whole number from 5 to 240 '
            "is needed.",
        ),
        (
            "minutes: 50",
            'minutes: "50"',
            'line 12, kinds.debrief.minutes: found "50"; a whole number from 5 to 240 '
            "is needed.",
        ),
        (
            "part: 2",
            "part: true",
            'line 29, offers.any_day.part: found "true"; a whole number is needed.',
        ),
        (
            "part: 2",
            "part: [2]",
            "line 29, offers.any_day.part: found a list; a whole number is needed.",
        ),
        (
            "zone: Europe/London",
            "zone: Europe/Lundon",
            "line 2, zone: 'Europe/Lundon' is no time zone, like Europe/London.",
        ),
        (
            "when: {after: interview}",
            "when: {after: interviw}",
            'line 18, offers.after_interview.when.after: found "interviw"; one of '
            "interview, survey_interview, transcription, coding, group_coding, "
            "analysis_meeting is needed. Did you mean "
            "`interview`?",
        ),
        (
            "when: {after: interview}",
            "when: {afterr: interview}",
            "line 18, offers.after_interview.when.afterr: there is no such word here. "
            "Did you mean `after`?",
        ),
        (
            "kinds: [debrief, quiet_time]",
            "kinds: [debreif, quiet_time]",
            'line 20, offers.after_interview.kinds[1]: found "debreif"; there is no '
            "such kind under `kinds`. Did you mean `debrief`?",
        ),
        (
            "      kind: debrief",
            "      kind: tea",
            'line 25, offers.after_interview.pencil.kind: found "tea"; there is no '
            "such kind under `kinds`. There is: debrief, quiet_time.",
        ),
        (
            "need: {lived_experience",
            "need: {lived_experence",
            "line 47, signoff.need.lived_experence: there is no such word here. Did "
            "you mean `lived_experience`?",
        ),
        (
            "zone: Europe/London",
            "zone: Europe/London\nzone: Asia/Tokyo",
            "line 3, zone: this stands twice, first in line 2. Keep one.",
        ),
        (
            "    part: 2",
            "    part: 2\n    optional: false",
            "line 30, offers.any_day.optional: there is no such word here. There may "
            "be: part, title, when, for, kinds, window, open, logged_within, pencil, "
            "reminder.",
        ),
        (
            "title: On any day",
            "title: 2020-02-30",
            "line 30, offers.any_day.title: found 2020-02-30; there is no such day.",
        ),
        (
            "title: On any day",
            'title: "On any\\0day"',
            "line 30, offers.any_day.title: a control character stands in this; "
            "remove it.",
        ),
    ],
)
def test_a_problem_names_its_line_its_place_and_what_would_be_right(old, new, told):
    assert problems_with((old, new)) == [told]


def test_all_problems_are_told_at_once_by_line():
    found = problems_with(
        ('opens: "09:00"', 'opens: "9am"'),
        ("minutes: 50", "minutes: 500"),
        ("kinds: [debrief, quiet_time]", "kinds: [debrief, tea]"),
        ("review_every: P90D", "review: P90D"),
    )
    assert [one.split(":")[0] for one in found] == [
        "line 5, working_days.opens",
        "line 12, kinds.debrief.minutes",
        "line 20, offers.after_interview.kinds[2]",
        "line 48, review",
    ]


def test_a_time_of_day_needs_no_quotes():
    assert read(changed(('"17:30"', "17:30"))).working_days.closes.hour == 17


def test_yes_and_no_are_words_and_not_answers():
    assert read(changed(("title: On any day", "title: No"))).offers[
        "any_day"
    ].title == ("No")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: a protocol starts with `protocol:` and its name."),
        ("- a list", "line 1: a protocol starts with `protocol:` and its name."),
        ("a: 1\nb: &here 2", "line 2: anchors and aliases (& and *) are not part of "
         "the language."),
        ("a: 1\nb: *here", "line 2: anchors and aliases (& and *) are not part of the "
         "language."),
        ("a: !!str 1", "line 1: a tag (tag:yaml.org,2002:str) is not part of the "
         "language."),
        ("a: 1\n---\nb: 2", "line 2: a second document starts here; one is all."),
        ("a:\n\tb: 1", "line 2: a tab stands here; use spaces."),
        ("a: 1\nb: \x00", "line 2: a control character stands here; remove it."),
        ("a: \ud800", "line 1: a control character stands here; remove it."),
        ("a: b: c", "line 1: the text cannot be read as YAML here (mapping values are "
         "not allowed here)."),
        ("a: " + "[" * 13, "line 1: this is nested deeper than 12 parts."),
    ],
)  # fmt: skip
def test_what_is_no_text_of_this_kind_is_told_in_one_sentence(text, told):
    assert problems(text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*a, *a]\n" for c in "bcdefghij"),
        "a" * 10_000_000,
        "{" + ",".join(f"a{number}" for number in range(100_000)) + "}",
        "{" + "a," * 99_900 + "}",
        "[" * 190_000,
        "? " * 90_000,
        "-\n" * 90_000,
        "a: " + "x " * 90_000,
        "{" + ",".join(f"a{number}" for number in range(2_900)) + "}",
        TEXT + "".join(f"x{n}: {{windw: {n}}}\n" for n in range(900)),
    ],
    ids=[
        "laughs", "long", "keys", "same key", "deep", "questions", "items", "words",
        "most keys", "most parts",
    ],
)  # fmt: skip
def test_an_unkind_text_costs_less_than_a_second(text):
    start = time.process_time()
    with pytest.raises(BadProtocol):
        read(text)
    assert time.process_time() - start < 1


def test_the_schema_names_every_word_and_allows_no_other():
    found = schema()
    assert set(found["properties"]) == {
        info.alias or name for name, info in Protocol.model_fields.items()
    }
    assert found["additionalProperties"] is False
    assert "with" in found["$defs"]["Kind"]["properties"]


# --- whatever somebody types ---------------------------------------------------------


def reads_or_says_why(text):
    told = said(text)
    assert all(one.startswith("line ") and "\n" not in one for one in told)
    assert all(len(one) < 1200 for one in told)


def said(text):
    """The problems of a text; none when it reads."""
    try:
        found = read(text)
    except BadProtocol as problem:
        return problem.problems or ["nothing was said"]
    assert isinstance(found, Protocol)
    return []


@given(st.text(max_size=200))
def test_any_text_at_all_reads_or_says_why(text):
    reads_or_says_why(text)


LINES = TEXT.splitlines()
words = st.sampled_from(
    ["", "null", "5", "-1", "true", "17:30", "P2WD", "[]", "{}", "[a]", "{a: b}", "é",
     "interview", "999999999999999999999", "1.5", '"', "{after: interview}", "now",
     "2020-01-01", "a: b", "1e999", "~", "registry"]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), words), max_size=4))
def test_a_protocol_with_other_values_in_it_reads_or_says_why(edits):
    lines = list(LINES)
    for number, word in edits:
        name = lines[number].partition(":")[0]
        lines[number] = f"{name}: {word}"
    reads_or_says_why("\n".join(lines))


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
tree = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["after", "kinds", "part", "x", "on"]), inner)
    ),
    max_leaves=8,
)
NAMES = sorted(yaml.safe_load(TEXT))


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NAMES), tree, max_size=3))
def test_a_protocol_with_other_parts_in_it_reads_or_says_why(parts):
    data = {**yaml.safe_load(TEXT), **parts}
    reads_or_says_why(yaml.dump(data, allow_unicode=True))
