"""Scenario 35: two check-ins without an answer, one question, and then a rest."""

import re
from datetime import timedelta

import pytest
import yaml

from checkins import choices, unanswered
from checkins.models import Invitation
from notifications import rendering
from notifications.models import Message
from tests.factories import make_interview
from tests.flows.conftest import AGREED, only
from tests.flows.test_separation import seen as seen_by
from wellbeing import looks, studies
from wellbeing.ticking import tick

DAY = timedelta(days=1)


@pytest.fixture
def agreed(team):
    text = yaml.safe_load(only("after_interview", "any_day", "day_after"))
    text["check_ins_ask_after"] = 2
    for study in (team.study, team.elsewhere):
        studies.add_version(
            study=study,
            text=yaml.safe_dump(text),
            reason="First.",
            active_from=AGREED,
            at=AGREED,
        )
    return team


@pytest.fixture
def interviews(agreed, at):
    """Ada has an interview, and the tick looks at her."""

    def go(days):
        moment = at + days * DAY
        make_interview(
            agreed.study, agreed.ada, ended=moment, code=f"4{days}", minutes=30
        )
        looks.mark_due(study=agreed.study, people=[agreed.ada], at=moment)
        tick(at=moment)

    return go


def told():
    return Message.objects.filter(template="check_ins_go_on")


def check_ins(team):
    return Invitation.objects.for_person(team.ada).filter(withdrawn_at=None)


def test_after_two_without_an_answer_one_question_comes_and_they_rest(
    agreed, interviews
):
    for days in (0, 7):
        interviews(days)
    assert (check_ins(agreed).count(), told().count()) == (2, 0)
    for days in (14, 21, 28):
        interviews(days)
    (message,) = told()
    assert (message.person, message.purpose) == (agreed.ada, "check_in")
    # In the place of the third, at its hour.
    third = Invitation.objects.order_by("ask_at").last().ask_at + 7 * DAY
    assert message.not_before == third
    assert choices.choice_of(agreed.ada).paused_at is not None
    assert Invitation.objects.for_person(agreed.ada).count() == 2


@pytest.mark.parametrize("field", ["answered_at", "skipped_at"])
def test_an_answer_or_a_skip_between_them_begins_the_count_anew(
    agreed, interviews, at, field
):
    interviews(0)
    interviews(7)
    second = check_ins(agreed).order_by("ask_at").last()
    Invitation.objects.filter(pk=second.pk).update(**{field: second.ask_at})
    interviews(14)
    interviews(21)
    assert told().count() == 0
    interviews(28)
    assert told().count() == 1


def test_one_that_is_still_open_is_not_without_an_answer(agreed, interviews):
    for days in (0, 7):
        interviews(days)
    # The second is asked on day 8 and stays open until day 11.
    interviews(9)
    assert told().count() == 0


def test_somebody_else_and_another_study_do_not_count(agreed, interviews, at):
    interviews(0)
    moment = at + 7 * DAY
    unanswered.rest_after(
        person=agreed.ada,
        subjects=f"{agreed.elsewhere.pk}:{agreed.ada.pk}:",
        number=1,
        ask_at=moment,
        closes_at=moment + DAY,
        at=moment,
    )
    assert told().count() == 0


def link_of(message, at):
    body = rendering.letter(message, at=at, to="a@example.org").text
    return re.search(r"https?://[^/\s]+(/check-ins/\S+/stop/\S+/)", body)[1]


@pytest.fixture
def asked(agreed, interviews, at, settings):
    for days in (0, 7, 14):
        interviews(days)
    settings.DEMO_AT = at + 15 * DAY
    return told().get()


def test_opening_the_link_changes_nothing(asked, agreed, at, client):
    before = choices.choice_of(agreed.ada)
    page = client.get(link_of(asked, at))
    assert "Check&#8209;ins: go on, pause or stop?" in page.content.decode()
    after = choices.choice_of(agreed.ada)
    assert (after.paused_at, after.stopped_at) == (before.paused_at, None)


@pytest.mark.parametrize(
    ("word", "paused", "stopped"),
    [("go_on", False, False), ("pause", True, False), ("stop", False, True)],
)
def test_each_answer_is_what_it_says(asked, agreed, at, client, word, paused, stopped):
    assert client.post(link_of(asked, at), {"do": word}).status_code == 302
    choice = choices.choice_of(agreed.ada)
    assert (bool(choice.paused_at), bool(choice.stopped_at)) == (paused, stopped)


def test_who_goes_on_is_asked_again_only_after_two_more(
    asked, agreed, at, client, interviews
):
    client.post(link_of(asked, at), {"do": "go_on"})
    for days in (21, 28):
        interviews(days)
    assert (check_ins(agreed).filter(ask_at__gt=at + 20 * DAY).count()) == 2
    assert told().count() == 1
    interviews(35)
    assert told().count() == 2


def test_a_link_that_was_touched_opens_nothing(asked, agreed, at, client):
    path = link_of(asked, at)
    assert client.get(f"{path[:-3]}x/").status_code == 404


def test_a_coordinator_sees_the_same_with_and_without_it(asked, agreed):
    with_it = seen_by(agreed.lou)
    Message.objects.all().delete()
    choices.start_again(person=agreed.ada, at=asked.created_at)
    assert seen_by(agreed.lou) == with_it


def test_a_team_that_named_no_number_is_never_asked(team, at):
    studies.add_version(
        study=team.study,
        text=yaml.safe_dump(
            {
                key: value
                for key, value in yaml.safe_load(
                    only("after_interview", "any_day", "day_after")
                ).items()
                if key != "check_ins_ask_after"
            }
        ),
        reason="First.",
        active_from=AGREED,
        at=AGREED,
    )
    for days in (0, 7, 14, 21):
        moment = at + days * DAY
        make_interview(team.study, team.ada, ended=moment, code=f"5{days}")
        looks.mark_due(study=team.study, people=[team.ada], at=moment)
        tick(at=moment)
    assert Message.objects.filter(template="check_ins_go_on").count() == 0
    assert check_ins(team).count() == 4
