"""Noting what is done, and the person's own page of it."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import join, make_interview, make_person
from tests.planning.story import agree, plan, prepare
from wellbeing.models import Activity, Prepared, Role


@pytest.fixture
def esi(team):
    esi = join(team.study, make_person("Esi Marsh"), Role.INTERVIEWER)
    prepare(team.study, esi, steps=("interview_training", "role_play"))
    return esi


def fields(team, who, **changes):
    return {
        "study": team.study.public_id,
        "person": who.public_id,
        "step": "live_observation",
        "day": "2026-09-14",
        **changes,
    }


def test_the_plan_page_names_the_step_and_leads_to_the_form(as_, team, esi):
    browser = as_(team.fay)
    stopped = browser.post(
        reverse("plan"),
        {
            "study": team.study.public_id,
            "code": "209",
            "interviewer": esi.public_id,
            "day": "2026-09-21",
            "start_time": "11:00",
            "minutes": "60",
            "mode": "teams",
            "submission": uuid4(),
        },
    )
    assert stopped.status_code == 422
    page = stopped.content.decode()
    assert "<b>Esi Marsh, interviewer: live observation.</b>" in page
    assert "Sit in on one interview as an observer." in page
    assert stopped.context["room"] == [team.ada, team.bem, team.fay]
    address = (
        f"{reverse('plan_prepared')}?study={team.study.public_id}"
        f"&person={esi.public_id}&step=live_observation"
    )
    assert address.replace("&", "&amp;") in page
    form = browser.get(address).content.decode()
    assert f'value="{esi.public_id}" selected' in form
    assert 'value="live_observation" selected' in form
    assert 'value="2026-09-15"' in form
    assert Activity.objects.count() == 0


def test_a_press_notes_it_and_another_takes_it_back(as_, team, esi, at):
    browser = as_(team.lou)
    for _ in range(2):
        said = browser.post(reverse("plan_prepared"), fields(team, esi), follow=True)
        assert "Noted for Esi Marsh." in said.content.decode()
    row = Prepared.objects.get(person=esi, step="live_observation")
    assert (row.done_on, row.noted_by, row.noted_at) == (
        date(2026, 9, 14),
        team.lou,
        at,
    )
    undo = reverse("plan_prepared_undo")
    said = browser.post(undo, fields(team, esi), follow=True).content.decode()
    assert "Taken back. It is no longer noted." in said
    said = browser.post(undo, fields(team, esi), follow=True).content.decode()
    assert "It was no longer noted." in said
    assert browser.get(undo).status_code == 405


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"person": ""}, "person", "Choose who has done it."),
        ({"person": "x"}, "person", "Choose somebody from the list."),
        ({"step": ""}, "step", "Choose what is done."),
        ({"step": "pottery"}, "step", "Choose one from the list."),
        ({"day": ""}, "day", "Choose the day on which it was done."),
        ({"day": "31/02/2026"}, "day", "Enter a day, like 16/09/2026."),
        ({"day": "2026-09-16"}, "day", "That day is still to come."),
        (
            {"day": "0001-01-01"},
            "day",
            "That is more than twenty years ago. Check the day.",
        ),
    ],
)
def test_what_is_unclear_is_said_beside_its_field(
    as_, team, esi, changes, field, sentence
):
    answer = as_(team.lou).post(reverse("plan_prepared"), fields(team, esi, **changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert Prepared.objects.filter(person=esi).count() == 2


@pytest.mark.parametrize("who", ["ada", "gil", "jo", "sam", "charlie"])
def test_nobody_else_notes_or_takes_back(as_, team, esi, who):
    browser = as_(getattr(team, who))
    note, undo = reverse("plan_prepared"), reverse("plan_prepared_undo")
    assert browser.post(note, fields(team, esi)).status_code == 404
    there = fields(team, esi, step="role_play")
    assert browser.post(undo, there).status_code == 404
    other = fields(team, esi, study=team.elsewhere.public_id, step="role_play")
    assert browser.post(undo, other).status_code == 404
    if who != "charlie":
        assert browser.get(note).status_code == 404
    else:
        assert "Esi Marsh" not in browser.get(note).content.decode()
    assert Prepared.objects.filter(person=esi).count() == 2


def test_a_person_sees_their_own_and_nobody_elses(as_, team, esi):
    page = as_(esi).get(reverse("prepared")).content.decode()
    assert "Done on 12&nbsp;January 2026." in page
    assert "Still to be noted. Sit in on one interview as an observer." in page
    assert "Bem Adeyemi" not in page
    assert "Community support" in page
    other = as_(team.charlie).get(reverse("prepared")).content.decode()
    assert "Community support" not in other


def test_somebody_without_steps_reads_that_nothing_is_asked(as_, team):
    for who in (team.gil, team.jo):
        page = as_(who).get(reverse("prepared")).content.decode()
        assert page.count("is asked") == 1


def test_a_log_leaves_a_neutral_note_for_both_and_no_message(as_, team, esi, at):
    make_interview(team.study, esi, ended=at)
    for who, address, note, others in (
        (team.lou, "plan", "Live observation is still to be noted.", team.charlie),
        (
            esi,
            "prepared",
            "Only this is still to be noted: live observation.",
            team.ada,
        ),
    ):
        assert as_(who).get(reverse(address)).content.decode().count(note) == 1
        assert note not in as_(others).get(reverse(address)).content.decode()
    assert esi.messages.count() == 0


def test_an_observation_in_the_log_shows_as_done(as_, team, esi, at):
    make_interview(team.study, esi, ended=at, role=Role.OBSERVER)
    words = "15&nbsp;September 2026, as the log says."
    assert words in as_(esi).get(reverse("prepared")).content.decode()
    assert words in as_(team.lou).get(reverse("plan_prepared")).content.decode()


def test_what_no_role_asks_for_any_more_is_still_shown_to_the_person(as_, team, at):
    team.bem.memberships.update(until_date=at.date())
    page = as_(team.bem).get(reverse("prepared")).content.decode()
    assert page.count("Done on 12&nbsp;January 2026.") == 3


def test_a_coordinator_of_two_studies_chooses(as_, team):
    join(team.elsewhere, team.lou, Role.COORDINATOR)
    agree(team.elsewhere)
    browser = as_(team.lou)
    page = browser.get(reverse("plan_prepared"))
    assert "See Another study" in page.content.decode()
    other = browser.get(
        reverse("plan_prepared"), {"study": team.elsewhere.public_id}
    ).content.decode()
    assert "Charlie Outsider" in other
    assert "Bem Adeyemi" not in other


def grow(team, at):
    for name in ("Uma One", "Vic Two"):
        who = join(team.study, make_person(name), Role.INTERVIEWER)
        make_interview(team.study, who, ended=at, code=name)


@pytest.mark.parametrize("address", ["plan", "plan_prepared"])
def test_the_pages_ask_the_same_number_of_questions_however_many_people(
    as_, team, esi, at, address, django_assert_num_queries
):
    make_interview(team.study, esi, ended=at, code="1")
    browser = as_(team.lou)
    browser.get(reverse(address))
    with CaptureQueriesContext(connection) as with_one:
        browser.get(reverse(address))
    grow(team, at)
    plan(team, at, interviewer=team.ada)
    if address == "plan":
        Activity.objects.planned().delete()
    with django_assert_num_queries(len(with_one)):
        browser.get(reverse(address))


def test_a_long_team_comes_in_pages(as_, team):
    for number in range(60):
        join(team.study, make_person(f"Zoe {number:02}"), Role.CODER)
    browser = as_(team.lou)
    first = browser.get(reverse("plan_prepared")).content.decode()
    assert "<b>Zoe 00</b>" in first
    assert "<b>Zoe 59</b>" not in first
    second = browser.get(reverse("plan_prepared"), {"page": "2"}).content.decode()
    assert "<b>Zoe 59</b>" in second
