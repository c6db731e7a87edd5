"""Bad input in the parts that a survey or a transcribing team adds."""

from pathlib import Path

import pytest

from tests.protocol_text.texts import changed, problems

SURVEY = Path("wellbeing/protocols/survey.yaml").read_text()


def _line(words):
    return next(
        number
        for number, line in enumerate(SURVEY.splitlines(), start=1)
        if words in line
    )


CASES = [
    (
        "when: {day_of: survey_interview}",
        "when: {day_of: survey_intervew}",
        'offers.team_close.when.day_of: found "survey_intervew"; one of interview, '
        "survey_interview, transcription, coding, group_coding, analysis_meeting is "
        "needed. Did you mean `survey_interview`?",
    ),
    (
        "{every_weeks: 1, weekday: fri, if_any: survey_interview}",
        "{every_weeks: 0, weekday: fri, if_any: survey_interview}",
        'offers.weekly.when.every_weeks: found "0"; a whole number from 1 to 12 is '
        "needed.",
    ),
    (
        "marked: true, within: P14D",
        "marked: true, within: P2WD",
        'offers.marked.when.within: found "P2WD"; Write days, like P14D.',
    ),
    (
        "{days_in_a_row: 3, of: survey_interview}",
        "{days_in_a_row: 1, of: survey_interview}",
        'offers.days_in_a_row.when.days_in_a_row: found "1"; a whole number from 2 '
        "to 31 is needed.",
    ),
    (
        "[2027-03-01, 2027-03-22, 2027-04-09]",
        "[2027-03-01, 2027-02-30]",
        "check_ins.how_it_goes.when.on_days[2]: found 2027-02-30; there is no such "
        "day.",
    ),
    (
        "form: our_scale",
        "form: our_scales",
        'check_ins.how_it_goes.form: found "our_scales"; there is no such form under '
        "`forms`. Did you mean `our_scale`?",
    ),
    (
        "zone: Africa/Nairobi",
        "zone: Africa/Nairobbi",
        "sites.south.zone: 'Africa/Nairobbi' is no time zone, like Europe/London.",
    ),
    (
        "group_share: 0.5",
        "group_share: 2",
        'supporters_own.group_share: found "2"; a number is needed.',
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "told"), CASES, ids=[new for _, new, _ in CASES]
)
def test_a_problem_names_its_line_its_place_and_what_would_be_right(old, new, told):
    found = problems(changed((old, new), text=SURVEY))
    assert found == [f"line {_line(old)}, {told}"]
