"""The coordinator's page: counts that can be checked by hand, and nothing else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import join, make_interview, make_person, make_study
from tests.wellbeing.stories import adopt, asked, changed, fill, logged, sept, text_of
from wellbeing import load
from wellbeing.load import load_page
from wellbeing.models import Activity, Exposure, Membership
from wellbeing.protocol.marks import Mark

INTERVIEWS = ("interview", "interviews")
QUERIES = 9


def page_of(team, at, **changes):
    given = {"page": 1, "room_on": date(2026, 9, 16)} | changes
    return load_page(study=team.study, at=at, **given)


def row_of(team, at, name="Ada Okafor", **changes):
    rows = {row.person: row for row in page_of(team, at, **changes).rows}
    return rows[name]


def plan(team, person, starts_at, minutes=60, kind="interview", role="interviewer"):
    activity = Activity.objects.create(
        study=team.study,
        kind=kind,
        code="300",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        planned_start=starts_at,
        planned_minutes=minutes,
    )
    Exposure.objects.create(activity=activity, person=person, role=role)
    return activity


def counts(meters):
    return [(meter.count, meter.unit) for meter in meters]


def test_weeks_and_months_count_by_when_it_happened(agreed, at):
    for days, minutes in ((0, 45), (6, 60), (8, 30), (27, 90), (29, 60)):
        ended = at - timedelta(days=days)
        make_interview(agreed.study, agreed.ada, ended=ended, minutes=minutes)
    row = row_of(agreed, at)
    assert counts(row.week) == [(2, "interviews"), (105, "minutes")]
    assert counts(row.month) == [(4, "interviews"), (225, "minutes")]


def test_a_week_is_the_168_hours_before_this_instant(agreed, at):
    make_interview(agreed.study, agreed.ada, ended=at - timedelta(days=7))
    assert counts(row_of(agreed, at).week) == [(0, "interviews"), (0, "minutes")]
    row = row_of(agreed, at - timedelta(minutes=1))
    assert counts(row.week) == [(1, "interview"), (60, "minutes")]


def test_the_oldest_of_the_week_says_when_it_falls_out(agreed, at):
    assert row_of(agreed, at).frees_at is None
    for day in (10, 14):
        make_interview(agreed.study, agreed.ada, ended=sept(day, 15))
    assert row_of(agreed, at).frees_at == sept(17, 15)


def test_what_was_taken_back_and_what_is_planned_is_not_done(agreed, at):
    gone = make_interview(agreed.study, agreed.ada, ended=at)
    Activity.objects.filter(pk=gone.pk).update(withdrawn_at=at)
    plan(agreed, agreed.ada, sept(17, 10))
    plan(agreed, agreed.ada, sept(23, 10))
    withdrawn = plan(agreed, agreed.ada, sept(18, 10))
    Activity.objects.filter(pk=withdrawn.pk).update(withdrawn_at=at)
    row = row_of(agreed, at)
    assert counts(row.week) == [(0, "interviews"), (0, "minutes")]
    assert row.planned == [sept(17, 10)]


def test_two_roles_in_one_interview_are_one_interview(agreed, at):
    activity = make_interview(agreed.study, agreed.ada, ended=at)
    Exposure.objects.create(activity=activity, person=agreed.ada, role="observer")
    assert counts(row_of(agreed, at).week) == [(1, "interview"), (60, "minutes")]


def test_a_facilitator_carries_the_interview_too(agreed, at):
    activity = make_interview(agreed.study, agreed.ada, ended=at)
    Exposure.objects.create(activity=activity, person=agreed.gil, role="facilitator")
    row = row_of(agreed, at, "Gil Torres")
    assert (counts(row.week)[0], row.roles) == ((1, "interview"), "facilitator")


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("coding", "transcript"),
        ("transcription", "recording"),
        ("group_coding", "time coding together"),
    ],
)
def test_work_other_than_interviews_has_meters_of_its_own(agreed, at, kind, one):
    mo = join(agreed.study, make_person("Mo Coder"), "coder")
    activity = make_interview(agreed.study, mo, ended=at, role="coder")
    Activity.objects.filter(pk=activity.pk).update(kind=kind)
    assert counts(row_of(agreed, at, "Mo Coder").week) == [(1, one), (60, "minutes")]


def test_a_recording_counts_its_own_minutes_and_not_the_time_it_took(agreed, at):
    mo = join(agreed.study, make_person("Mo Typist"), "transcriber")
    activity = make_interview(agreed.study, mo, ended=at, role="transcriber")
    rows = Activity.objects.filter(pk=activity.pk)
    rows.update(kind="transcription", audio_minutes=35)
    assert counts(row_of(agreed, at, "Mo Typist").week) == [
        (1, "recording"),
        (35, "minutes"),
    ]


def test_what_somebody_did_in_another_study_is_not_counted_here(agreed, at):
    join(agreed.elsewhere, agreed.ada, "interviewer")
    make_interview(agreed.elsewhere, agreed.ada, ended=at)
    assert counts(row_of(agreed, at).week)[0] == (0, "interviews")


def test_everybody_exposed_stands_there_a_to_z_and_nobody_else(agreed, at):
    assert [row.person for row in page_of(agreed, at).rows] == [
        "Ada Okafor",
        "Bem Adeyemi",
        "Fay Lindqvist",
        "Gil Torres",
    ]
    assert row_of(agreed, at, "Fay Lindqvist").roles == "coordinator, interviewer"


def test_who_has_left_is_not_in_the_list(agreed, at):
    Membership.objects.filter(person=agreed.ada).update(until_date=at.date())
    assert "Ada Okafor" not in [row.person for row in page_of(agreed, at).rows]


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (0, ", limit 3"),
        (2, ", limit 3"),
        (3, ": at the limit"),
        (4, ", 1 past the limit 3"),
    ],
)
def test_the_count_against_the_limit_in_words(agreed, at, done, words):
    for hours in range(done):
        make_interview(agreed.study, agreed.ada, ended=at - timedelta(hours=8 * hours))
    assert row_of(agreed, at).week[0].words == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(200, ", pace 200"), (201, ", 1 past pace 200")],
)
def test_the_minutes_against_the_pace_in_words(agreed, at, minutes, words):
    make_interview(agreed.study, agreed.ada, ended=at, minutes=minutes)
    assert row_of(agreed, at).week[1].words == words


def test_without_marks_the_count_stands_alone(agreed, at):
    assert [meter.words for meter in row_of(agreed, at).month] == [", pace 6", ""]


def test_the_marks_stand_where_the_numbers_are():
    meter = load._meter(2, INTERVIEWS, Mark(pace=2, limit=4))
    assert (meter.limit_at, meter.pace_at) == (170, 85)
    assert (meter.bar, meter.past) == (85, 0)


def test_what_is_past_the_limit_starts_at_the_mark():
    meter = load._meter(5, INTERVIEWS, Mark(pace=2, limit=4))
    assert (meter.bar, meter.past, meter.limit_at) == (136, 34, 136)


numbers = st.integers(0, 10_000)
maybe = st.none() | numbers


@given(numbers, maybe, maybe.filter(lambda limit: limit != 0))
def test_no_bar_and_no_mark_leaves_its_box(count, pace, limit):
    meter = load._meter(count, INTERVIEWS, Mark(pace=pace, limit=limit))
    ends = [meter.bar + meter.past, meter.limit_at or 0, meter.pace_at or 0]
    assert min(meter.bar, meter.past) >= 0
    assert max(ends) <= load.WIDTH
    edge = limit if limit is not None else pace
    assert (meter.past > 0) <= (edge is not None and count > edge)


@pytest.mark.parametrize(
    ("ended", "day", "room", "hint"),
    [
        ([], 16, "Yes", ""),
        (
            [sept(14, 10), sept(15, 10)],
            16,
            "Yes",
            "This would be number 3 in 7 days. The agreed pace is 2.",
        ),
        (
            [sept(13, 10), sept(14, 10), sept(15, 10)],
            16,
            "No",
            "This would be number 4 in 7 days. The limit is 3.",
        ),
        (
            [sept(13, 10), sept(14, 10), sept(15, 10)],
            21,
            "Yes",
            "",
        ),
    ],
)
def test_room_on_a_day_is_what_planning_would_say(agreed, at, ended, day, room, hint):
    for number, moment in enumerate(ended):
        make_interview(agreed.study, agreed.ada, ended=moment, code=str(number))
    row = row_of(agreed, at, room_on=date(2026, 9, day))
    assert (row.room, row.room_hint) == (room, hint)


def test_plans_of_that_day_take_its_room(agreed, at):
    plan(agreed, agreed.ada, sept(17, 9))
    plan(agreed, agreed.ada, sept(17, 14))
    row = row_of(agreed, at, room_on=date(2026, 9, 17))
    assert (row.room, row.room_hint) == (
        "No",
        "This would be number 3 on that day. The limit is 2.",
    )
    assert row_of(agreed, at).room == "Yes"


def test_without_a_protocol_there_is_room_and_no_mark(team, at):
    page = page_of(team, at)
    assert (page.version, page.promise.made) == (None, 0)
    assert {row.room for row in page.rows} == {"Yes"}
    assert {meter.limit_at for row in page.rows for meter in row.week} == {None}


def test_the_promise_counts_offers_since_the_first_of_the_month(agreed, at):
    logged(agreed, sept(1, 0, 30), code="1")
    logged(agreed, sept(15, 10), code="2", person=agreed.bem)
    late = sept(14, 16)
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    logged(agreed, late, code="3", person=agreed.fay)
    promise = page_of(agreed, at).promise
    assert (promise.kept, promise.made, promise.since) == (2, 3, sept(1, 0))
    october = at + timedelta(days=30)
    assert page_of(agreed, october).promise.made == 0


def test_an_offer_in_the_last_minute_of_august_is_augusts(agreed, at):
    logged(agreed, sept(1, 0) - timedelta(minutes=1))
    assert page_of(agreed, at).promise.made == 0


def test_the_promise_is_the_same_whatever_was_answered(agreed, at):
    logged(agreed, at, answer="no")
    promise = page_of(agreed, at).promise
    assert (promise.kept, promise.made) == (1, 1)


def test_the_page_takes_as_many_queries_for_three_as_for_one(
    team, at, clock, browse, django_assert_num_queries
):
    study = make_study("A study of its own")
    lou = join(study, make_person("Lou Other"), "coordinator")
    adopt(study, changed())
    lou_browses = browse(lou)
    people = []
    for number in range(3):
        people.append(join(study, make_person(f"Person {number}"), "interviewer"))
        for days in range(number + 1):
            make_interview(study, people[-1], ended=at - timedelta(days=days))
        if number == 1:
            continue
        with django_assert_num_queries(QUERIES):
            page = lou_browses.get("/load/")
        assert len(page.context["load"].rows) == number + 1


def test_fifty_names_a_page_and_the_last_page_stands_for_all_beyond(
    agreed, at, clock, browse
):
    for number in range(56):
        join(agreed.study, make_person(f"Person {number:02}"), "interviewer")
    lou = browse(agreed.lou)
    first = lou.get("/load/").context["load"]
    assert (len(first.rows), first.page, first.pages) == (50, 1, 2)
    second = lou.get("/load/?page=2").context["load"]
    assert [row.person for row in second.rows] == [
        f"Person {number}" for number in range(46, 56)
    ]
    assert lou.get("/load/?page=999999").context["load"] == second
    for nonsense in ("0", "-1", "x", "", "1.5", "9" * 5000):
        assert lou.get("/load/", {"page": nonsense}).context["load"] == first


def test_a_day_that_is_none_means_tomorrow(agreed, clock, browse):
    lou = browse(agreed.lou)
    for day in ("nonsense", "", "2026-13-01", "1900-01-01", "9999-12-31", "0001-01-01"):
        page = lou.get("/load/", {"day": day})
        assert page.context["room_on"] == date(2026, 9, 16)


def test_a_day_can_be_chosen(agreed, clock, browse):
    page = browse(agreed.lou).get("/load/?day=2026-09-21")
    assert "Room on Monday 21" in text_of(page)


def test_a_study_of_another_team_is_unknown(agreed, clock, browse):
    lou = browse(agreed.lou)
    for study in (agreed.elsewhere.public_id, agreed.ada.public_id, "nonsense"):
        assert lou.get("/load/", {"study": study}).status_code == 404
    assert lou.get("/load/", {"study": agreed.study.public_id}).status_code == 200


def test_a_coordinator_of_two_studies_chooses_between_them(agreed, clock, browse):
    join(agreed.elsewhere, agreed.lou, "coordinator")
    lou = browse(agreed.lou)
    assert lou.get("/load/").context["study"] == agreed.study
    other = lou.get("/load/", {"study": agreed.elsewhere.public_id})
    rows = other.context["load"].rows
    assert [row.person for row in rows] == ["Charlie Outsider"]


def test_only_coordinators_see_load(agreed, clock, browse):
    for person in (agreed.ada, agreed.jo, agreed.sam):
        assert browse(person).get("/load/").status_code == 404
    page = browse(agreed.charlie).get("/load/")
    assert [row.person for row in page.context["load"].rows] == ["Charlie Outsider"]


def test_the_outside_psychologist_and_every_answer_stay_off_the_page(
    agreed, at, clock, browse
):
    offer = logged(agreed, at)
    before = page_of(agreed, at)
    fill(agreed, agreed.dr_kim, agreed.ada, sept(17, 10), sept(17, 11), at)
    asked(agreed, at)
    assert page_of(agreed, at) == before
    page = text_of(browse(agreed.lou).get("/load/"))
    for word in ("Dr Jo", "Dr Kim", "debrief", str(offer.public_id)):
        assert word not in page


def test_a_version_of_tomorrow_sets_no_mark_today(agreed, at):
    limits = {"interview": {"days_7": {"limit": 9}}}
    adopt(agreed.study, changed(limits=limits), active_from=at + timedelta(days=1))
    assert page_of(agreed, at).version == 1
    assert row_of(agreed, at).week[0].words == ", limit 3"
    tomorrow = at + timedelta(days=1)
    assert page_of(agreed, tomorrow).version == 2
    assert row_of(agreed, tomorrow).week[0].words == ", limit 9"
