"""Who works where: the page of the teams, and what follows from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.survey.conftest import BEGAN, north
from wellbeing import facts, teams
from wellbeing.models import Membership, NextLook, Team


@pytest.fixture
def lou(survey, client, clock):
    clock(north(1, 9))
    client.force_login(survey.lou)
    return client


def _page(survey):
    return f"/studies/{survey.study.public_id}/teams/"


def test_a_team_is_added_with_its_place(survey, lou):
    answer = lou.post(_page(survey), {"name": "Team 3", "site": "south"})
    assert answer.status_code == 302
    assert Team.objects.get(name="Team 3").site == "south"


@pytest.mark.parametrize(
    ("posted", "field", "words"),
    [
        ({"name": "", "site": "north"}, "name", "Enter a name, like Team 1."),
        ({"name": "Team 1", "site": ""}, "name", "The study has a team of this name."),
        ({"name": "Team 9", "site": "moon"}, "site", "Choose one from the list."),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(
    survey, lou, posted, field, words
):
    page = lou.post(_page(survey), posted)
    assert page.status_code == 422
    assert page.context["form"].errors[field] == [words]
    assert Team.objects.count() == 2


def test_whoever_changes_team_is_counted_where_they_work_and_looked_at_again(
    survey, lou
):
    NextLook.objects.all().delete()
    lou.post(
        _page(survey) + "put/",
        {
            "person": str(survey.nia.public_id),
            "team": str(survey.team_south.public_id),
        },
    )
    assert facts.site(study=survey.study, person=survey.nia) == "south"
    assert NextLook.objects.get().person == survey.nia


def test_a_person_can_be_in_no_team(survey, lou):
    lou.post(_page(survey) + "put/", {"person": str(survey.nia.public_id), "team": ""})
    assert facts.site(study=survey.study, person=survey.nia) == ""
    rows = teams.rows_of(study=survey.study, day=north(1, 0).date())
    assert [person.name for person in rows[-1].people] == ["Nia North"]


def test_nobody_is_put_into_a_team_of_another_study(survey, lou):
    foreign = Team.objects.create(study=survey.elsewhere, name="Theirs")
    for person, team in (
        (survey.charlie, survey.team_north),
        (survey.nia, foreign),
        (survey.cora, survey.team_north),
    ):
        posted = {"person": str(person.public_id), "team": str(team.public_id)}
        assert lou.post(_page(survey) + "put/", posted).status_code == 404
    assert Membership.objects.filter(team=foreign).count() == 0


def test_another_studys_coordinator_sees_nothing(survey, client, clock):
    clock(north(1, 9))
    client.force_login(survey.charlie)
    assert client.get(_page(survey)).status_code == 404
    assert client.post(_page(survey), {"name": "X"}).status_code == 404


def test_the_page_asks_no_more_of_the_database_for_more_people(
    survey, lou, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as few:
        lou.get(_page(survey))
    for name in ("Ona One", "Twm Two"):
        teams.put(
            study=survey.study,
            person=survey._join(name, "interviewer"),
            team=survey.team_north,
            at=BEGAN,
        )
    with django_assert_num_queries(len(few)):
        lou.get(_page(survey))
