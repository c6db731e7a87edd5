"""The plan for one person with sixty activities: pure, no database."""

from datetime import UTC, date, datetime, timedelta

from bench import timing
from bench.scale import Scale
from bench.table import Row
from bench.town import PROTOCOL
from wellbeing.protocol.facts import Exposed, Facts, Held, Made, Version
from wellbeing.protocol.plan import plan
from wellbeing.protocol.reading import read

AT = datetime(2026, 9, 15, 15, tzinfo=UTC)
ACTIVITIES = 60
DAY = timedelta(days=1)
TARGET = "<= 1 ms"


def measure(scale: Scale) -> list[Row]:
    """At rest, which is what the tick mostly finds, and with everything still owed."""
    times = scale.times * 2
    exposures = tuple(_exposed(number) for number in range(ACTIVITIES))
    answered = tuple(_answered(one) for one in exposures)
    rested = _facts(exposures, answered)
    owed = _facts(exposures, ())
    floor = timing.cpu_ms(lambda: _keys(rested), times=times)
    return [
        _row("plan, 60 activities, all offered before", rested, floor, times),
        _row("plan, 60 activities, all still owed", owed, floor, times),
    ]


def _row(what: str, facts: Facts, floor: float, times: int) -> Row:
    text = PROTOCOL.read_text()
    versions = (Version(1, AT - 400 * DAY, read(text)),)
    found = timing.cpu_ms(
        lambda: plan(facts=facts, versions=versions, at=AT), times=times
    )
    return Row(
        what,
        f"{found:.2f} ms CPU",
        f"{floor:.3f} ms: one pass over the facts",
        found / floor,
        TARGET,
        found <= 1,
    )


def _keys(facts: Facts) -> set[tuple[str, str]]:
    """What any plan has to do: sort what happened, and see which of it has an offer."""
    made = {(offer.rule, offer.subject) for offer in facts.offers}
    ordered = sorted(facts.exposures, key=lambda one: (one.ended_at, one.activity))
    return {("after_interview", f"activity:{one.activity}") for one in ordered} - made


def _facts(exposures: tuple[Exposed, ...], offers: tuple[Made, ...]) -> Facts:
    return Facts(
        zone="Europe/London",
        roles=(Held("interviewer", date(2026, 1, 5), None),),
        exposures=exposures,
        offers=offers,
    )


def _exposed(number: int) -> Exposed:
    ended = AT - (number * 2 + 1) * DAY
    minutes = timedelta(minutes=4)
    return Exposed(number, "interview", "interviewer", ended, ended + minutes)


def _answered(one: Exposed) -> Made:
    return Made(
        rule="after_interview",
        subject=f"activity:{one.activity}",
        made_at=one.logged_at,
        open_until=one.logged_at + 7 * DAY,
        state="declined",
    )
