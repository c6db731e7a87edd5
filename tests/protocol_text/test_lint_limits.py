"""What the lint finds in the parts that a survey or a transcribing team adds."""

from pathlib import Path

import pytest

from tests.protocol_text.texts import with_data
from wellbeing.protocol.lint import lint

SURVEY = Path("wellbeing/protocols/survey.yaml").read_text()
TRANSCRIPTS = Path("wellbeing/protocols/transcripts.yaml").read_text()


def found_after(change, text):
    """What is new among the findings once `change` has had its way."""
    before = {str(one) for one in lint(with_data(lambda data: None, text))}
    after = [str(one) for one in lint(with_data(change, text))]
    return [one for one in after if one not in before]


CASES = {
    "marked ones that nobody is asked about": (
        SURVEY,
        lambda d: d["activities"]["survey_interview"].pop("marker"),
        ["must: offers.marked.when.marked: it counts marked ones; survey_interview has "
         "no `marker` to ask for.",
         "must: limits.survey_interview.marked_day: survey_interview has no `marker` "
         "to ask for, so none is ever marked."],
    ),
    "a level that no recording has": (
        TRANSCRIPTS,
        lambda d: d["activities"]["transcription"].update(levels=["plain", "noted"]),
        ["must: offers.audio.when.or_level: transcription has no level heavy among its "
         "`levels`."],
    ),
    "heavy hours that end before they begin": (
        TRANSCRIPTS,
        lambda d: d["heavy_hours"].update(until="08:00", friday_until="07:00"),
        ["must: heavy_hours: these hours end before they begin.",
         "must: heavy_hours.friday_until: on a Friday these hours end before they "
         "begin."],
    ),
    "a group of thirty": (
        SURVEY,
        lambda d: d["kinds"]["team_close"].update(group_of=30),
        ["should: kinds.team_close.group_of: 30 people leave little time for each; up "
         "to 13 is usual."],
    ),
    "a month that five weeks do not fill": (
        SURVEY,
        lambda d: d["supporters_own"].update(minutes_a_week=10, least_a_month=90),
        ["must: supporters_own.least_a_month: five weeks do not add up to the least "
         "for a month."],
    ),
    "questions that nobody asks": (
        SURVEY,
        lambda d: d["check_ins"].pop("how_it_goes"),
        ["should: forms.our_scale: no check-in asks these questions."],
    ),
    "work given that the study has not": (
        TRANSCRIPTS,
        lambda d: d["assignments"].update(of=["transcription", "interview"]),
        ["must: assignments.of: this is about interview, which is not among the "
         "activities."],
    ),
    "one kind of work kept apart from itself": (
        TRANSCRIPTS,
        lambda d: d.update(not_on_one_day=[["coding", "coding"]]),
        ["must: not_on_one_day: two kinds of work are needed to keep them apart."],
    ),
    "a limit for a day above that for the week": (
        SURVEY,
        lambda d: d["limits"]["survey_interview"].update(day={"limit": 17}),
        ["must: limits.survey_interview.day.limit: 17 is more than the limit for week "
         "(16)."],
    ),
    "a question late at night, by the team's own quiet hours": (
        SURVEY,
        lambda d: (d["messages"].update(quiet_from="18:00"),),
        ["should: check_ins.daily.time: 6:30pm lies in the hours in which most people "
         "want quiet."],
    ),
    "a rule for days in a row of work that the study has not": (
        SURVEY,
        lambda d: d["offers"]["days_in_a_row"]["when"].update(of="coding"),
        ["must: offers.days_in_a_row: this is about coding, which is not among the "
         "activities."],
    ),
    "a week that asks for work which the study has not": (
        SURVEY,
        lambda d: d["check_ins"]["weekly"]["when"].update(if_any="coding"),
        ["must: check_ins.weekly: this is about coding, which is not among the "
         "activities."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_found(name):
    text, change, told = CASES[name]
    assert found_after(change, text) == told
