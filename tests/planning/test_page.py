"""The page for planning: for coordinators, and about load alone."""

# The tables of sentences read better unbroken.
# ruff: noqa: E501

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import join, make_interview
from tests.planning.story import THURSDAY, days_before, done, plan
from wellbeing.models import Activity, Pause, Role, Study


@pytest.fixture
def lou(client, team):
    client.force_login(team.lou)
    return client


def post(client, team, **changes):
    fields = {
        "study": team.study.public_id,
        "code": "209",
        "interviewer": team.bem.public_id,
        "facilitator": "",
        "day": "2026-09-17",
        "start_time": "14:00",
        "minutes": "60",
        "mode": "teams",
        "submission": uuid4(),
        **changes,
    }
    return client.post(reverse("plan"), fields)


def test_a_press_plans_and_leads_back_to_the_list(lou, team):
    answer = post(lou, team, facilitator=team.gil.public_id)
    assert answer.status_code == 302
    row = Activity.objects.get()
    assert (row.starts_at, row.planned_by) == (THURSDAY, team.lou)
    page = lou.get(answer.url).content.decode()
    assert "Planned: Thursday 17\u00a0September, 2pm, London time." in page
    assert "Bem Adeyemi, interviewer; Gil Torres, facilitator." in page


def test_twenty_presses_of_one_form_make_one_plan(lou, team):
    form = uuid4()
    for _ in range(3):
        assert post(lou, team, submission=form).status_code == 302
    assert Activity.objects.count() == 1


def test_a_pace_is_shown_and_a_second_press_goes_on(lou, team):
    done(team, team.bem, *days_before(THURSDAY, 3, 5))
    shown = post(lou, team)
    assert shown.status_code == 200
    page = shown.content.decode()
    sentence = "This would be number 3 in 7 days. The agreed pace is 2."
    assert sentence in page
    assert "Plan it all the same" in page
    assert 'value="209"' in page
    assert Activity.objects.planned().count() == 0
    seen = f"Bem Adeyemi: {sentence}"
    assert f'name="seen" value="{seen}"' in page
    assert post(lou, team, seen=[seen]).status_code == 302


def test_at_a_limit_the_page_offers_other_days_and_keeps_what_was_typed(lou, team):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    shown = post(lou, team, seen=["x"])
    assert shown.status_code == 422
    page = shown.content.decode()
    assert "Planning stops at this limit" in page
    assert "This would be number 4 in 7 days. The limit is 3." in page
    assert shown.context["room"] == [team.ada, team.fay]
    assert 'value="209"' in page
    assert [value for value, _ in shown.context["days"]] == [
        "2026-09-21",
        "2026-09-22",
        "2026-09-23",
    ]
    post(
        lou,
        team,
        other_day="2026-09-22",
        seen=["Bem Adeyemi: This would be number 2 in 7 days. The agreed pace is 2."],
    )
    assert Activity.objects.planned().get().starts_at == THURSDAY + timedelta(days=5)


def test_a_plan_that_somebody_else_holds_is_said_and_nothing_is_lost(
    lou, team, monkeypatch
):
    def held(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(Study.objects, "select_for_update", held)
    answer = post(lou, team)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "Somebody is changing the plan just now. Press again, please."
    ]
    assert 'value="209"' in answer.content.decode()


def test_a_paused_study_says_that_support_goes_on(lou, team):
    Pause.objects.create(study=team.study, reason="x", starts_on=date(2026, 9, 1))
    assert "Support goes on as before" in lou.get(reverse("plan")).content.decode()
    answer = post(lou, team)
    assert answer.context["form"].errors["day"] == [
        "The study is paused then and plans nothing. Support goes on as before."
    ]
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"code": ""}, "code", "Enter the interview number, like 209."),
        ({"code": "9" * 33}, "code", "Keep the number to 32 characters."),
        ({"code": "a\0b"}, "code", "Enter the interview number, like 209."),
        ({"code": "201"}, "code", "The study has an interview with this number."),
        ({"interviewer": ""}, "interviewer", "Choose who interviews."),
        ({"interviewer": "x"}, "interviewer", "Choose somebody from the list."),
        ({"facilitator": "x"}, "facilitator", "Choose somebody from the list."),
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "31/02/2026"}, "day", "Enter a day, like 16/09/2026."),
        ({"day": "2026-09-15"}, "day", "That is past. If it has happened, log it."),
        ({"day": "0001-01-01"}, "day", "That is past. If it has happened, log it."),
        ({"day": "9999-12-31"}, "day", "That is more than two years away. Check the day."),
        ({"start_time": "25:00"}, "start_time", "Enter a time, like 14:00."),
        ({"day": "2027-03-28", "start_time": "01:30"}, "start_time", "The clocks go forward then, so this time is skipped."),
        ({"minutes": "0"}, "minutes", "Enter at least 1 minute."),
        ({"minutes": "1441"}, "minutes", "Enter at most 1440 minutes, which is a whole day."),
        ({"minutes": "long"}, "minutes", "Enter the minutes as a number, like 60."),
        ({"mode": "pigeon"}, "mode", "Choose one from the list."),
        ({"submission": "x"}, "submission", "Open the page again, please."),
    ],
)  # fmt: skip
def test_what_is_unclear_is_said_beside_its_field(
    lou, team, at, changes, field, sentence
):
    make_interview(team.study, team.ada, ended=at, code="201")
    answer = post(lou, team, **changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    page = answer.content.decode()
    if field != "submission":
        assert f'id="id_{field}_error"' in page
        assert "_error" in page.split(f'name="{field}"')[1].split(">")[0]
    assert Activity.objects.planned().count() == 0


@pytest.mark.parametrize("who", ["charlie", "jo", "sam", "lou"])
def test_nobody_from_outside_or_beside_can_be_chosen(lou, team, who):
    page = lou.get(reverse("plan")).content.decode()
    person = getattr(team, who)
    assert str(person.public_id) not in page
    answer = post(lou, team, interviewer=person.public_id)
    assert answer.context["form"].errors == {
        "interviewer": ["Choose somebody from the list."]
    }


def test_somebody_who_has_left_by_then_is_said_beside_the_field(lou, team):
    team.gil.memberships.update(until_date=date(2026, 9, 17))
    answer = post(lou, team, facilitator=team.gil.public_id)
    assert answer.context["form"].errors == {
        "facilitator": ["Gil Torres is not in the team on that day."]
    }


def test_a_plan_is_taken_off_by_a_post_only(lou, team, at):
    row = plan(team, at)
    off = reverse("plan_off", args=[row.public_id])
    assert lou.get(off).status_code == 405
    assert "Taken off the plan." in lou.post(off, follow=True).content.decode()
    assert (
        "It was no longer in the plan." in lou.post(off, follow=True).content.decode()
    )
    assert Activity.objects.planned().count() == 0


def test_another_study_shows_nothing_of_this_one(client, team, at):
    row = plan(team, at)
    client.force_login(team.charlie)
    page = client.get(reverse("plan")).content.decode()
    assert "Nothing is planned at the moment." in page
    assert "Bem Adeyemi" not in page
    assert (
        client.get(reverse("plan"), {"study": team.study.public_id}).status_code == 404
    )
    assert post(client, team).status_code == 404
    for key in (row.public_id, uuid4()):
        assert client.post(reverse("plan_off", args=[key])).status_code == 404
    assert Activity.objects.planned().get() == row


@pytest.mark.parametrize("who", ["ada", "gil", "jo", "sam"])
def test_only_coordinators_find_the_page(client, team, at, who):
    row = plan(team, at)
    client.force_login(getattr(team, who))
    assert client.get(reverse("plan")).status_code == 404
    assert post(client, team).status_code == 404
    assert client.post(reverse("plan_off", args=[row.public_id])).status_code == 404


def test_to_coordinate_one_study_plans_in_no_other(client, team, at):
    row = plan(team, at)
    join(team.elsewhere, team.ada, Role.COORDINATOR)
    client.force_login(team.ada)
    assert post(client, team).status_code == 404
    assert client.post(reverse("plan_off", args=[row.public_id])).status_code == 404
    assert list(Activity.objects.planned()) == [row]


def test_a_coordinator_of_two_studies_chooses(lou, team):
    join(team.elsewhere, team.lou, Role.COORDINATOR)
    page = lou.get(reverse("plan")).content.decode()
    assert "Plan for Another study" in page
    other = lou.get(reverse("plan"), {"study": team.elsewhere.public_id})
    assert other.context["study"] == team.elsewhere


def test_a_log_that_is_awaited_is_told_without_a_word_about_anybody(lou, team, at):
    row = plan(team, at)
    Activity.objects.filter(pk=row.pk).update(
        starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1)
    )
    page = lou.get(reverse("plan")).content.decode()
    assert "Its log is still to come." in page


def test_the_list_asks_the_same_number_of_questions_however_long(
    lou, team, at, django_assert_num_queries
):
    plan(team, at)
    with CaptureQueriesContext(connection) as with_one:
        lou.get(reverse("plan"))
    plan(team, at, code="210", interviewer=team.ada)
    plan(team, at, code="211", interviewer=team.fay, facilitator=team.gil)
    with django_assert_num_queries(len(with_one)):
        lou.get(reverse("plan"))
