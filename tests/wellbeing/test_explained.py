"""Why was I offered this, and what if I do nothing? Both stand on the page, for every
kind of offer, in one sentence each."""

from datetime import timedelta

import pytest

from tests.factories import make_interview
from tests.flows.conftest import AGREED, only
from tests.wellbeing.stories import adopt, text_of
from wellbeing import looks, memberships
from wellbeing.models import Activity, Offer
from wellbeing.ticking import tick


def an_interview(team, at):
    make_interview(team.study, team.ada, ended=at)


def a_long_quiet(team, at):
    make_interview(team.study, team.ada, ended=at - timedelta(days=28))


def two_transcripts(team, at):
    team.study.memberships.filter(person=team.ada).update(role="coder")
    for hours in (3, 1):
        make_interview(
            team.study, team.ada, ended=at - timedelta(hours=hours), role="coder"
        )
    Activity.objects.update(kind="coding")


def coding_together(team, at):
    team.study.memberships.filter(person=team.ada).update(role="coder")
    make_interview(team.study, team.ada, ended=at, role="coder")
    Activity.objects.update(kind="group_coding")


def a_first_plan(team, at):
    start = at + timedelta(days=6)
    activity = Activity.objects.create(
        study=team.study,
        kind="interview",
        code="301",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        mode="teams",
        planned_start=start,
        planned_minutes=60,
        planned_at=at,
    )
    activity.exposures.create(person=team.ada, role="interviewer")


def a_pause_that_ends(team, at):
    team.study.pauses.create(
        starts_on=at.date() - timedelta(days=40), ends_on=at.date(), reason="x"
    )


def an_end(team, at):
    day = at - timedelta(days=1)
    memberships.end_role(study=team.study, person=team.ada, role="interviewer", at=day)


def nothing(team, at):
    """Supervision comes by the calendar."""


KINDS = {
    "after_interview": (an_interview, "Because you finished an interview today"),
    "after_coding": (two_transcripts, "Because you have now logged 2 transcripts"),
    "after_coding_together": (coding_together, "Because you finished"),
    "before_first": (a_first_plan, "Because your first interview is planned for"),
    "supervision": (nothing, "Because your team agreed it for every month"),
    "coming_back": (a_pause_that_ends, "Because the study goes on after a while"),
    "leaving": (an_end, "Because your work in the study has come to an end"),
    "quiet_for_long": (a_long_quiet, "Because your last work was a while ago"),
}


@pytest.mark.parametrize("rule", KINDS)
def test_every_kind_of_offer_explains_itself(team, at, clock, browse, rule):
    happens, why = KINDS[rule]
    adopt(team.study, only(rule, "any_day"), active_from=AGREED)
    happens(team, at)
    clock(at + timedelta(days=1) if rule == "leaving" else at)
    now = at + timedelta(days=1) if rule == "leaving" else at
    looks.mark_due(study=team.study, people=[team.ada], at=now)
    tick(at=now)
    offer = Offer.objects.get(person=team.ada)
    assert offer.rule == rule
    ada = browse(team.ada)
    own, support = (
        text_of(ada.get(p)) for p in (f"/offers/{offer.public_id}/", "/support/")
    )
    assert why in own
    assert "<h2>If you do nothing</h2>" in own
    assert "This offer ends. You can still ask on any day" in own
    assert why in support
    assert "If you do nothing, " in support
    assert "nobody minds, and you can still ask on any day." in support


def test_the_standing_offer_explains_itself_too(team, at, clock, browse):
    adopt(team.study, only("any_day"), active_from=AGREED)
    page = text_of(browse(team.ada).get("/support/"))
    assert (
        "Because your team agreed that this is always here. Your team’s protocol, part "
        "6. If you do nothing, nothing happens, and it stays here for you."
    ) in page
