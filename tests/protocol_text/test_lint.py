"""Each thing that a team should look at again is found, and nothing else is."""

import pytest

from tests.protocol_text.texts import EXAMPLES, TEXT, document, with_data
from wellbeing.protocol import vocabulary
from wellbeing.protocol.lint import lint
from wellbeing.protocol.reading import read
from wellbeing.protocol.rules import OfferRule


def found(document, **given):
    return [str(finding) for finding in lint(document, **given)]


def found_after(change):
    """What is found in the small protocol once its data has been changed."""
    return found(with_data(change))


def test_nothing_is_found_in_the_small_protocol():
    assert found(document()) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_example_is_kept_from_review(path):
    levels = {finding.level for finding in lint(read(path.read_text()))}
    assert levels <= {"should"}


def test_nothing_can_be_made_a_duty_since_there_is_no_word_for_one():
    words = set(vocabulary.names_of(OfferRule))
    assert words & {"optional", "required", "compulsory", "mandatory", "must"} == set()


MUST = {
    "an exposed role with no offer": (
        lambda d: d["activities"]["interview"]["roles"].append("observer"),
        ["must: activities.interview.roles: an observer is exposed by this and is "
         "offered nothing.",
         "should: offers: the offer on any day leaves out an observer."],
    ),
    "a role that the activity has not": (
        lambda d: d["offers"]["after_interview"]["for"].append("observer"),
        ["must: offers.after_interview: this can never happen for an observer: "
         "interview has no such role."],
    ),
    "an activity that the study has not": (
        lambda d: d["check_ins"]["day_after"].update(when={"after": "coding"}),
        ["must: check_ins.day_after: this is about coding, which is not among the "
         "activities."],
    ),
    "a limit on an activity that the study has not": (
        lambda d: d["limits"].update(coding={"day": {"pace": 1}}),
        ["must: limits.coding: this is about coding, which is not among the "
         "activities."],
    ),
    "no offer on any day": (
        lambda d: d["offers"].pop("any_day"),
        ["must: offers: no offer is there on any day, for no reason "
         "(`standing: true`)."],
    ),
    "a pencil that is not offered": (
        lambda d: d["offers"]["after_interview"].update(kinds=["quiet_time"]),
        ["must: offers.after_interview.pencil: debrief is pencilled but is not among "
         "what is offered."],
    ),
    "a check-in that closes before it opens": (
        lambda d: d["check_ins"]["day_after"].update(open="PT0H"),
        ["must: check_ins.day_after.open: this closes before it opens."],
    ),
    "an offer that closes before it opens": (
        lambda d: d["offers"]["any_day"].update(open="P0D"),
        ["must: offers.any_day.open: this closes before it opens."],
    ),
    "a window of no length": (
        lambda d: d["offers"]["any_day"].update(window="P0WD"),
        ["must: offers.any_day.window: no time can lie in a window of no length."],
    ),
    "a reminder after the end": (
        lambda d: d["offers"]["after_interview"].update(reminder="P7D"),
        ["must: offers.after_interview.reminder: the offer is over by then, so this "
         "reminder never goes out."],
    ),
    "an answer in no time": (
        lambda d: d["requests"].update(answer_within="PT0WH"),
        ["must: requests.answer_within: nobody can answer in no time at all."],
    ),
    "a least that is more than the most": (
        lambda d: d["activities"]["interview"]["usual_minutes"].update(least=200),
        ["must: activities.interview.usual_minutes: the least (200) is more than the "
         "most (180)."],
    ),
    "a pace above its limit": (
        lambda d: d["limits"]["interview"].update(day={"pace": 3, "limit": 2}),
        ["must: limits.interview.day: the pace (3) is above the limit (2).",
         "should: limits.interview.day.pace: 3 is more than the pace for days_7 (2)."],
    ),
    "a limit for a day above the limit for a week": (
        lambda d: d["limits"]["interview"].update(day={"limit": 4}),
        ["must: limits.interview.day.limit: 4 is more than the limit for days_7 (3)."],
    ),
    "one number for two sections": (
        lambda d: d["requests"].update(part=3),
        ["must: part: part 3 is the number of check_ins and requests."],
    ),
    "a word that makes a duty": (
        lambda d: d.update(terms={"debrief": "mandatory debrief"}),
        ['must: terms.debrief: "mandatory" makes a duty of an offer. Better: choice.'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUST)
def test_this_keeps_a_draft_from_review(name):
    change, told = MUST[name]
    assert found_after(change) == told


SHOULD = {
    "an activity with no offer of its own": (
        lambda d: d["activities"].update(
            coding={"roles": ["interviewer"], "usual_minutes": {"least": 1, "most": 9}}
        ),
        ["should: activities.coding: no offer of its own follows from this; only what "
         "is there on any day."],
    ),
    "a kind that no offer names": (
        lambda d: d["kinds"].update(walk={"called": "walk", "minutes": 30}),
        ["should: kinds.walk: no offer names this kind."],
    ),
    "everything rests on one role": (
        lambda d: d["offers"]["any_day"].update(kinds=["debrief"]),
        ["should: offers.any_day.kinds: everything here needs a psychologist; there "
         "is no other kind to turn to."],
    ),
    "a check-in at night": (
        lambda d: d["check_ins"]["day_after"].update(time="21:30"),
        ["should: check_ins.day_after.time: 9:30pm lies in the hours in which most "
         "people want quiet."],
    ),
    "a pencil kept until the early morning": (
        lambda d: d["offers"]["after_interview"]["pencil"]["kept_until"].update(
            time="07:59"
        ),
        ["should: offers.after_interview.pencil.kept_until.time: 7:59am lies in the "
         "hours in which most people want quiet."],
    ),
    "a promise that a weekend swallows": (
        lambda d: d["offers"]["after_interview"].update(window="PT24H"),
        ["should: offers.after_interview.window: 24 hours can pass without one working "
         "hour (63 hours 30 minutes lie between two working days). Working days, like "
         "P1WD, keep the promise."],
    ),
    "nobody with lived experience signs": (
        lambda d: d["signoff"].update(need={"lead": 1}),
        ["should: signoff.need: no member with lived experience signs this."],
    ),
    "a look every two years": (
        lambda d: d.update(review_every="P730D"),
        ["should: review_every: more than a year is long until the team looks at it "
         "again."],
    ),
    "a word that judges": (
        lambda d: d["kinds"]["debrief"].update(called="resilience talk"),
        ['should: kinds.debrief.called: "resilience" is better not said. Better: how '
         "it is going; what would help."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOULD)
def test_this_is_worth_a_thought(name):
    change, told = SHOULD[name]
    assert found_after(change) == told


def test_two_rules_of_one_section_may_share_a_part():
    assert found_after(lambda d: d["offers"]["any_day"].update(part=1)) == []


def test_three_days_over_a_weekend_are_long_enough():
    assert found_after(lambda d: d["offers"]["any_day"].update(window="P3D")) == []


def test_with_the_roles_of_a_study_a_kind_that_nobody_gives_is_found():
    assert found(read(TEXT), held={"psychologist", "interviewer"}) == []
    assert found(read(TEXT), held={"interviewer"}) == [
        "must: kinds.debrief: nobody can give this: the study has nobody who is a "
        "psychologist."
    ]


def test_what_must_change_stands_first():
    def change(data):
        data["kinds"]["debrief"]["called"] = "resilience talk"
        data["offers"].pop("any_day")

    levels = [finding.level for finding in lint(with_data(change))]
    assert levels == ["must", "should"]
