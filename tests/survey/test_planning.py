"""Survey interviews are planned: limits by day, week and in a row; a place at rest."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.survey.conftest import north, south
from wellbeing import planning
from wellbeing.models import Activity, Exposure, Pause


def planned(survey, person, start, *, at=None, seen=()):
    return planning.plan_interview(
        study=survey.study,
        by=survey.lou,
        code=uuid4().hex[:8],
        interviewer=person,
        facilitator=None,
        start=start,
        minutes=45,
        mode="in_person",
        seen=seen,
        submission=uuid4(),
        at=at or north(1, 9),
        kind="survey_interview",
    )


def done(survey, person, *ends, marked=False):
    for end in ends:
        activity = Activity.objects.create(
            study=survey.study,
            kind=Activity.Kind.SURVEY_INTERVIEW,
            code=uuid4().hex[:8],
            starts_at=end - timedelta(minutes=45),
            ends_at=end,
            logged_at=end,
            marked=marked,
        )
        Exposure.objects.create(activity=activity, person=person, role="interviewer")


def stopped(survey, person, start, **more):
    with pytest.raises(planning.LimitReached) as stop:
        planned(survey, person, start, **more)
    return [word.notice.sentence for word in stop.value.words]


def test_after_three_field_days_in_a_row_the_next_day_is_for_something_else(survey):
    done(survey, survey.nia, north(2, 10), north(3, 10), north(4, 10))
    assert stopped(survey, survey.nia, north(5, 10), at=north(4, 12)) == [
        "This would be 4 days in a row. The limit is 3."
    ]
    assert planned(survey, survey.nia, north(6, 10), at=north(4, 12)).code


def test_a_gap_that_is_filled_from_the_middle_counts_as_a_row_too(survey):
    for day in (2, 3, 5):
        planned(survey, survey.nia, north(day, 10))
    assert stopped(survey, survey.nia, north(4, 10)) == [
        "This would be 4 days in a row. The limit is 3."
    ]


def test_the_fifth_of_a_day_is_one_too_many(
    survey,
):
    for hour in (8, 10, 12, 14):
        planned(survey, survey.nia, north(2, hour))
    assert stopped(survey, survey.nia, north(2, 17)) == [
        "This would be number 5 on that day. The limit is 4."
    ]


def test_a_week_ends_on_sunday(survey):
    days = (1, 2, 4, 6)
    done(
        survey,
        survey.nia,
        *(north(day, hour) for day in days for hour in (8, 10, 13, 15)),
    )
    assert stopped(survey, survey.nia, north(7, 10), at=north(6, 18)) == [
        "This would be number 17 in that week. The limit is 16."
    ]
    assert planned(survey, survey.nia, north(8, 10), at=north(6, 18)).code


def test_two_marked_ones_on_a_day_are_said_before_a_third_is_planned(survey):
    done(survey, survey.nia, north(2, 9), north(2, 11), marked=True)
    with pytest.raises(planning.WorthKnowing) as telling:
        planned(survey, survey.nia, north(2, 15), at=north(2, 12))
    assert [word.notice.sentence for word in telling.value.words] == [
        "2 on that day were marked. Somebody else could take the next one."
    ]


def test_while_one_place_rests_the_other_goes_on_planning(survey):
    Pause.objects.create(
        study=survey.study, starts_on=north(1, 0).date(), reason="Floods.", site="south"
    )
    with pytest.raises(planning.StudyPaused):
        planned(survey, survey.sefu, south(2, 10))
    assert planned(survey, survey.nia, north(2, 10)).code


def test_the_page_plans_the_kind_of_interview_that_the_study_has(survey, client, clock):
    clock(north(1, 9))
    client.force_login(survey.lou)
    client.post(
        "/plan/",
        {
            "study": str(survey.study.public_id),
            "submission": str(uuid4()),
            "code": "A17",
            "interviewer": str(survey.nia.public_id),
            "facilitator": "",
            "day": "2027-03-02",
            "start_time": "10:00",
            "minutes": "45",
            "mode": "in_person",
        },
    )
    activity = Activity.objects.get()
    assert (activity.kind, activity.planned_by) == ("survey_interview", survey.lou)
