"""Who leaves a study keeps the standing offer until support ends."""

from datetime import timedelta

import pytest

from tests.flows.conftest import AGREED, only
from wellbeing import looks, memberships, studies
from wellbeing.models import Offer
from wellbeing.ticking import tick


@pytest.fixture
def left(team, clock, at, client):
    """Ada's last role ends; the protocol offers a conversation at the end."""
    studies.add_version(
        study=team.study,
        text=only("leaving", "any_day"),
        reason="At the end too.",
        active_from=AGREED,
        at=AGREED,
    )
    memberships.end_role(
        study=team.study, person=team.ada, role="interviewer", at=at - timedelta(days=1)
    )
    clock(at + timedelta(days=1))
    tick(at=at + timedelta(days=1))
    client.force_login(team.ada)
    return client


def test_leaving_brings_an_offer_that_can_be_opened(left, team):
    offer = Offer.objects.get(person=team.ada)
    page = left.get(f"/offers/{offer.public_id}/")
    assert "your work in the study has come to an end" in page.content.decode()


def test_support_stays_open_and_the_log_does_not(left):
    codes = [left.get(path).status_code for path in ("/", "/support/", "/times/")]
    assert codes == [200, 200, 200]
    assert left.get("/log/").status_code == 404
    assert "Log an interview" not in left.get("/").content.decode()


def test_the_standing_offer_outlives_the_study_and_ends_with_support(left, team, at):
    team.study.closed_on = at.date()
    team.study.save()
    assert left.get("/support/").status_code == 200
    team.study.support_ends_on = at.date()
    team.study.save()
    assert left.get("/support/").status_code == 404


def test_three_offers_come_and_then_it_is_quiet(left, team, at):
    for days in range(2, 200, 7):
        later = at + timedelta(days=days)
        looks.mark_due(study=team.study, people=[team.ada], at=later)
        tick(at=later)
    assert Offer.objects.filter(person=team.ada).count() == 3
