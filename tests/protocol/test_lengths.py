"""Three clocks, over weekends, holidays and both clock changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import DOCUMENT, london
from wellbeing.protocol import lengths
from wellbeing.protocol.lengths import Length, after, next_month

CALENDAR = DOCUMENT.calendar


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (london(15, 15, 40), "P2WD", london(17, 15, 40)),
        (london(18, 15), "P2WD", london(22, 15)),  # over a weekend
        (london(19, 15), "P2WD", london(22, 15)),  # from a Saturday
        (london(28, 15, month=8), "P2WD", london(2, 15)),  # over a bank holiday
        (london(15, 15, 40), "PT24H", london(16, 15, 40)),
        (london(24, 15, month=10), "PT24H", london(25, 14, month=10)),  # clocks back
        (london(24, 15, month=10), "P1D", london(25, 15, month=10)),
        (london(28, 15, month=3), "P1D", london(29, 15, month=3)),  # clocks on
        (london(15, 15), "PT4WH", london(16, 10, 30)),
        (london(18, 17), "PT4WH", london(21, 12, 30)),
        (london(15, 6), "PT4WH", london(15, 13)),
        (london(15, 20), "PT4WH", london(16, 13)),
        (london(15, 13, 30), "PT4WH", london(15, 17, 30)),
    ],
)
def test_a_length_ends_where_the_team_would_say_it_does(start, length, end):
    assert after(start, Length.parse(length), CALENDAR) == end


@pytest.mark.parametrize(
    "text", ["", "2 days", "P2W", "PT2D", "P-1D", "P2WH", "P99999D"]
)
def test_anything_else_is_no_length(text):
    with pytest.raises(ValueError, match="is not a length"):
        Length.parse(text)


def test_a_wall_time_that_the_spring_skips_moves_on_by_an_hour():
    found = lengths.at_wall_time(date(2027, 3, 28), time(1, 30), "Europe/London")
    assert found == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    st.sampled_from(["P1D", "P2WD", "PT5H", "PT30M", "PT4WH", "P7D"]),
)
def test_time_only_goes_forward(start, length):
    assert after(start, Length.parse(length), CALENDAR) > start


@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)))
def test_the_next_month_starts_on_its_first_day(day):
    first = next_month(day)
    assert first.day == 1
    assert timedelta(0) < first - day <= timedelta(days=31)


@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)).map(
        lambda moment: moment.replace(tzinfo=UTC)
    ),
    st.sampled_from(["P1D", "P2WD", "PT5H", "PT30M", "PT4WH", "P28D", "PT40WH"]),
)
def test_the_quick_bounds_hold_on_every_day(start, text):
    length = Length.parse(text)
    took = after(start, length, CALENDAR) - start
    assert length.least <= took <= lengths.at_most(length)
