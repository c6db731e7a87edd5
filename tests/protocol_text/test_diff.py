"""What is different is said in the sentences that the team reads, and nothing hides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol_text.texts import EXAMPLES, TEXT, document, with_data
from wellbeing.protocol import vocabulary
from wellbeing.protocol.diff import GONE, NOT_THERE, Change, differences
from wellbeing.protocol.reading import read

SMALL = read(TEXT)


def test_a_text_does_not_differ_from_itself():
    for path in EXAMPLES:
        one = read(path.read_text())
        assert differences(one, read(path.read_text())) == []


def test_only_the_sentences_that_differ_are_told():
    assert differences(SMALL, document(("window: P2WD", "window: P3WD"))) == [
        Change(
            1,
            "After an interview",
            "The first times lie within 2 working days.",
            "The first times lie within 3 working days.",
        )
    ]


def test_a_sentence_that_is_new_has_nothing_before_it():
    old = document(("    reminder: P2D\n", ""))
    assert differences(old, SMALL) == [
        Change(
            1,
            "After an interview",
            None,
            "One short reminder comes after 2 days, and then nothing more.",
        )
    ]


def without_check_ins():
    return with_data(lambda data: data.pop("check_ins"))


def test_a_part_that_is_new_or_gone_is_told_as_a_whole():
    (gone,) = differences(SMALL, without_check_ins())
    assert (gone.part, gone.title, gone.after) == (3, "The day after", GONE)
    (new,) = differences(without_check_ins(), SMALL)
    assert (new.part, new.before, new.after) == (3, NOT_THERE, gone.before)


def test_a_part_with_another_number_or_title_is_still_the_same_part():
    assert differences(SMALL, document(("part: 2", "part: 7"))) == [
        Change(7, "On any day", "Part 2.", "Part 7.")
    ]
    assert differences(SMALL, document(("On any day", "Whenever you like"))) == [
        Change(2, "Whenever you like", "On any day.", "Whenever you like.")
    ]


def test_a_value_in_no_sentence_is_told_by_its_name():
    assert differences(
        SMALL, document(("logged_within: P28D", "logged_within: P7D"))
    ) == [Change(1, "Offers, after interview, logged within", "28 days", "7 days")]


def test_a_rule_with_another_name_is_told_by_its_name():
    assert differences(SMALL, document(("  any_day:", "  whenever:"))) == [
        Change(2, "Offers, name in the document", "any_day", "whenever")
    ]


def test_a_rule_that_follows_from_something_else_is_told():
    def change(data):
        data["offers"]["after_interview"]["when"] = {"every": "month"}

    assert differences(SMALL, with_data(change)) != []


LEAVES = [path for path, _ in vocabulary.leaves(SMALL)]


@given(st.lists(st.sampled_from(LEAVES), min_size=1, max_size=3, unique=True))
def test_two_texts_that_differ_never_read_as_the_same(paths):
    other = SMALL
    for path in paths:
        other = with_another_value(other, path)
    assert (differences(SMALL, other) == []) == (other == SMALL)


def with_another_value(document, path):
    """The document with a value that says something else at one place, if one can."""
    value = dict(vocabulary.leaves(document))[path]
    if isinstance(value, bool) or value is None:
        return document
    if isinstance(value, int):
        return put(document, path, value + 1)
    if isinstance(value, str) and vocabulary.is_prose(path):
        return put(document, path, f"{value} too")
    return document


def put(part, path, value):
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(part, dict):
        return {**part, step: put(part[step], rest, value)}
    if isinstance(part, list):
        return [put(v, rest, value) if n == step else v for n, v in enumerate(part)]
    fields = type(part).model_fields.items()
    name = next(name for name, info in fields if (info.alias or name) == step)
    return part.model_copy(update={name: put(getattr(part, name), rest, value)})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_any_two_examples_can_be_compared_both_ways(path):
    one = read(path.read_text())
    assert differences(SMALL, one) != []
    assert differences(one, SMALL) != []
