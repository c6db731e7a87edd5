"""Several processes count what one would have counted, in the same order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wellbeing.protocol import together
from wellbeing.protocol.facts import Exposed, Facts, Held

EXAMPLE = Path(__file__).parents[2] / "wellbeing" / "protocols" / "interviews.yaml"
SINCE = datetime(2026, 1, 5, tzinfo=UTC)
TEXT = EXAMPLE.read_text()
PLAYED = together.Played(
    versions=((1, SINCE - timedelta(days=400), TEXT),),
    draft=TEXT.replace("window: P2WD", "window: P4WD").replace("days: 7", "days: 14"),
    since=SINCE,
    until=SINCE + timedelta(days=120),
)


def life(number):
    """One person, with an interview every so many days."""
    ends = [SINCE + timedelta(days=day, hours=15) for day in range(0, 120, number + 3)]
    return Facts(
        zone="Europe/London",
        roles=(Held("interviewer", SINCE.date() - timedelta(days=200), None),),
        exposures=tuple(
            Exposed(n, "interview", "interviewer", end, end + timedelta(minutes=4))
            for n, end in enumerate(ends)
        ),
        offers=(),
    )


LIVES = [(life(number), "") for number in range(14)]


def test_the_sums_are_those_of_one_process_and_come_in_order():
    few = [LIVES[first : first + 3] for first in range(0, len(LIVES), 3)]
    alone = [together.play(PLAYED, some) for some in few]
    assert list(together.play_together(PLAYED, iter(few))) == alone
    assert [both.people for both in alone] == [3, 3, 3, 3, 2]
    assert sum(both.before.offers for both in alone) > 100
    assert alone[0].before != alone[0].after


def test_no_more_is_read_than_is_soon_played():
    read = []

    def reading():
        for some in LIVES * 4:
            read.append(some)
            yield [some]

    sums = together.play_together(PLAYED, reading())
    next(sums)
    assert len(read) < 20
    sums.close()


def test_a_place_that_no_text_names_changes_nothing():
    facts, _ = LIVES[0]
    elsewhere = (replace(facts), "Kisumu")
    assert together.play(PLAYED, [elsewhere]) == together.play(PLAYED, [LIVES[0]])
