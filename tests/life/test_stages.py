"""Every stage, and what it stops: planning, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checkins.models import Invitation
from tests.factories import make_interview
from tests.planning.story import plan as plan_one
from tests.planning.story import prepare
from tests.wellbeing.stories import logged, sept, text_of
from wellbeing import planning
from wellbeing.life.stages import Days, Stage, out_of_order, stage_on
from wellbeing.life.state import pauses_of, stage
from wellbeing.models import Activity, Offer, StudyChange
from wellbeing.protocol.facts import Paused
from wellbeing.ticking import tick

What = StudyChange.What
# Tuesday 15 September 2026 is today in all of these.
TODAY, BEFORE, NEXT_WEEK = date(2026, 9, 15), date(2026, 9, 1), date(2026, 9, 22)
STAGES = {
    Stage.SETTING_UP: planning.NotBegun,
    Stage.ACTIVE: None,
    Stage.PAUSED: planning.StudyPaused,
    Stage.FINISHED: planning.InterviewsFinished,
    Stage.ANALYSIS: planning.InterviewsFinished,
    Stage.CLOSED: planning.StudyClosed,
}


def bring_to(team, name):
    """The study as if it had come to this stage a fortnight ago."""
    study = team.study
    if name is Stage.SETTING_UP:
        study.opened_on = None
    if name is Stage.PAUSED:
        study.pauses.create(starts_on=BEFORE, reason="x")
    if name in {Stage.FINISHED, Stage.ANALYSIS, Stage.CLOSED}:
        study.finished_on = BEFORE
    if name in {Stage.ANALYSIS, Stage.CLOSED}:
        study.analysis_from = BEFORE
    if name is Stage.CLOSED:
        study.closed_on = BEFORE
    study.save()
    assert stage(study=study, day=TODAY) is name


@pytest.mark.parametrize("name", Stage)
def test_only_an_active_study_plans(agreed, at, name):
    prepare(agreed.study, agreed.bem)
    bring_to(agreed, name)
    refusal = STAGES[name]
    if refusal is None:
        assert plan_one(agreed, at).logged_at is None
        return
    with pytest.raises(refusal):
        plan_one(agreed, at)
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("name", Stage)
def test_logging_makes_its_offer_in_every_stage(agreed, at, clock, name):
    bring_to(agreed, name)
    offer = logged(agreed, at)
    assert (offer.person, offer.rule) == (agreed.ada, "after_interview")
    assert offer.booking.starts_at == sept(16, 9, 30)


@pytest.mark.parametrize("name", Stage)
def test_the_standing_offer_and_the_log_are_open_in_every_stage(
    agreed, at, clock, browse, name
):
    bring_to(agreed, name)
    ada = browse(agreed.ada)
    opened = [ada.get(path).status_code for path in ("/support/", "/times/", "/log/")]
    assert opened == [200, 200, 200]


@pytest.mark.parametrize("name", Stage)
def test_check_ins_rest_with_a_pause_and_end_with_the_study(agreed, at, name):
    """Of Ada's interview today and of September: the day after, and once a month."""
    bring_to(agreed, name)
    make_interview(agreed.study, agreed.ada, ended=at - timedelta(hours=1))
    tick(at=at)
    asked = {
        row.subject.split(":")[2]
        for row in Invitation.objects.for_person(agreed.ada).untouched()
    }
    wanted = {Stage.PAUSED: {"monthly"}, Stage.CLOSED: set()}
    assert asked - {"monthly"} == wanted.get(name, {"day_after"}) - {"monthly"}


@pytest.mark.parametrize("name", Stage)
def test_the_page_of_the_plan_says_in_which_stage_the_study_is(
    agreed, clock, browse, name
):
    bring_to(agreed, name)
    page = text_of(browse(agreed.lou).get("/plan/"))
    said = {
        Stage.SETTING_UP: "The study is being set up",
        Stage.PAUSED: "The study is paused",
        Stage.FINISHED: "The interviews are finished",
        Stage.ANALYSIS: "The interviews are finished",
        Stage.CLOSED: "The study is closed",
    }
    assert {words for words in said.values() if words in page} == (
        {said[name]} if name in said else set()
    )


def test_after_the_last_day_of_support_nothing_is_offered_or_logged(
    agreed, at, clock, browse
):
    bring_to(agreed, Stage.CLOSED)
    agreed.study.support_ends_on = TODAY
    agreed.study.save()
    ada = browse(agreed.ada)
    for path in ("/support/", "/times/", "/log/"):
        assert ada.get(path).status_code == 404
    make_interview(agreed.study, agreed.ada, ended=at)
    tick(at=at)
    assert Offer.objects.count() == 0


def test_the_last_day_of_support_is_one_where_the_study_is(agreed, clock, browse):
    """It ends at midnight in New York, which is four hours later than in UTC."""
    bring_to(agreed, Stage.CLOSED)
    agreed.study.time_zone = "America/New_York"
    agreed.study.support_ends_on = date(2026, 9, 16)
    agreed.study.save()
    ada = browse(agreed.ada)
    codes = []
    for moment in (
        datetime(2026, 9, 16, 3, 59, tzinfo=UTC),
        datetime(2026, 9, 16, 4, 0, tzinfo=UTC),
    ):
        clock(moment)
        codes.append(ada.get("/support/").status_code)
    assert codes == [200, 404]


# --- the kernel ---------------------------------------------------------------------

LIFE = Days(
    opened_on=date(2019, 7, 1),
    finished_on=date(2020, 12, 1),
    analysis_from=date(2021, 1, 4),
    closed_on=date(2021, 3, 31),
)
PAUSE = (Paused(1, date(2020, 3, 16), date(2020, 7, 27)),)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 6, 30), Stage.SETTING_UP),
        (date(2019, 7, 1), Stage.ACTIVE),
        (date(2020, 3, 15), Stage.ACTIVE),
        (date(2020, 3, 16), Stage.PAUSED),
        (date(2020, 7, 26), Stage.PAUSED),
        (date(2020, 7, 27), Stage.ACTIVE),
        (date(2020, 12, 1), Stage.FINISHED),
        (date(2021, 1, 4), Stage.ANALYSIS),
        (date(2021, 3, 31), Stage.CLOSED),
    ],
)
def test_the_stages_of_the_first_study(day, name):
    assert stage_on(LIFE, PAUSE, day) is name


def test_days_stand_in_order():
    assert out_of_order(LIFE) == ""
    assert out_of_order(Days()) == ""
    assert out_of_order(Days(opened_on=TODAY, closed_on=TODAY)) == ""
    early = Days(opened_on=TODAY, finished_on=BEFORE)
    assert out_of_order(early) == (
        "That way interviews finish before planning opens. Choose another day."
    )
    left_out = Days(opened_on=TODAY, closed_on=BEFORE)
    assert "the study closes before planning opens" in out_of_order(left_out)


def test_a_pause_of_one_place_leaves_the_others_active(agreed):
    agreed.study.pauses.create(starts_on=BEFORE, reason="x", site="north")
    pauses = pauses_of(agreed.study)
    found = {
        site: stage(study=agreed.study, day=TODAY, pauses=pauses, site=site)
        for site in ("", "north", "south")
    }
    assert found == {"": Stage.ACTIVE, "north": Stage.PAUSED, "south": Stage.ACTIVE}
