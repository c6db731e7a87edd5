"""Regular times: each a booking of its own, moved and skipped one by one or all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import rendering
from notifications.models import STILL_HERE, Message
from sessions import booking as bookings
from sessions import repeating
from sessions.models import Booking, Series, TimeOff
from sessions.repeats import Rule
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken
from tests.support_sessions.times import book, sept

FIRST = sept(24, 10)  # Thursday
LONDON = ZoneInfo("Europe/London")


def wall(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def started(team, at, *, every_weeks=2, times=6, start=FIRST, **extra):
    first = book(team, at=at, start=start, **extra)
    return repeating.start(
        booking=first, every_weeks=every_weeks, times=times, by=team.ada, at=at
    )


def starts(series, **only):
    rows = series.bookings.filter(freed_at__isnull=True, **only)
    return [row.starts_at for row in rows.order_by("number")]


def told(person, *templates):
    rows = Message.objects.filter(person=person, state__in=STILL_HERE)
    if templates:
        rows = rows.filter(template__in=templates)
    return list(rows.order_by("pk").values_list("template", flat=True))


# --- the kernel ---


@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.times(),
    st.sampled_from(
        [
            "Europe/London",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Kathmandu",
        ]
    ),
    st.integers(1, 4),
    st.integers(1, 30),
)
def test_the_wall_time_stays_over_every_change_of_the_clocks(
    day, clock, zone, weeks, number
):
    clock = clock.replace(second=0, microsecond=0, fold=0)
    rule = Rule(clock, zone, day, 1, weeks)
    local = rule.start(number).astimezone(ZoneInfo(zone))
    assert rule.day(number) == day + timedelta(weeks=weeks * (number - 1))
    skipped = local.replace(tzinfo=None) != datetime.combine(rule.day(number), clock)
    if skipped:
        # Only where the clocks jump, and then by as much as they jump.
        before = local - timedelta(hours=3)
        assert before.utcoffset() != local.utcoffset()
    moved = rule.moved(number, rule.start(number))
    assert skipped or moved.start(1) == rule.start(1)


# --- starting ---


def test_six_times_every_two_weeks_at_the_same_hour_over_the_clock_change(team, at):
    series = started(team, at)
    days = [date(2026, 9, 24) + timedelta(weeks=2 * n) for n in range(6)]
    assert starts(series) == [wall(day, 10) for day in days]
    # Ten o'clock is 9 in UTC before 25 October 2026 and 10 after it.
    assert [start.hour for start in starts(series)] == [9, 9, 9, 10, 10, 10]
    assert {row.number for row in series.bookings.all()} == set(range(1, 7))


def test_starting_twice_is_one_series(team, at):
    series = started(team, at)
    first = series.bookings.get(number=1)
    again = repeating.start(booking=first, every_weeks=1, times=3, by=team.ada, at=at)
    assert (again, Series.objects.count()) == (series, 1)


def test_only_the_person_and_only_an_agreed_time(team, at):
    first = book(team, at=at, start=FIRST)
    asked = {"booking": first, "every_weeks": 2, "times": 3, "at": at}
    with pytest.raises(NoLongerThere):
        repeating.start(by=team.jo, **asked)
    bookings.cancel(booking=first, by=team.ada, at=at)
    with pytest.raises(NoLongerThere):
        repeating.start(by=team.ada, **asked)


def test_days_off_and_other_bookings_are_left_out(team, at):
    TimeOff.objects.create(
        supporter=team.dr_jo,
        starts_at=sept(30, 0) + timedelta(days=7),
        ends_at=sept(30, 0) + timedelta(days=9),
        cover=team.dr_kim,
    )
    book(team, at=at, start=wall(date(2026, 10, 22), 10), person=team.bem)
    book(
        team,
        at=at,
        start=wall(date(2026, 11, 5), 10),
        supporter=team.dr_kim,
    )
    series = started(team, at)
    numbers = sorted(row.number for row in series.bookings.all())
    assert numbers == [1, 5, 6]
    out = [one.start for one in repeating.timeline(series) if one.booking is None]
    assert [start.astimezone(LONDON).day for start in out] == [8, 22, 5]


def test_what_is_far_ahead_is_laid_out_when_it_comes_near(team, at):
    team.dr_jo.horizon_days = 30
    team.dr_jo.save()
    series = started(team, at)
    assert len(starts(series)) == 2
    near = wall(date(2026, 10, 22), 10) - timedelta(days=30)
    assert repeating.lay_out_due(at=near - timedelta(minutes=1)) == 0
    assert repeating.lay_out_due(at=near) == 1
    assert repeating.lay_out_due(at=near) == 0
    assert len(starts(series)) == 3
    for _ in range(5):
        series.refresh_from_db()
        if series.look_at:
            repeating.lay_out_due(at=series.look_at)
    assert (len(starts(series)), series.look_at) == (6, None)


def test_what_was_left_out_does_not_turn_up_later(team, at):
    rival = book(team, at=at, start=wall(date(2026, 10, 8), 10), person=team.bem)
    series = started(team, at, times=3)
    bookings.cancel(booking=rival, by=team.bem, at=at)
    repeating.lay_out_due(at=at + timedelta(days=1))
    assert sorted(row.number for row in series.bookings.all()) == [1, 3]


def test_every_time_of_a_series_is_closed_to_others(team, at):
    series = started(team, at)
    for start in starts(series):
        with pytest.raises(TimeTaken):
            book(team, at=at, start=start, person=team.bem)
        with pytest.raises(TimeTaken):
            book(team, at=at, start=start, supporter=team.dr_kim)


# --- messages ---


def test_the_start_is_one_message_and_each_entry_comes_two_weeks_before(team, at):
    series = started(team, at)
    for person in (team.ada, team.jo):
        assert told(person).count("series_started") == 1
        entries = Message.objects.filter(
            person=person, template="booking_agreed", state__in=STILL_HERE
        ).order_by("pk")
        due = [row.not_before for row in entries]
        assert due == [at] + [
            start - timedelta(days=14) for start in starts(series, number__gt=1)
        ]
        assert told(person).count("booking_reminder") == 12


def test_a_time_skipped_leaves_the_others(team, at):
    series = started(team, at)
    second = series.bookings.get(number=2)
    freed = bookings.cancel(booking=second, by=team.ada, at=at)
    assert len(starts(series)) == 5
    book(team, at=at, start=second.starts_at, person=team.bem)
    third = bookings.cancel(booking=series.bookings.get(number=3), by=team.ada, at=at)
    back = bookings.restore(booking=third, by=team.ada, at=at)
    assert (back.number, back.freed_at) == (3, None)
    assert freed.freed_because == "by_person"


def test_one_moved_leaves_the_others_and_both_hear_at_once(team, at):
    series = started(team, at)
    third = series.bookings.get(number=3)
    before = starts(series)
    moved = bookings.move(
        booking=third,
        start=wall(date(2026, 10, 23), 11),
        mode="phone",
        by=team.jo,
        at=at,
    )
    assert starts(series) == [*before[:2], moved.starts_at, *before[3:]]
    for person in (team.ada, team.jo):
        row = Message.objects.get(person=person, template="booking_moved")
        assert (row.not_before, row.context["invitation"]["sequence"]) == (at, 1)


# --- moving all from one on ---


def move_from(team, series, number, start, at, **extra):
    asked = {"mode": "phone", "by": team.ada} | extra
    row = series.bookings.select_related("series").get(number=number)
    return repeating.move_from(booking=row, start=start, at=at, **asked)


def test_all_from_here_move_by_the_same_step(team, at):
    series = started(team, at)
    before = starts(series)
    done = move_from(team, series, 3, wall(date(2026, 10, 23), 14, 30), at)
    assert (done.moved, done.stayed) == (4, [])
    fridays = [date(2026, 10, 23) + timedelta(weeks=2 * n) for n in range(4)]
    assert starts(series) == before[:2] + [wall(day, 14, 30) for day in fridays]
    for person in (team.ada, team.jo):
        assert told(person, "series_moved") == ["series_moved"]
        entries = Message.objects.filter(
            person=person, template="booking_agreed", state__in=STILL_HERE
        )
        waiting = {row.context["starts_at"]: row.not_before for row in entries}
        for start in starts(series, number__gte=3):
            assert waiting[start.isoformat()] == start - timedelta(days=14)
        assert told(person, "booking_moved") == []


@pytest.mark.parametrize("weeks", [-1, 1])
def test_a_step_of_a_whole_week_finds_no_own_time_in_the_way(team, at, weeks):
    series = started(team, at, every_weeks=1)
    new = starts(series)[2] + timedelta(weeks=weeks)
    if weeks < 0:
        bookings.cancel(booking=series.bookings.get(number=2), by=team.ada, at=at)
    done = move_from(team, series, 3, new, at)
    assert (done.moved, done.stayed) == (4, [])


def test_one_whose_new_time_is_taken_stays(team, at):
    series = started(team, at)
    book(team, at=at, start=wall(date(2026, 11, 6), 14, 30), person=team.bem)
    done = move_from(team, series, 3, wall(date(2026, 10, 23), 14, 30), at)
    assert (done.moved, [row.number for row in done.stayed]) == (3, [4])
    assert series.bookings.get(number=4).starts_at == wall(date(2026, 11, 5), 10)


def test_when_the_first_of_them_cannot_move_nothing_does(team, at):
    series = started(team, at)
    before = starts(series)
    book(team, at=at, start=wall(date(2026, 10, 23), 14, 30), person=team.bem)
    with pytest.raises(TimeTaken):
        move_from(team, series, 3, wall(date(2026, 10, 23), 14, 30), at)
    with pytest.raises(NotInOfferedHours):
        move_from(team, series, 3, wall(date(2026, 10, 24), 14, 30), at)
    assert starts(series) == before
    series.refresh_from_db()
    assert (series.anchor_on, series.anchor_number) == (date(2026, 9, 24), 1)
    assert told(team.ada, "series_moved") == []


def test_what_is_laid_out_after_a_move_follows_it(team, at):
    team.dr_jo.horizon_days = 40
    team.dr_jo.save()
    series = started(team, at)
    move_from(team, series, 2, wall(date(2026, 10, 9), 15), at)
    repeating.lay_out_due(at=at + timedelta(days=60))
    later = starts(series, number__gt=2)
    assert later
    assert {start.astimezone(LONDON).strftime("%a %H") for start in later} == {"Fri 15"}


# --- the end ---


def test_the_end_frees_what_is_to_come_and_is_said_once(team, at):
    series = started(team, at)
    later = sept(25, 10)
    assert repeating.end(series=series, by=team.ada, at=later) == 5
    assert repeating.end(series=series, by=team.ada, at=later) == 0
    assert starts(series) == [FIRST]
    for person in (team.ada, team.jo):
        assert told(person, "series_ended") == ["series_ended"]
        # The second time was near enough to stand in calendars, and leaves them.
        assert told(person, "booking_cancelled") == ["booking_cancelled"]
    book(team, at=later, start=wall(date(2026, 10, 22), 10), person=team.bem)
    series.refresh_from_db()
    assert repeating.lay_out_due(at=later + timedelta(days=400)) == 0


def test_when_we_end_it_the_person_reads_that_we_are_sorry(team, at):
    series = started(team, at)
    repeating.end(series=series, by=team.jo, at=at)
    row = Message.objects.get(person=team.ada, template="series_ended")
    text = rendering.letter(row, at=at, to=team.ada.email).text
    assert "we are sorry" in text
    assert "Whitfield" not in text


# --- pages ---


@pytest.fixture
def browse(client, settings, at):
    settings.DEMO_AT = at

    def as_person(person):
        client.force_login(person)
        return client

    return as_person


def test_a_person_makes_an_agreed_time_a_regular_one(team, at, browse):
    first = book(team, at=at, start=FIRST)
    path = f"/bookings/{first.public_id}/"
    assert "Make this a regular time" in browse(team.ada).get(path).content.decode()
    assert "Make this a regular time" not in browse(team.jo).get(path).content.decode()
    assert browse(team.jo).get(f"{path}regular/").status_code == 404
    page = browse(team.ada).post(f"{path}regular/", {"every_weeks": "3", "times": "1"})
    text = page.content.decode()
    assert (page.status_code, "Choose one of these." in text) == (422, True)
    assert "At least twice." in text
    asked = {"every_weeks": "2", "times": "6"}
    for _ in range(2):
        page = browse(team.ada).post(f"{path}regular/", asked, follow=True)
        assert page.content.decode().count("Move or skip this one") == 6
    assert Series.objects.count() == 1


def test_both_see_the_series_and_nobody_else(team, at, browse):
    series = started(team, at)
    path = f"/series/{series.public_id}/"
    for person in (team.ada, team.jo):
        page = browse(person).get(path).content.decode()
        assert "Thursday 5\u00a0November" in page
    second = series.bookings.get(number=2)
    for person in (team.bem, team.kim, team.lou, team.sam, team.charlie):
        assert browse(person).get(path).status_code == 404
        assert browse(person).post(f"{path}end/").status_code == 404
        moving = browse(person).get(f"/bookings/{second.public_id}/move-from/")
        assert moving.status_code == 404
    assert Booking.objects.filter(freed_at__isnull=True).count() == 6


def test_all_from_here_are_moved_from_a_list(team, at, browse):
    series = started(team, at)
    third = series.bookings.get(number=3)
    path = f"/bookings/{third.public_id}/move-from/"
    page = browse(team.jo).get(path).content.decode()
    assert "Thursday 15\u00a0October" in page
    chosen = {"start": wall(date(2026, 10, 23), 14, 30).isoformat(), "mode": "video"}
    page = browse(team.jo).post(path, chosen, follow=True).content.decode()
    assert "4 times moved." in page
    assert "Friday 23\u00a0October" in page
    page = browse(team.jo).post(path, {"start": "x", "mode": "video"})
    assert "Choose one of the times." in page.content.decode()


def test_a_series_is_ended_from_its_page(team, at, browse):
    series = started(team, at)
    path = f"/series/{series.public_id}/"
    page = browse(team.jo).post(f"{path}end/", follow=True).content.decode()
    assert "This regular time has ended" in page
    assert "End it" not in page
    again = browse(team.ada).get(
        f"/bookings/{series.bookings.get(number=2).public_id}/move-from/"
    )
    assert again.status_code == 302


def test_one_page_costs_the_same_for_two_times_and_for_eight(
    team, at, browse, django_assert_num_queries
):
    short = started(team, at, times=2)
    long = started(team, at, times=8, start=sept(25, 14), every_weeks=1)
    ada = browse(team.ada)
    ada.get(f"/series/{short.public_id}/")
    with django_assert_num_queries(5):
        ada.get(f"/series/{short.public_id}/")
    with django_assert_num_queries(5):
        ada.get(f"/series/{long.public_id}/")
