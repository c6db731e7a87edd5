"""Which times are free: the edges by hand, the rule itself by the thousand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions import slots
from sessions.slots import Block, Rules, Slot, Span, Taken
from sessions.weekly import days

HOUR = timedelta(hours=1)
AT = datetime(2026, 1, 1, tzinfo=UTC)
LONG = timedelta(days=9999)
LONDON = "Europe/London"
RRULE_DAYS = (MO, TU, WE, TH, FR, SA, SU)


def block(weekday, starts, ends, zone=LONDON, **extra):
    extra = {"from_date": date(2020, 1, 1), "modes": ("phone",)} | extra
    return Block(
        weekday=weekday,
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
        zone=zone,
        **extra,
    )


def rules(*blocks, zone=LONDON, **extra):
    return Rules(zone=zone, blocks=blocks, **({"horizon": LONG} | extra))


def on(day, found, *, length=HOUR, step=HOUR, zone=LONDON, at=AT, days=1):
    """The free times that start on a local day, as the clock shows them there."""
    place = ZoneInfo(zone)
    start = datetime.combine(day, time(), place).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=days), time(), place).astimezone(UTC)
    times = slots.free_times(
        found, length=length, window=Span(start, end), at=at, step=step
    )
    return [f"{slot.start.astimezone(place):%H:%M%z}"[:-2] for slot in times]


WEDNESDAY = date(2026, 2, 4)


def hours(*whole):
    return [f"{hour:02}:00+00" for hour in whole]


def test_overlapping_hours_are_one_and_give_eight_hours_not_nine():
    found = rules(block(2, "09:00", "13:00"), block(2, "12:00", "17:00"))
    assert on(WEDNESDAY, found) == hours(*range(9, 17))


def test_touching_hours_are_one_so_a_time_may_lie_across_them():
    found = rules(block(2, "09:00", "10:30"), block(2, "10:30", "12:00"))
    assert on(WEDNESDAY, found) == hours(9, 10, 11)


def test_hours_with_a_gap_start_anew_after_it():
    found = rules(block(2, "09:00", "10:30"), block(2, "11:15", "12:15"))
    assert on(WEDNESDAY, found) == ["09:00+00", "11:15+00"]


def test_hours_pass_midnight():
    found = rules(block(2, "22:30", "02:30"))
    assert on(WEDNESDAY, found) == ["22:30+00", "23:30+00"]
    assert on(WEDNESDAY + timedelta(days=1), found) == ["00:30+00", "01:30+00"]


def test_an_end_at_midnight_is_the_end_of_the_day():
    assert on(WEDNESDAY, rules(block(2, "22:00", "00:00"))) == hours(22, 23)


def test_touching_midnight_lets_a_time_lie_across_it():
    found = rules(block(2, "22:30", "00:00"), block(3, "00:00", "01:30"))
    assert on(WEDNESDAY, found) == ["22:30+00", "23:30+00"]
    assert on(WEDNESDAY + timedelta(days=1), found) == ["00:00+00"]


def test_dates_bound_the_hours_and_the_last_one_is_the_first_day_without():
    found = rules(
        block(
            2,
            "09:00",
            "10:00",
            from_date=WEDNESDAY,
            until_date=WEDNESDAY + timedelta(days=7),
        )
    )
    week = timedelta(days=7)
    assert on(WEDNESDAY - week, found) == []
    assert on(WEDNESDAY, found) == hours(9)
    assert on(WEDNESDAY + week, found) == []


def test_a_time_that_the_clock_skips_is_never_offered():
    found = rules(block(6, "00:00", "05:00"))
    assert on(date(2027, 3, 28), found) == [
        "00:00+00",
        "02:00+01",
        "03:00+01",
        "04:00+01",
    ]


def test_a_time_that_comes_twice_is_offered_twice_and_told_apart():
    found = rules(block(6, "00:00", "05:00"))
    assert on(date(2027, 10, 31), found) == [
        "00:00+01",
        "01:00+01",
        "01:00+00",
        "02:00+00",
        "03:00+00",
        "04:00+00",
    ]


def test_hours_inside_the_skipped_hour_offer_nothing():
    found = rules(block(6, "01:15", "01:45"))
    half = timedelta(minutes=15)
    assert on(date(2027, 3, 28), found, length=half, step=half) == []


def test_the_second_of_two_equal_hours_stays_inside_what_was_said():
    found = rules(block(6, "01:30", "02:00"))
    half = timedelta(minutes=30)
    assert on(date(2027, 10, 31), found, length=half, step=half) == [
        "01:30+01",
        "01:30+00",
    ]


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("America/New_York", (date(2027, 3, 14), 4), (date(2027, 11, 7), 6)),
        ("Australia/Lord_Howe", (date(2026, 10, 4), 4), (date(2027, 4, 4), 5)),
        ("Asia/Kathmandu", (date(2027, 3, 28), 5), (date(2027, 10, 31), 5)),
    ],
)
def test_the_night_of_the_change_has_its_real_length(zone, spring, autumn):
    found = rules(block(6, "00:00", "05:00", zone), zone=zone)
    for day, count in (spring, autumn):
        assert len(on(day, found, zone=zone)) == count


def test_the_buffer_between_two_is_the_larger_and_not_the_sum():
    ten = datetime(2026, 2, 4, 10, tzinfo=UTC)
    half, quarter = timedelta(minutes=30), timedelta(minutes=15)
    for theirs, own in ((half, quarter), (quarter, half)):
        taken = Taken(Span(ten, ten + HOUR), theirs)
        found = rules(block(2, "09:00", "12:15"), taken=(taken,), buffer=own)
        assert on(WEDNESDAY, found, length=half, step=quarter) == [
            "09:00+00",
            "11:30+00",
            "11:45+00",
        ]


def test_a_full_day_offers_nothing_and_own_support_does_not_fill_it():
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    counted = Taken(Span(nine, nine + HOUR))
    own = Taken(Span(nine, nine + HOUR), counts=False)
    hours_open = block(2, "09:00", "12:00")
    full = rules(hours_open, taken=(counted,), most_per_day=1)
    assert on(WEDNESDAY, full) == []
    assert on(WEDNESDAY, rules(hours_open, taken=(own,), most_per_day=1)) == hours(
        10, 11
    )


def test_every_second_week_is_counted_from_the_first_day():
    found = rules(
        block(2, "09:00", "10:00", from_date=date(2026, 1, 29), every_weeks=2)
    )
    week = timedelta(days=7)
    shown = [bool(on(WEDNESDAY + number * week, found)) for number in range(-1, 5)]
    assert shown == [False, True, False, True, False, True]


@pytest.mark.parametrize("every", [1, 2, 3, 4, 8])
def test_weeks_are_counted_the_same_however_far_away_the_window_is(every):
    first = date(2020, 1, 1)
    found = rules(
        block(2, "09:00", "10:00", from_date=first, every_weeks=every), horizon=LONG
    )
    year = [
        first + timedelta(days=7 * number)
        for number in range(330, 350)
        if on(first + timedelta(days=7 * number), found)
    ]
    assert year == [
        first + timedelta(days=7 * number)
        for number in range(330, 350)
        if number % every == 0
    ]


@given(
    weekday=st.integers(0, 6),
    every=st.sampled_from([(1, None), (2, None), (8, None)])
    | st.tuples(st.just(1), st.sampled_from([1, 2, 3, 4, -1])),
    from_date=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    length=st.none() | st.integers(1, 500),
    first=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
)
def test_days_recur_as_rules_of_calendars_do(weekday, every, from_date, length, first):
    weeks, of_month = every
    until = None if length is None else from_date + timedelta(days=length)
    found = block(
        weekday,
        "09:00",
        "10:00",
        from_date=from_date,
        until_date=until,
        every_weeks=weeks,
        of_month=of_month,
    )
    last = first + timedelta(days=200)
    start = datetime.combine(from_date, time())
    if of_month:
        rule = rrule(MONTHLY, byweekday=RRULE_DAYS[weekday](of_month), dtstart=start)
    else:
        rule = rrule(
            WEEKLY,
            interval=weeks,
            byweekday=weekday,
            dtstart=start + timedelta(days=(weekday - start.weekday()) % 7),
        )
    known = rule.between(
        datetime.combine(first, time()), datetime.combine(last, time()), inc=True
    )
    assert list(days(found, first, last)) == [
        one.date() for one in known if until is None or one.date() < until
    ]


def test_the_first_wednesday_of_each_month_and_the_last():
    first = rules(block(2, "09:00", "10:00", of_month=1), horizon=LONG)
    last = rules(block(2, "14:00", "15:00", of_month=-1), horizon=LONG)
    shown = [
        [day for day in range(1, 32) if on(date(2026, 9, 1) + timedelta(day - 1), one)]
        for one in (first, last)
    ]
    assert shown == [[2], [30]]


def test_a_closed_day_takes_what_recurs_and_leaves_what_was_meant_for_it():
    day = timedelta(days=1)
    weekly = block(2, "09:00", "11:00")
    extra = block(2, "14:00", "15:00", from_date=WEDNESDAY, until_date=WEDNESDAY + day)
    found = rules(weekly, extra, closed=frozenset({WEDNESDAY}))
    assert on(WEDNESDAY, found) == hours(14)
    assert on(WEDNESDAY + 7 * day, found) == hours(9, 10)


def test_a_closed_day_takes_hours_that_begin_on_it_and_pass_midnight():
    found = rules(block(2, "22:00", "02:00"), closed=frozenset({WEDNESDAY}))
    assert on(WEDNESDAY, found, days=2) == []


def test_busy_time_takes_what_it_covers_and_the_grid_stays():
    ten = datetime(2026, 2, 4, 10, 10, tzinfo=UTC)
    busy = Span(ten, ten + timedelta(minutes=20))
    found = rules(block(2, "09:00", "13:00"), busy=(busy,))
    assert on(WEDNESDAY, found) == hours(9, 11, 12)
    said = slots.refusal(found, start=ten, length=HOUR, mode="phone", at=AT)
    assert said == "This time is not open."


def test_busy_elsewhere_counts_neither_for_the_day_nor_for_the_week():
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    found = rules(
        block(2, "09:00", "11:00"),
        busy=(Span(nine, nine + HOUR),),
        most_per_day=1,
        most_per_week=1,
    )
    assert on(WEDNESDAY, found) == hours(10)


def test_a_full_week_is_full_from_monday_to_sunday_across_the_months():
    monday = datetime(2026, 3, 30, 9, tzinfo=UTC)
    every_day = [block(day, "09:00", "11:00", "UTC") for day in range(7)]
    taken = tuple(
        Taken(Span(monday + timedelta(days=n), monday + timedelta(days=n, hours=1)))
        for n in (0, 2)
    )
    found = rules(*every_day, zone="UTC", taken=taken, most_per_week=2)
    days = {
        day: on(monday.date() + timedelta(days=day), found, zone="UTC")
        for day in range(-1, 8)
    }
    assert [bool(times) for times in days.values()] == [True, *[False] * 7, True]
    said = slots.refusal(
        found, start=monday + timedelta(days=4), length=HOUR, mode="phone", at=AT
    )
    assert said == "This week is full."


def run_of(*taken, longest=150, rest=30):
    """Open from 9 to 6 on a Wednesday, with bookings of so many minutes past nine."""
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    minutes = [(timedelta(minutes=a), timedelta(minutes=b)) for a, b in taken]
    return rules(
        block(2, "09:00", "18:00"),
        taken=tuple(Taken(Span(nine + a, nine + b)) for a, b in minutes),
        longest_run=timedelta(minutes=longest),
        rest=timedelta(minutes=rest),
    )


def test_no_run_of_bookings_is_longer_than_it_may_be():
    two_in_a_row = run_of((0, 60), (60, 120), longest=150)
    # 11:00 and 11:15 would make three hours and more; 11:30 comes after a break.
    found = on(WEDNESDAY, two_in_a_row, step=timedelta(minutes=15))
    assert found[0] == "11:30+00"
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    said = slots.refusal(
        two_in_a_row, start=nine + 2 * HOUR, length=HOUR, mode="phone", at=AT
    )
    assert said == "This time would leave no break."


def test_a_time_between_two_bookings_must_not_join_them_into_a_long_run():
    booked = (0, 60), (135, 195)
    quarter = timedelta(minutes=15)
    # An hour in the gap would join 9:00 to 12:15 without a break between.
    assert on(WEDNESDAY, run_of(*booked, longest=150), step=quarter)[0] == "12:15+00"
    assert on(WEDNESDAY, run_of(*booked, longest=195), step=quarter)[0] == "10:00+00"


def test_a_break_of_exactly_the_rest_ends_a_run():
    rested = run_of((0, 60), (90, 150), longest=130)
    assert on(WEDNESDAY, rested, step=timedelta(minutes=30))[0] == "11:30+00"


def test_one_long_booking_alone_is_no_run():
    alone = run_of(longest=30)
    assert on(WEDNESDAY, alone) == hours(*range(9, 18))


def test_time_off_takes_the_hours_that_it_covers():
    ten = datetime(2026, 2, 4, 10, tzinfo=UTC)
    found = rules(block(2, "09:00", "13:00"), away=(Span(ten, ten + HOUR),))
    assert on(WEDNESDAY, found) == hours(9, 11, 12)


def test_notice_and_horizon_bound_what_is_offered():
    at = datetime(2026, 2, 4, 9, 30, tzinfo=UTC)
    found = rules(block(2, "09:00", "13:00"), notice=HOUR, horizon=2 * HOUR)
    assert on(WEDNESDAY, found, at=at) == hours(11)


def test_each_time_says_how_it_can_be_held_and_where():
    found = rules(
        block(2, "09:00", "11:00", modes=("phone",)),
        block(2, "10:00", "12:00", modes=("in_person",), place="room 4"),
    )
    day = datetime(2026, 2, 4, tzinfo=UTC)
    window = Span(day, day + timedelta(days=1))
    nine = day + timedelta(hours=9)
    assert slots.free_times(found, length=HOUR, window=window, at=AT, step=HOUR) == [
        Slot(nine, nine + HOUR, ("phone",)),
        Slot(nine + HOUR, nine + 2 * HOUR, ("phone", "in_person"), "room 4"),
        Slot(nine + 2 * HOUR, nine + 3 * HOUR, ("in_person",), "room 4"),
    ]
    wrong_way = slots.refusal(found, start=nine, length=HOUR, mode="video", at=AT)
    assert wrong_way == "This time cannot be held that way."


def test_refusals_say_why_in_a_sentence():
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    found = rules(
        block(2, "09:00", "12:00"),
        taken=(Taken(Span(nine, nine + HOUR)),),
        notice=HOUR,
        horizon=timedelta(days=10),
        most_per_day=1,
    )

    def why(start, at):
        return slots.refusal(found, start=start, length=HOUR, mode="phone", at=at)

    week = timedelta(days=7)
    assert why(nine, nine) == "This time is too soon to arrange."
    assert why(nine, AT) == "This time is further ahead than can be booked."
    assert why(nine + HOUR, nine - week) == "This day is full."
    assert why(nine + week + timedelta(minutes=1), nine) == "This time is not open."
    assert why(nine + week, nine) is None


def test_open_spans_are_the_hours_less_what_is_promised():
    nine = datetime(2026, 2, 4, 9, tzinfo=UTC)
    found = rules(
        block(2, "08:00", "12:00"),
        taken=(Taken(Span(nine, nine + HOUR)),),
        buffer=timedelta(minutes=10),
    )
    day = datetime(2026, 2, 4, tzinfo=UTC)
    ten_minutes = timedelta(minutes=10)
    assert slots.open_spans(found, Span(day, day + timedelta(days=1))) == [
        Span(nine - HOUR, nine - ten_minutes),
        Span(nine + HOUR + ten_minutes, nine + 3 * HOUR),
    ]


# --- one rule for showing and for accepting ---

ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]
quarter_hours = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


def near_night(night):
    return st.integers(-1, 2).map(lambda days: night + timedelta(days=days))


@st.composite
def calendars(draw):
    """Rules around a night on which clocks may change, and the window to look at."""
    zone = draw(st.sampled_from(ZONES))
    night = draw(
        st.sampled_from(
            [date(2026, 10, 4), date(2026, 3, 22), date(2027, 3, 28), date(2027, 11, 7)]
        )
    )
    start = datetime.combine(night, time(), UTC) - timedelta(
        hours=draw(st.integers(0, 30))
    )
    window = Span(start, start + timedelta(hours=draw(st.integers(1, 60))))
    blocks = draw(
        st.lists(
            st.builds(
                Block,
                weekday=st.integers(0, 6),
                starts=quarter_hours,
                ends=quarter_hours,
                zone=st.sampled_from([zone, zone, "Asia/Kathmandu"]),
                from_date=st.just(date(2020, 1, 1)),
                until_date=st.sampled_from([None, night]),
                modes=st.sampled_from([("phone",), ("video",), ("phone", "in_person")]),
                place=st.sampled_from(["", "room 4"]),
                every_weeks=st.sampled_from([1, 1, 2, 3]),
            ),
            max_size=8,
        )
    )
    moments = st.integers(-200, 400).map(lambda n: start + timedelta(minutes=15 * n))
    spans = moments.map(lambda moment: Span(moment, moment + timedelta(minutes=50)))
    taken = draw(
        st.lists(st.builds(Taken, spans, st.just(timedelta(minutes=20))), max_size=6)
    )
    found = Rules(
        zone=zone,
        blocks=tuple(blocks),
        away=tuple(draw(st.lists(spans, max_size=2))),
        taken=tuple(taken),
        buffer=timedelta(minutes=10),
        notice=timedelta(minutes=draw(st.sampled_from([0, 90]))),
        horizon=timedelta(days=draw(st.sampled_from([1, 90]))),
        most_per_day=draw(st.integers(1, 5)),
        closed=frozenset(draw(st.sets(near_night(night), max_size=2))),
        busy=tuple(draw(st.lists(spans, max_size=3))),
        most_per_week=draw(st.sampled_from([None, 2, 6])),
        longest_run=draw(st.sampled_from([None, timedelta(minutes=100)])),
    )
    return found, window, start - timedelta(hours=draw(st.integers(0, 40)))


LENGTHS = st.sampled_from([20, 50, 90]).map(lambda n: timedelta(minutes=n))


@settings(max_examples=80, deadline=None)
@given(calendars(), LENGTHS)
def test_every_time_offered_is_accepted_and_every_other_is_refused(calendar, length):
    found, window, at = calendar
    offered = {
        slot.start: slot
        for slot in slots.free_times(found, length=length, window=window, at=at)
    }
    moment = window.start
    while moment < window.end:
        slot = offered.pop(moment, None)
        for mode in ("phone", "video", "in_person"):
            said = slots.refusal(found, start=moment, length=length, mode=mode, at=at)
            assert (said is None) == bool(slot and mode in slot.modes)
        moment += timedelta(minutes=15)
    # Nothing begins off the quarter hours that all of these zones and blocks share.
    assert offered == {}


@settings(max_examples=80, deadline=None)
@given(calendars(), LENGTHS)
def test_every_time_offered_lies_in_hours_that_the_clock_shows(calendar, length):
    found, window, at = calendar
    for slot in slots.free_times(found, length=length, window=window, at=at):
        assert slot.end - slot.start == length
        minute = slot.start
        while minute < slot.end:
            assert any(_shows(one, minute, found.closed) for one in found.blocks)
            shut = (*found.away, *found.busy)
            assert not any(span.start <= minute < span.end for span in shut)
            assert not any(
                one.span.start - timedelta(minutes=20)
                <= minute
                < one.span.end + timedelta(minutes=20)
                for one in found.taken
            )
            minute += timedelta(minutes=5)


def _shows(one, moment, closed):
    """Whether the wall clock of the block's zone stands inside the block."""
    first = one.from_date + timedelta(days=(one.weekday - one.from_date.weekday()) % 7)
    local = moment.astimezone(ZoneInfo(one.zone)).replace(tzinfo=None)
    for day in (local.date(), local.date() - timedelta(days=1)):
        starts = datetime.combine(day, one.starts)
        ends = datetime.combine(day, one.ends)
        ends += timedelta(days=1) if ends <= starts else timedelta()
        in_force = (
            (day - first).days % (7 * one.every_weeks) == 0
            and not (one.until_date and day >= one.until_date)
            and day not in closed
        )
        if in_force and starts <= local < ends:
            return True
    return False


@settings(max_examples=80, deadline=None)
@given(calendars(), LENGTHS, st.integers(1, 59))
def test_what_is_free_does_not_depend_on_the_window(calendar, length, cut):
    found, window, at = calendar
    middle = window.start + (window.end - window.start) * cut / 60

    def free(start, end):
        return slots.free_times(found, length=length, window=Span(start, end), at=at)

    halves = free(window.start, middle) + free(middle, window.end)
    assert halves == free(window.start, window.end)
