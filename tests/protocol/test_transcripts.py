"""Protocol C: a team that transcribes and codes, on days of November 2026."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wellbeing.protocol.facts import Exposed, Facts, Held, Version
from wellbeing.protocol.plan import plan
from wellbeing.protocol.reading import read

DOCUMENT = read(Path("wellbeing/protocols/transcripts.yaml").read_text())
VERSIONS = (Version(1, datetime(2026, 10, 1, tzinfo=UTC), DOCUMENT),)
ROLES = tuple(Held(r, date(2026, 10, 1), None) for r in ("transcriber", "coder"))


def nov(day, hour, minute=0):
    zone = ZoneInfo("Europe/London")
    return datetime(2026, 11, day, hour, minute, tzinfo=zone).astimezone(UTC)


def audio(activity, ended, minutes, **extra):
    return Exposed(
        activity, "transcription", "transcriber", ended, ended, minutes, **extra
    )


def coded(activity, ended, **extra):
    return Exposed(activity, "coding", "coder", ended, ended, 60, **extra)


def subjects(exposures, at, rule):
    found = Facts(zone="Europe/London", roles=ROLES, exposures=tuple(exposures))
    owed = plan(facts=found, versions=VERSIONS, at=at)
    return [one.subject for one in owed.offers if one.rule == rule]


def test_three_hours_of_audio_bring_an_offer():
    two = [audio(1, nov(3, 11), 100), audio(2, nov(4, 11), 79)]
    assert subjects(two, nov(4, 12), "audio") == []
    three = [*two, audio(3, nov(5, 11), 1)]
    assert subjects(three, nov(5, 12), "audio") == ["counted:3"]


def test_one_heavy_recording_brings_an_offer_at_once():
    assert subjects([audio(1, nov(3, 11), 20, level="heavy")], nov(3, 12), "audio") == [
        "counted:1"
    ]
    noted = audio(1, nov(3, 11), 20, level="noted")
    assert subjects([noted], nov(3, 12), "audio") == []


def test_a_second_reading_counts_half():
    readings = [coded(1, nov(3, 11)), coded(2, nov(3, 15), again=True)]
    assert subjects(readings, nov(3, 16), "coding") == []
    more = [*readings, coded(3, nov(4, 11), again=True)]
    assert subjects(more, nov(4, 12), "coding") == ["counted:3"]


def test_everybody_at_a_meeting_has_an_offer_of_their_own():
    meeting = Exposed(
        9, "analysis_meeting", "coder", nov(3, 16), nov(3, 16), minutes=90
    )
    assert subjects([meeting], nov(3, 16), "after_meeting") == ["activity:9"]


@pytest.mark.parametrize(
    ("at", "weeks"),
    [
        (nov(4, 12), []),
        (nov(5, 9), ["week:2026-11-05"]),
        (nov(11, 9), ["week:2026-11-05"]),
        (nov(12, 9), []),
        (nov(19, 9), ["week:2026-11-19"]),
    ],
)
def test_the_group_is_offered_every_second_thursday(at, weeks):
    assert subjects([], at, "group") == weeks


def test_the_weekly_questions_come_on_wednesday_at_eleven():
    found = Facts(zone="Europe/London", roles=ROLES)
    asked = plan(facts=found, versions=VERSIONS, at=nov(4, 9)).check_ins
    assert [(c.rule, c.ask_at) for c in asked] == [("weekly", nov(4, 11))]
