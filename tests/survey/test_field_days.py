"""Protocol B runs: a field day is logged, and what the protocol owes is made."""

from datetime import timedelta
from uuid import uuid4

import pytest

from checkins import answers
from checkins.models import Instrument, Invitation
from sessions.models import SupportRequest
from tests.survey.conftest import north, south
from wellbeing import activities, offers
from wellbeing.activities import Entry, Matter
from wellbeing.models import Activity, Offer, Pause
from wellbeing.ticking import tick


def logged(survey, person, ended, *, at=None, marked=False, code=None):
    entry = Entry(
        study=survey.study,
        role="interviewer",
        code=code or uuid4().hex[:8],
        starts_at=ended - timedelta(minutes=45),
        ends_at=ended,
        mode="in_person",
        companion=None,
        others=(),
        submission=uuid4(),
        kind=Activity.Kind.SURVEY_INTERVIEW,
        matter=Matter(marked=marked),
    )
    return activities.log_interview(
        entry=entry, by=person, answer="", wish=None, at=at or ended
    )


def offers_of(person):
    rows = Offer.objects.filter(person=person).order_by("made_at", "pk")
    return [(row.rule, row.subject) for row in rows]


def test_two_interviews_of_one_day_make_one_team_close_for_that_person_alone(survey):
    logged(survey, survey.nia, north(2, 10))
    logged(survey, survey.nia, north(2, 14))
    assert offers_of(survey.nia) == [("team_close", "day:2027-03-02")]
    assert offers_of(survey.ned) == []
    assert offers_of(survey.sefu) == []


def test_on_friday_the_weekly_call_is_pencilled_with_the_counsellor(survey):
    logged(survey, survey.nia, north(2, 10))
    tick(at=north(4, 23))
    assert ("weekly", "week:2027-03-05") not in offers_of(survey.nia)
    tick(at=north(5, 0, 1))
    weekly = Offer.objects.get(person=survey.nia, rule="weekly")
    assert weekly.subject == "week:2027-03-05"
    assert weekly.booking.supporter == survey.counsellor
    assert offers_of(survey.ned) == []


def test_friday_begins_earlier_in_the_south(survey):
    logged(survey, survey.sefu, south(2, 10))
    tick(at=south(5, 0, 1))
    assert ("weekly", "week:2027-03-05") in offers_of(survey.sefu)
    assert north(5, 0) > south(5, 0, 1)


def test_the_fifth_marked_interview_makes_an_offer(survey):
    for number in range(5):
        logged(survey, survey.nia, north(2, 8 + 2 * number), marked=True)
    assert [rule for rule, _ in offers_of(survey.nia)] == ["team_close", "marked"]
    offer = Offer.objects.get(rule="marked")
    assert offer.because["count"] == "5"


def test_days_that_come_in_late_and_together_make_one_offer_that_the_others_join(
    survey,
):
    for day in (2, 3, 4):
        logged(survey, survey.nia, north(day, 16), at=north(5, 9))
    closes = Offer.objects.filter(person=survey.nia, rule="team_close")
    open_ones = closes.filter(merged_into__isnull=True)
    assert [one.subject for one in open_ones] == ["day:2027-03-04"]
    assert closes.count() == 3


def test_the_one_question_of_the_day_is_asked_at_half_past_six_in_the_south(survey):
    logged(survey, survey.sefu, south(2, 10))
    asked = Invitation.objects.get(person=survey.sefu, subject__contains="daily")
    assert (asked.form, asked.ask_at) == ("one_item", south(2, 18, 30))


def test_the_questions_of_the_team_are_asked_on_the_day_it_named(survey, client, clock):
    tick(at=north(1, 0, 1))
    asked = Invitation.objects.get(person=survey.nia)
    assert (asked.form, asked.ask_at) == (Instrument.objects.get().key, north(1, 12))
    clock(north(1, 13))
    client.force_login(survey.nia)
    page = client.get(f"/check-ins/{asked.public_id}/").content.decode()
    for words in ("How the work sits with you", "Written by the field teams"):
        assert words in page
    client.post(f"/check-ins/{asked.public_id}/", {"q1": "2", "q2": "skip"})
    asked.refresh_from_db()
    assert asked.answered_at == north(1, 13)
    assert answers.read(answer=asked.answer, reader=survey.nia) == [
        ("How much of the work comes home with you?", "A little"),
        ("How well do you feel backed by your team?", "Skipped"),
    ]


def test_a_pause_at_one_place_rests_the_questions_there_and_nowhere_else(survey):
    Pause.objects.create(
        study=survey.study, starts_on=north(2, 0).date(), reason="Floods.", site="south"
    )
    logged(survey, survey.sefu, south(2, 10))
    logged(survey, survey.nia, north(2, 10))
    daily = Invitation.objects.filter(subject__contains="daily")
    assert [asked.person for asked in daily] == [survey.nia]
    assert offers_of(survey.sefu) == [("team_close", "day:2027-03-02")]


@pytest.fixture
def nia(survey, client, clock):
    clock(north(2, 15))
    client.force_login(survey.nia)
    return client


def test_a_survey_interview_is_logged_with_one_question_about_the_material(survey, nia):
    page = nia.get("/log/")
    assert page.context["form"].fields["marked"].label == (
        "The violence module was completed"
    )
    posted = {
        "submission": str(uuid4()),
        "study": str(survey.study.public_id),
        "when": "now",
        "which": "other",
        "code": "A17",
        "minutes": "45",
        "marked": "on",
    }
    answer = nia.post("/log/", posted)
    activity = Activity.objects.get()
    assert answer.headers["Location"] == f"/activities/{activity.public_id}/"
    assert (activity.kind, activity.marked, activity.minutes) == (
        "survey_interview",
        True,
        45,
    )


def test_no_log_of_another_study_asks_that_question(survey, team, client, clock):
    clock(north(2, 15))
    client.force_login(survey.charlie)
    assert client.get("/log/").status_code == 404


def test_whoever_asks_late_is_answered_from_seven_on(survey, nia, clock):
    asked = offers.ask(
        study=survey.study,
        person=survey.nia,
        holder=survey.counsellor,
        kind="call",
        modes=["phone"],
        note="",
        at=north(2, 21),
        submission="one",
    )
    assert asked.answer_due == north(3, 9)
    assert SupportRequest.objects.get().holder == survey.counsellor
