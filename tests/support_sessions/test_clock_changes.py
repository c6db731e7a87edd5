"""The nights on which clocks change, one by one, in the zones that are known to hurt.

Each row is one night: hours open from midnight to 5am there, and the hour-long times
that may be offered, as the clock on the wall shows them with its offset.
"""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions import availability, slots
from sessions.slots import Block, Rules, Span
from tests.factories import make_person, make_supporter
from tests.support_sessions.times import book

HOUR = timedelta(hours=1)
EVER = timedelta(days=99999)

NIGHTS = {
    "London loses an hour": (
        "Europe/London",
        date(2027, 3, 28),
        ["00:00 +0000", "02:00 +0100", "03:00 +0100", "04:00 +0100"],
    ),
    "London gains an hour": (
        "Europe/London",
        date(2027, 10, 31),
        [
            "00:00 +0100",
            "01:00 +0100",
            "01:00 +0000",
            "02:00 +0000",
            "03:00 +0000",
            "04:00 +0000",
        ],
    ),
    "New York loses an hour": (
        "America/New_York",
        date(2027, 3, 14),
        ["00:00 -0500", "01:00 -0500", "03:00 -0400", "04:00 -0400"],
    ),
    "New York gains an hour": (
        "America/New_York",
        date(2027, 11, 7),
        [
            "00:00 -0400",
            "01:00 -0400",
            "01:00 -0500",
            "02:00 -0500",
            "03:00 -0500",
            "04:00 -0500",
        ],
    ),
    "Sydney loses an hour in October": (
        "Australia/Sydney",
        date(2027, 10, 3),
        ["00:00 +1000", "01:00 +1000", "03:00 +1100", "04:00 +1100"],
    ),
    "Sydney gains an hour in April": (
        "Australia/Sydney",
        date(2027, 4, 4),
        [
            "00:00 +1100",
            "01:00 +1100",
            "02:00 +1100",
            "02:00 +1000",
            "03:00 +1000",
            "04:00 +1000",
        ],
    ),
    "Lord Howe loses half an hour": (
        "Australia/Lord_Howe",
        date(2027, 10, 3),
        ["00:00 +1030", "01:00 +1030", "02:30 +1100", "03:30 +1100"],
    ),
    "Lord Howe gains half an hour": (
        "Australia/Lord_Howe",
        date(2027, 4, 4),
        # From midnight in real time: the second 1:30 is half an hour after the first.
        ["00:00 +1100", "01:00 +1100", "01:30 +1030", "02:30 +1030", "03:30 +1030"],
    ),
    "Havana loses its midnight": (
        "America/Havana",
        date(2027, 3, 14),
        ["01:00 -0400", "02:00 -0400", "03:00 -0400", "04:00 -0400"],
    ),
    "Cairo lost its midnight": (
        "Africa/Cairo",
        date(2024, 4, 26),
        ["01:00 +0300", "02:00 +0300", "03:00 +0300", "04:00 +0300"],
    ),
    "São Paulo lost its midnight while it had summer time": (
        "America/Sao_Paulo",
        date(2018, 11, 4),
        ["01:00 -0200", "02:00 -0200", "03:00 -0200", "04:00 -0200"],
    ),
    "São Paulo has no summer time any more": (
        "America/Sao_Paulo",
        date(2027, 11, 7),
        ["00:00 -0300", "01:00 -0300", "02:00 -0300", "03:00 -0300", "04:00 -0300"],
    ),
    "Kathmandu is three quarters off and never changes": (
        "Asia/Kathmandu",
        date(2027, 3, 28),
        ["00:00 +0545", "01:00 +0545", "02:00 +0545", "03:00 +0545", "04:00 +0545"],
    ),
    "Casablanca goes back for Ramadan": (
        "Africa/Casablanca",
        date(2027, 2, 7),
        [
            "00:00 +0100",
            "01:00 +0100",
            "02:00 +0100",
            "02:00 +0000",
            "03:00 +0000",
            "04:00 +0000",
        ],
    ),
    "Samoa went without a whole Friday": ("Pacific/Apia", date(2011, 12, 30), []),
}


@pytest.mark.parametrize(
    ("zone", "night", "shown"), list(NIGHTS.values()), ids=list(NIGHTS)
)
def test_a_night_offers_the_times_that_are_there(zone, night, shown):
    found = offered(zone, night)
    assert [f"{at.astimezone(ZoneInfo(zone)):%H:%M %z}" for at in found] == shown
    gaps = {later - one for one, later in itertools.pairwise(found)}
    assert gaps <= {HOUR}


@pytest.mark.parametrize(
    ("zone", "night"),
    [(zone, night) for zone, night, _ in NIGHTS.values()],
    ids=list(NIGHTS),
)
def test_what_a_night_offers_is_accepted_and_nothing_between(zone, night):
    rules = rules_of(zone, night)
    there = set(offered(zone, night))
    moment = min(there, default=datetime.combine(night, time(), UTC)) - 3 * HOUR
    for _ in range(40):
        said = slots.refusal(
            rules, start=moment, length=HOUR, mode="phone", at=long_before(), step=HOUR
        )
        assert (said is None) == (moment in there)
        moment += timedelta(minutes=15)


def test_a_midnight_that_is_there_twice_belongs_to_its_day_twice():
    """In Havana on 7 November 2027, 1am is midnight again."""
    found = offered("America/Havana", date(2027, 11, 7))
    shown = [f"{at.astimezone(ZoneInfo('America/Havana')):%H:%M %z}" for at in found]
    assert shown[:2] == ["00:00 -0400", "00:00 -0500"]
    assert len(shown) == 6


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
    ],
)
def test_weekly_hours_keep_their_wall_time_for_two_years(zone):
    """Ten in the morning stays ten in the morning, week after week."""
    place = ZoneInfo(zone)
    block = Block(2, time(10), time(11), zone, date(2026, 1, 1), None, ("phone",))
    rules = Rules(zone=zone, blocks=(block,), horizon=EVER)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    window = Span(start, start + timedelta(days=730))
    found = slots.free_times(rules, length=HOUR, window=window, at=start, step=HOUR)
    local = [slot.start.astimezone(place) for slot in found]
    assert {(one.weekday(), one.hour, one.minute) for one in local} == {(2, 10, 0)}
    days = {later.date() - one.date() for one, later in itertools.pairwise(local)}
    assert days == {timedelta(days=7)}
    assert len(found) in (104, 105)


@pytest.mark.parametrize(
    ("night", "length"),
    [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)],
    ids=["23 hours", "25 hours"],
)
def test_a_day_of_time_off_has_its_real_length(team, at, night, length):
    made = availability.add_time_off(
        supporter=team.dr_jo, first=night, last=night, cover=None, at=at
    )
    assert made.ends_at - made.starts_at == timedelta(hours=length)


def test_the_second_one_oclock_can_be_booked_and_told_apart(team):
    """Both hours that the clock calls 1am, through the database and the real verbs."""
    night = datetime(2027, 10, 31, tzinfo=UTC)
    owl = make_supporter(
        make_person("Dr Owl"),
        hours=((6, "00:00", "05:00"),),
        buffer_minutes=0,
        horizon_days=400,
    )
    first, second = night, night + HOUR
    place = ZoneInfo("Europe/London")
    assert first.astimezone(place).time() == second.astimezone(place).time() == time(1)
    before = night - timedelta(days=30)
    for start, person in ((first, team.ada), (second, team.bem)):
        made = book(
            team, at=before, start=start, person=person, supporter=owl, minutes=60
        )
        assert (made.starts_at, made.ends_at) == (start, start + HOUR)


def rules_of(zone, night):
    """Open from midnight to 5am on the weekday of one night."""
    block = Block(
        night.weekday(), time(), time(5), zone, date(2000, 1, 1), None, ("phone",)
    )
    return Rules(zone=zone, blocks=(block,), horizon=EVER)


def long_before():
    return datetime(2010, 1, 1, tzinfo=UTC)


def offered(zone, night):
    """The hour-long times that begin on the local day of one night."""
    noon = datetime.combine(night, time(12), UTC)
    window = Span(noon - timedelta(days=2), noon + timedelta(days=2))
    found = slots.free_times(
        rules_of(zone, night), length=HOUR, window=window, at=long_before(), step=HOUR
    )
    place = ZoneInfo(zone)
    return [one.start for one in found if one.start.astimezone(place).date() == night]
