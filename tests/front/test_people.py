"""The coordinator's list of people: their own studies, and nothing beyond."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import join, make_person, make_study
from wellbeing.models import Invitation, Membership, NextLook

NIA = {"name": "Nia Newcomer", "email": "nia@example.org", "roles": ["interviewer"]}


def invite(browser, to, **changed):
    return browser.post(reverse("people"), {"study": to.public_id, **NIA, **changed})


def test_the_list_shows_the_team_and_nobody_elses(team, as_):
    page = as_(team.lou).get(reverse("people")).content.decode()
    for person in (team.ada, team.jo, team.fay):
        assert person.name in page
    assert team.charlie.name not in page
    assert team.ada.email not in page


def test_the_list_takes_as_many_queries_for_three_people_as_for_one(as_, db):
    study = make_study()
    lou = join(study, make_person("Lou Brennan"), "coordinator")
    browser = as_(lou)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("people")).status_code == 200
        return len(queries)

    invite(browser, study)
    one = count()
    for number in range(3):
        join(study, make_person(f"Person {number}"), "interviewer", "coder")
        invite(browser, study, email=f"p{number}@example.org")
    assert count() == one


def test_an_invitation_goes_out_and_can_be_withdrawn(team, as_):
    browser = as_(team.lou)
    assert invite(browser, team.study).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.invited_by, invitation.roles) == (team.lou, ["interviewer"])
    browser.post(reverse("invitation_withdraw", args=[invitation.public_id]))
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "nia"}, "Enter a whole email address"),
        ({"email": ""}, "Enter their email address"),
        ({"name": ""}, "Enter their name"),
        ({"name": "https://evil.example"}, "Use letters only"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["emperor"]}, "Choose roles from the list"),
        ({"roles": ["administrator"]}, "Choose roles from the list"),
        ({"study": "x"}, "Choose one of your studies"),
    ],
)
def test_a_mistake_gets_a_sentence_and_keeps_what_was_typed(team, as_, changed, words):
    answer = invite(as_(team.lou), team.study, **changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(words) >= 1
    assert 'value="Nia Newcomer"' in page or "name" in changed
    assert Invitation.objects.count() == 0


def test_a_coordinator_elsewhere_can_do_nothing_here(team, as_):
    invite(as_(team.lou), team.study)
    mine = Invitation.objects.get()
    browser = as_(team.charlie)
    assert invite(browser, team.study, email="x@example.org").status_code == 422
    withdraw = reverse("invitation_withdraw", args=[mine.public_id])
    assert browser.post(withdraw).status_code == 404
    end = {
        "study": team.study.public_id,
        "person": team.ada.public_id,
        "role": "interviewer",
    }
    assert browser.post(reverse("role_end"), end).status_code == 404
    mine.refresh_from_db()
    assert (mine.withdrawn_at, Invitation.objects.count()) == (None, 1)
    assert Membership.objects.get(person=team.ada).until_date is None


def test_a_role_ends_today_and_the_others_stay(team, as_, at):
    end = {
        "study": team.study.public_id,
        "person": team.fay.public_id,
        "role": "interviewer",
    }
    as_(team.lou).post(reverse("role_end"), end)
    rows = dict(
        Membership.objects.filter(person=team.fay).values_list("role", "until_date")
    )
    assert rows == {"interviewer": at.date(), "coordinator": None}
    assert NextLook.objects.get(person=team.fay).due_at == at


def test_the_last_coordinator_stays(team, as_):
    browser = as_(team.charlie)
    end = {
        "study": team.elsewhere.public_id,
        "person": team.charlie.public_id,
        "role": "coordinator",
    }
    answer = browser.post(reverse("role_end"), end, follow=True)
    assert "A study needs a coordinator." in answer.content.decode()
    assert (
        Membership.objects.get(person=team.charlie, role="coordinator").until_date
        is None
    )


@pytest.mark.parametrize("junk", [{}, {"study": "x"}, {"study": "\x00", "person": "1"}])
def test_junk_in_a_hidden_field_is_nowhere(team, as_, junk):
    assert as_(team.lou).post(reverse("role_end"), junk).status_code == 404
