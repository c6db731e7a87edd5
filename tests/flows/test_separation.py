"""What a coordinator, a lead and a stranger see is the same whatever people chose."""

import re
from uuid import UUID

import pytest
from django.test import Client

from tests.factories import Team, make_interview
from tests.flows.conftest import AGREED, only
from wellbeing import activities, offers, studies
from wellbeing.activities import Entry
from wellbeing.models import Offer
from wellbeing.reconcile import reconcile
from wellbeing.support import circle_of

PAGES = ("/load/", "/people/", "/plan/", "/studies/", "/protocol/")
SUBMISSION = UUID("00000000-0000-4000-8000-00000000000a")


def seen(person, paths=PAGES):
    """The pages' bytes without what is random in each of them."""
    client = Client()
    client.force_login(person)
    found = []
    for path in paths:
        text = client.get(path).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
        found.append(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text))
    return found


def _log(team, at):
    entry = Entry(
        study=team.study,
        role="interviewer",
        code="209",
        starts_at=at.replace(hour=13),
        ends_at=at.replace(hour=14),
        mode="teams",
        companion=None,
        others=(),
        submission=SUBMISSION,
    )
    done = activities.log_interview(
        entry=entry, by=team.ada, answer="", wish=None, at=at
    )
    return activities.offer_about(done.activity, team.ada)


def _ask(team, at):
    jo = next(iter(circle_of(study=team.study, person=team.ada, at=at).roles))
    offers.ask(
        study=team.study,
        person=team.ada,
        holder=jo,
        kind="debrief",
        modes=[],
        note="A canary sings at midnight.",
        at=at,
        submission="one",
    )


CHOICES = {
    "nothing": lambda team, offer, at: None,
    "keep": lambda team, offer, at: offers.keep(offer=offer, by=team.ada, at=at),
    "decline": lambda team, offer, at: offers.decline(offer=offer, by=team.ada, at=at),
    "ask": lambda team, offer, at: _ask(team, at),
}


@pytest.mark.parametrize("choice", ["keep", "decline", "ask"])
def test_a_coordinator_sees_the_same_bytes_whatever_was_answered(
    agreed, clock, at, choice
):
    offer = _log(agreed, at)
    before = seen(agreed.lou)
    CHOICES[choice](agreed, offer, at)
    assert seen(agreed.lou) == before


def test_a_coordinator_who_interviews_sees_no_more_of_others_than_any_coordinator(
    agreed, clock, at
):
    offer = _log(agreed, at)
    before = seen(agreed.fay, ("/load/", "/plan/", "/studies/", "/", "/support/"))
    offers.keep(offer=offer, by=agreed.ada, at=at)
    assert (
        seen(agreed.fay, ("/load/", "/plan/", "/studies/", "/", "/support/")) == before
    )


def test_logging_one_interview_changes_the_load_by_one(agreed, clock, at):
    make_interview(agreed.study, agreed.ada, ended=at.replace(hour=9), code="1")
    row = re.compile(r"Ada Okafor.*?<b>(\d+)</b> interview", re.S)
    count = int(row.search(seen(agreed.lou, ("/load/",))[0])[1])
    _log(agreed, at)
    assert int(row.search(seen(agreed.lou, ("/load/",))[0])[1]) == count + 1


def test_nobody_but_the_person_opens_an_offer_or_its_answers(agreed, clock, at, client):
    offer = _log(agreed, at)
    unknown = "00000000-0000-4000-8000-000000000000"
    for somebody in (agreed.bem, agreed.jo, agreed.lou, agreed.sam, agreed.charlie):
        client.force_login(somebody)
        for page in ("", "keep/", "not-now/", "quiet/"):
            method = client.post if page else client.get
            mine = method(f"/offers/{offer.public_id}/{page}")
            other = method(f"/offers/{unknown}/{page}")
            assert (mine.status_code, other.status_code) == (404, 404)
    offer.refresh_from_db()
    assert (offer.accepted_at, offer.declined_at) == (None, None)


def test_an_outsider_sees_no_name_of_this_study(agreed, clock, at):
    _log(agreed, at)
    pages = "".join(seen(agreed.charlie, (*PAGES, "/", "/support/", "/times/")))
    for name in ("Ada Okafor", "Dr Jo Whitfield", "Lou Brennan"):
        assert name not in pages


@pytest.mark.django_db
def test_supervision_is_pencilled_and_can_be_kept(at, clock):
    team = Team()
    studies.add_version(
        study=team.study,
        text=only("supervision"),
        reason="Only supervision.",
        active_from=AGREED,
        at=AGREED,
    )
    lin = team.kim
    team.study.memberships.filter(person=lin).update(role="supervisor")
    reconcile(study=team.study, person=team.ada, at=at)
    offer = Offer.objects.get(person=team.ada)
    assert (offer.rule, offer.subject) == ("supervision", "month:2026-09")
    assert offer.booking.supporter_id == lin.pk
    offers.keep(offer=offer, by=team.ada, at=at)
    offer.booking.refresh_from_db()
    assert offer.booking.agreed_at == at
