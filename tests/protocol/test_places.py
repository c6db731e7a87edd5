"""What a document remembers for one place is not what it remembers for another."""

from datetime import UTC, date, datetime

from tests.protocol_text.texts import TEXT
from wellbeing.protocol.agreements import Site
from wellbeing.protocol.reading import read

DAY = date(2026, 9, 15)
MONTH = date(2026, 9, 1)


def test_times_at_a_place_are_its_own_whichever_was_asked_for_first():
    document = read(TEXT)
    there = {"Nairobi": Site(zone="Africa/Nairobi")}
    document = document.model_copy(update={"sites": there})
    rule = next(iter(document.check_ins))
    _, here, _ = document.asked_on(rule, DAY)
    starts, _ = document.month_from(MONTH)
    place = document.at_site("Nairobi")
    assert (here - place.asked_on(rule, DAY)[1]).total_seconds() == 2 * 3600
    assert starts == datetime(2026, 8, 31, 23, tzinfo=UTC)
    assert place.month_from(MONTH)[0] == datetime(2026, 8, 31, 21, tzinfo=UTC)
