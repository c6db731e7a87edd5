"""Leaves and marks: changing one value, and telling two texts apart. Pure."""

import pytest

from tests.drafts.story import TEXT
from wellbeing.drafts.leaves import PLACES, SHAPES, Unreadable, leaves, put
from wellbeing.drafts.marks import Piece, change, marked
from wellbeing.protocol.plain import Reading
from wellbeing.protocol.reading import read

OTHER = {"number": "4", "clock": "11:30", "length": "P11D"}


def test_each_leaf_says_what_stands_in_the_text():
    for leaf in leaves(TEXT):
        assert TEXT[leaf.start : leaf.end].strip('"') == leaf.value
        assert SHAPES[leaf.form].fullmatch(leaf.value)


def test_one_changed_value_changes_one_line_and_nothing_else():
    for leaf in leaves(TEXT):
        new = put(TEXT, {leaf.path: OTHER[leaf.form]})
        old_lines, new_lines = TEXT.splitlines(), new.splitlines()
        differing = [
            number
            for number, pair in enumerate(zip(old_lines, new_lines, strict=True))
            if pair[0] != pair[1]
        ]
        here = TEXT.count("\n", 0, leaf.start)
        assert differing in ([here], []), leaf.path


def test_comments_quotes_and_order_stay():
    text = "kinds:  # ours\n  b: {minutes: 50}   # fifty\n  a: {minutes: 20}\n"
    assert put(text, {"kinds.b.minutes": "45"}) == text.replace("50", "45")


def test_many_values_at_once_all_arrive():
    values = {leaf.path: OTHER[leaf.form] for leaf in leaves(TEXT)}
    found = {leaf.path: leaf.value for leaf in leaves(put(TEXT, values))}
    assert found == values


def test_letters_beyond_the_alphabet_move_no_place():
    text = "kinds:\n  a: {called: 'Café 🙂', minutes: 20}\n"
    assert put(text, {"kinds.a.minutes": "30"}) == text.replace("20", "30")


def test_a_time_stays_in_quotes():
    path = "check_ins.day_after.time"
    new = put(TEXT, {path: "09:15"})
    assert read(new).check_ins["day_after"].time.isoformat() == "09:15:00"


def test_a_value_in_a_form_of_its_own_is_left_to_the_text():
    assert leaves("review_every: [P7D]\nrequests: {answer_within: soon}\n") == []


@pytest.mark.parametrize("text", ["a: [", "- a list", "", "{" * 3000, "a: \x07"])
def test_a_text_without_places_says_so(text):
    with pytest.raises(Unreadable):
        leaves(text)


def test_every_place_is_a_place_of_the_vocabulary():
    tops = {place.split(".")[0] for place, *_ in PLACES}
    fields = {name.rstrip("_") for name in type(read(TEXT)).model_fields}
    assert tops - fields == set()


def test_a_changed_word_is_marked_and_the_rest_is_not():
    old = "The offer stays open for 7 days and then people can still ask."
    new = old.replace("7", "10")
    assert change(old, new) == (
        Piece("same", "The offer stays open for"),
        Piece("del", "7"),
        Piece("ins", "10"),
        Piece("same", "days and then people can still ask."),
    )


def test_two_sentences_with_little_in_common_are_one_out_and_one_in():
    assert change("Nobody is told.", "A reminder comes after 2 days.") == (
        Piece("del", "Nobody is told."),
        Piece("ins", "A reminder comes after 2 days."),
    )


def test_parts_that_come_and_go_are_marked_whole():
    stays = Reading(1, "One", ("Same.",))
    gone, new = Reading(2, "Two", ("Old.",)), Reading(3, "Three", ("New.",))
    parts = marked([stays, gone], [stays, new])
    kinds = [(part.title, part.kind, part.changed) for part in parts]
    assert kinds == [
        ("One", "same", False),
        ("Two", "del", True),
        ("Three", "ins", True),
    ]


def test_a_part_with_a_new_name_is_still_the_same_part():
    (part,) = marked([Reading(1, "Old", ("A.",))], [Reading(1, "New", ("A.",))])
    assert (part.title, part.kind, part.changed) == ("New", "same", False)


def test_a_text_against_itself_has_no_change():
    readings = [Reading(1, "One", ("A.", "B.")), Reading(1, "One", ("C.",))]
    assert [part.changed for part in marked(readings, readings)] == [False, False]
