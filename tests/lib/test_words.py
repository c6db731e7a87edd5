"""Instants and lengths in plain words, through clock changes and at the day's edges."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.lib import words

ZONES = ("Europe/London", "Africa/Nairobi", "America/New_York", "Asia/Kathmandu")
LONDON = "Europe/London"


def instant(*parts, zone=LONDON, fold=0):
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


AT = instant(2026, 9, 15, 16, 0)


def plain(text):
    return text.replace(words.NBSP, " ")


@pytest.mark.parametrize(
    ("wall", "said"),
    [
        (time(0, 0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(1, 0), "1am"),
        (time(9, 30), "9:30am"),
        (time(11, 59), "11:59am"),
        (time(12, 0), "noon"),
        (time(12, 1), "12:01pm"),
        (time(14, 0), "2pm"),
        (time(23, 45), "11:45pm"),
    ],
)
def test_a_time_of_day_reads_as_people_say_it(wall, said):
    assert words.wall_words(wall) == said


def test_the_clock_is_the_readers_own():
    noon = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
    assert [words.clock_words(noon, zone) for zone in ZONES] == [
        "1pm",
        "3pm",
        "8am",
        "5:45pm",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "Wednesday 16 September"),
        ({"weekday": False}, "16 September"),
        ({"year": True}, "Wednesday 16 September 2026"),
        ({"weekday": False, "year": True}, "16 September 2026"),
    ],
)
def test_a_date_with_and_without_weekday_and_year(options, said):
    assert plain(words.date_words(date(2026, 9, 16), **options)) == said


def test_day_and_month_never_break_apart():
    assert words.date_words(date(2026, 9, 16)) == "Wednesday 16\u00a0September"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (15, "Today, Tuesday 15 September"),
        (16, "Tomorrow, Wednesday 16 September"),
        (14, "Yesterday, Monday 14 September"),
        (17, "Thursday 17 September"),
    ],
)
def test_a_near_day_is_named_first(day, said):
    assert plain(words.day_words(instant(2026, 9, day, 9), LONDON, AT)) == said


def test_a_day_far_away_carries_its_year():
    far = instant(2027, 9, 15, 9)
    assert plain(words.day_words(far, LONDON, AT)) == "Wednesday 15 September 2027"
    assert words.moment_words(far, LONDON, AT).endswith("September 2027, 9am")


def test_today_and_tomorrow_are_days_of_the_readers_zone_not_24_hours():
    late, early = instant(2026, 9, 15, 23, 59), instant(2026, 9, 16, 0, 0)
    assert words.day_words(early, LONDON, late).startswith("Tomorrow, ")
    assert words.day_words(early, "Africa/Nairobi", late).startswith("Today, ")
    assert words.day_words(late, LONDON, early).startswith("Yesterday, ")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (instant(2026, 9, 15, 18), "today, 6pm"),
        (instant(2026, 9, 16, 10), "tomorrow, 10am"),
        (instant(2026, 9, 14, 12), "yesterday, noon"),
        (instant(2026, 9, 18, 0), "Friday 18 September, midnight"),
    ],
)
def test_a_moment_inside_a_sentence(moment, said):
    assert plain(words.moment_words(moment, LONDON, AT)) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (
            instant(2026, 9, 15, 14),
            instant(2026, 9, 15, 14, 50),
            "2pm to 2:50pm",
        ),
        (
            instant(2026, 9, 15, 23, 30),
            instant(2026, 9, 16, 0, 20),
            "11:30pm to 12:20am on Wednesday 16 September",
        ),
        (
            instant(2026, 9, 15, 23, 10),
            instant(2026, 9, 16, 0, 0),
            "11:10pm to midnight",
        ),
        (
            instant(2026, 3, 29, 0, 30),
            instant(2026, 3, 29, 2, 20),
            "12:30am to 2:20am (the clocks change in between)",
        ),
        (
            instant(2026, 10, 25, 0, 30),
            instant(2026, 10, 25, 1, 20, fold=1),
            "12:30am to 1:20am (the clocks change in between)",
        ),
    ],
)
def test_a_span_in_words(start, end, said):
    assert plain(words.span_words(start, end, LONDON)) == said


def test_a_span_over_the_clock_change_is_as_long_as_it_is():
    start, end = instant(2026, 3, 29, 0, 30), instant(2026, 3, 29, 2, 20)
    assert words.length_words(end - start) == "50 minutes"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", "London time"),
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_zone_is_a_place(zone, said):
    assert words.zone_words(zone) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (50, "50 minutes"),
        (60, "1 hour"),
        (95, "95 minutes"),
        (120, "2 hours"),
        (121, "2 hours 1 minute"),
        (125, "2 hours 5 minutes"),
        (timedelta(minutes=20, seconds=59), "20 minutes"),
        (timedelta(days=1), "24 hours"),
    ],
)
def test_a_length_in_words(length, said):
    assert words.length_words(length) == said


@pytest.mark.parametrize(
    ("things", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
    ],
)
def test_a_list_in_words(things, said):
    assert words.list_words(things) == said


def test_a_list_of_choices_ends_in_or():
    assert words.list_words(["phone", "video", "in person"], "or") == (
        "phone, video or in person"
    )


def read_back(said):
    """The hour and minute that a reader takes from the words."""
    if said in {"noon", "midnight"}:
        return (12, 0) if said == "noon" else (0, 0)
    hour, minutes, half = re.fullmatch(r"(\d+)(?::(\d\d))?(am|pm)", said).groups()
    return int(hour) % 12 + (12 if half == "pm" else 0), int(minutes or 0)


@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_the_clock_reads_back_to_the_minute(moment, zone):
    local = moment.astimezone(ZoneInfo(zone))
    assert read_back(words.clock_words(moment, zone)) == (local.hour, local.minute)


@given(st.integers(0, 5000))
def test_a_length_reads_back_to_the_minute(minutes):
    total = 0
    for count, unit in re.findall(
        r"(\d+) (hour|minute)s?", words.length_words(minutes)
    ):
        total += int(count) * (60 if unit == "hour" else 1)
    assert total == minutes


def test_templates_speak_with_the_same_words():
    page = Template(
        "{% day_of m %}|{% clock_of m %}|{% moment_of m %}|{% span_of m n %}|"
        "{% zone_name %}|{% day_time_tag m %}|{{ 95|length_words }}|"
        "{{ things|and_words }}"
    )
    start = instant(2026, 9, 16, 14)
    context = {
        "zone": LONDON,
        "at": AT,
        "m": start,
        "n": start + timedelta(minutes=50),
        "things": ["one", "two"],
    }
    assert plain(page.render(Context(context))).split("|") == [
        "Tomorrow, Wednesday 16 September",
        "2pm",
        "tomorrow, 2pm",
        "2pm to 2:50pm",
        "London time",
        '<time datetime="2026-09-16T13:00:00+00:00">'
        "Tomorrow, Wednesday 16 September</time>",
        "95 minutes",
        "one and two",
    ]


@pytest.mark.parametrize("tag", ["day_of m", "clock_of m", "moment_of m", "zone_name"])
def test_no_template_can_name_a_time_without_a_zone(tag):
    with pytest.raises(KeyError):
        Template(f"{{% {tag} %}}").render(Context({"m": AT, "at": AT}))
