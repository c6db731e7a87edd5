"""When to tell, by the thousand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import timing
from notifications.segments import segments

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
NIGHTS = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # clocks go forward in London
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # and back
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 23, 22, tzinfo=UTC),  # Cairo, at midnight
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe, by half an hour
)
quarter_hours = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
moments = st.one_of(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.builds(
        lambda night, minutes: night + timedelta(minutes=minutes),
        st.sampled_from(NIGHTS),
        st.integers(-300, 300),
    ),
)


def _quiet(local: datetime, start: time, end: time) -> bool:
    wall = local.time()
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end


@given(moments, st.sampled_from(ZONES), quarter_hours, quarter_hours, st.booleans())
def test_a_text_never_comes_in_quiet_hours_nor_earlier_than_asked(
    moment, zone, start, end, weekends_off
):
    found = timing.out_of_quiet(
        moment,
        zone=zone,
        quiet_from=start,
        quiet_until=end,
        weekends_off=weekends_off,
    )
    local = found.astimezone(ZoneInfo(zone))
    assert moment <= found <= moment + timedelta(days=4)
    assert not _quiet(local, start, end)
    assert not (weekends_off and local.weekday() >= 5)


days_off = st.frozensets(
    st.integers(0, 2 * 365).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
    max_size=30,
)
runs_of_days_off = st.builds(
    lambda first, length: frozenset(first + timedelta(days=n) for n in range(length)),
    st.integers(0, 2 * 365).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
    st.integers(1, 9),
)


@st.composite
def a_moment_near_days_off(draw):
    """Days off mean little to a moment that lies months away from them."""
    days = draw(st.one_of(days_off, runs_of_days_off))
    if not days:
        return draw(moments), days
    near = datetime.combine(draw(st.sampled_from(sorted(days))), time(), UTC)
    return near + timedelta(minutes=draw(st.integers(-48 * 60, 48 * 60))), days


@given(
    a_moment_near_days_off(),
    st.sampled_from(ZONES),
    quarter_hours,
    quarter_hours,
    st.booleans(),
)
def test_a_day_off_is_quiet_as_a_whole_and_the_wait_is_no_longer_than_that(
    moment_and_days, zone, start, end, weekends_off
):
    moment, days = moment_and_days
    place = ZoneInfo(zone)
    found = timing.out_of_quiet(
        moment,
        zone=zone,
        quiet_from=start,
        quiet_until=end,
        weekends_off=weekends_off,
        days_off=days,
    )

    def awake(instant):
        local = instant.astimezone(place)
        weekend = weekends_off and local.weekday() >= 5
        return not (weekend or local.date() in days or _quiet(local, start, end))

    assert awake(found)
    assert found >= moment
    steps = int((found - moment) / timedelta(minutes=15))
    earlier = [moment + timedelta(minutes=15 * step) for step in range(steps)]
    assert [instant for instant in earlier if awake(instant)] == []


@given(
    moments,
    st.lists(st.sampled_from((*ZONES, "Pacific/Auckland")), min_size=2, max_size=5),
    quarter_hours,
    quarter_hours,
)
def test_who_travels_is_not_woken_where_they_are_and_nothing_comes_early(
    moment, zones, start, end
):
    """Planned in one zone and looked at again in each further one, as the last look
    before the text does."""
    found = moment
    for zone in zones:
        asked = found
        found = timing.out_of_quiet(
            asked, zone=zone, quiet_from=start, quiet_until=end, weekends_off=False
        )
        assert found >= asked
        assert not _quiet(found.astimezone(ZoneInfo(zone)), start, end)
    again = timing.out_of_quiet(
        found, zone=zones[-1], quiet_from=start, quiet_until=end, weekends_off=False
    )
    assert again == found
    assert found <= moment + timedelta(days=2 * len(zones))


@pytest.mark.parametrize(
    ("moment", "until", "expected"),
    [
        # London, 29 March: 1am becomes 2am, so that 1:30am is an hour later.
        ("2026-03-29T00:30Z", time(1, 30), "2026-03-29T01:30Z"),
        ("2026-03-29T00:30Z", time(8), "2026-03-29T07:00Z"),
        # 25 October: 2am becomes 1am. The first 1:30am ends it, the second as well.
        ("2026-10-25T00:10Z", time(1, 30), "2026-10-25T00:30Z"),
        ("2026-10-25T01:10Z", time(1, 30), "2026-10-25T01:30Z"),
        ("2026-10-24T23:30Z", time(8), "2026-10-25T08:00Z"),
    ],
)
def test_quiet_hours_end_on_the_wall_on_the_nights_when_the_clocks_change(
    moment, until, expected
):
    found = timing.out_of_quiet(
        datetime.fromisoformat(moment),
        zone="Europe/London",
        quiet_from=time(20),
        quiet_until=until,
        weekends_off=False,
    )
    assert found == datetime.fromisoformat(expected)


@given(moments, st.sampled_from(ZONES), quarter_hours)
def test_the_next_morning_is_on_the_next_day_and_not_before_its_hour(
    moment, zone, wall
):
    found = timing.next_morning(moment, zone=zone, wall=wall)
    local = found.astimezone(ZoneInfo(zone))
    today = timing.local_day(moment, zone=zone)
    assert local.date() == today + timedelta(days=1)
    assert moment < found <= moment + timedelta(hours=49)
    # A wall time that the clock jumps over is the one after the jump.
    jumped = local.time() > wall
    assert local.time() == wall or (
        jumped and local.utcoffset() != _offset(moment, zone)
    )


def _offset(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


@given(moments, st.integers(0, 72 * 60))
def test_later_is_later_and_inside_the_use_or_not_at_all(moment, minutes):
    end = moment + timedelta(minutes=minutes)
    found = timing.once_more(at=moment, expires_at=end)
    if minutes < 20:
        assert found is None
    else:
        assert moment + timedelta(minutes=10) <= found < end
        assert found <= moment + timedelta(hours=2)


@given(moments, st.sampled_from(ZONES))
def test_nothing_moves_when_there_are_no_quiet_hours(moment, zone):
    noon = time(12)
    found = timing.out_of_quiet(
        moment, zone=zone, quiet_from=noon, quiet_until=noon, weekends_off=False
    )
    assert found == moment


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (
            datetime(2026, 9, 15, 20, 0, tzinfo=UTC),
            datetime(2026, 9, 16, 7, 0, tzinfo=UTC),
        ),
        (
            datetime(2026, 9, 16, 3, 0, tzinfo=UTC),
            datetime(2026, 9, 16, 7, 0, tzinfo=UTC),
        ),
        (
            datetime(2026, 9, 16, 7, 0, tzinfo=UTC),
            datetime(2026, 9, 16, 7, 0, tzinfo=UTC),
        ),
        (
            datetime(2026, 9, 18, 20, 0, tzinfo=UTC),
            datetime(2026, 9, 21, 7, 0, tzinfo=UTC),
        ),
        (
            datetime(2026, 10, 24, 12, 0, tzinfo=UTC),
            datetime(2026, 10, 26, 8, 0, tzinfo=UTC),
        ),
    ],
)
def test_quiet_hours_end_at_8am_on_the_persons_wall(moment, expected):
    found = timing.out_of_quiet(
        moment,
        zone="Europe/London",
        quiet_from=time(20),
        quiet_until=time(8),
        weekends_off=True,
    )
    assert found == expected


def test_two_days_before_is_the_same_time_of_day_although_the_clocks_change():
    start = datetime(2026, 10, 26, 14, 0, tzinfo=UTC)  # 2pm GMT, a Monday
    found = timing.before(start, amount="P2D", zone="Europe/London")
    assert found == datetime(2026, 10, 24, 13, 0, tzinfo=UTC)  # 2pm BST


@pytest.mark.parametrize(
    ("amount", "minutes"), [("PT2H", 120), ("PT30M", 30), ("PT1H30M", 90)]
)
def test_hours_and_minutes_before_are_elapsed(amount, minutes):
    start = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    found = timing.before(start, amount=amount, zone="Europe/London")
    assert found == start - timedelta(minutes=minutes)


@pytest.mark.parametrize("amount", ["", "P", "PT", "2D", "P1W", "P2DT1H", "-PT1H"])
def test_a_span_that_makes_no_sense_is_turned_down(amount):
    with pytest.raises(timing.BadAmount):
        timing.before(datetime(2026, 9, 15, tzinfo=UTC), amount=amount, zone="UTC")


def test_the_waits_grow_and_end():
    waits = [timing.retry_wait(speed="quick", quick=done) for done in range(10)]
    assert waits == [10, 30, 60, 300, 900, 300, 900, 1800, 3600, None]
    waits = [timing.retry_wait(speed="slow", slow=done) for done in range(5)]
    assert waits == [300, 900, 1800, 3600, None]
    waits = [timing.retry_wait(speed="unreachable", unreachable=n) for n in range(2)]
    assert waits == [1800, None]


@given(st.floats(-1, 1))
def test_jitter_moves_a_wait_by_a_fifth_at_most(jitter):
    assert 8 <= timing.retry_wait(speed="quick", jitter=jitter) <= 12


def test_a_carrier_may_try_until_the_use_is_over_and_four_hours_at_most(at):
    soon, far = at + timedelta(minutes=50), at + timedelta(days=2)
    assert timing.validity_seconds(at=at, expires_at=soon) == 3000
    assert timing.validity_seconds(at=at, expires_at=far) == 14_400
    assert timing.validity_seconds(at=at, expires_at=at) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("æøå" * 50, 1),
        ("\u2019" * 70, 1),
        ("\u2019" * 71, 2),
        ("\u00a0" + "a" * 70, 2),
    ],
)
def test_texts_are_counted_in_the_parts_they_are_sent_in(text, parts):
    assert segments(text) == parts
