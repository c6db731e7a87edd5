"""Saving the log form: the activity, the offer, the pencilled time, the messages.

Every log is taken back again, unmeasured, so that each finds the same free times.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from uuid import uuid4

from django.db import connection

from bench import timing
from bench.page import PageBroke, client_of
from bench.scale import Scale
from bench.table import Row
from bench.timing import Spread
from bench.town import HOUR, Town, town
from sessions import booking
from wellbeing import activities, proposals
from wellbeing.activities import Entry
from wellbeing.models import Activity, Role
from wellbeing.people.models import User

TARGET = "<= 30 queries, p95 <= 80 ms"
WARM, COUNTED = 2, 6
Act = Callable[[], object]
Make = Callable[[Town, User], Act]


def measure(scale: Scale) -> list[Row]:
    """As the page is posted, in three ways, and by the verb alone."""
    place = town(scale)
    size = f"{len(place.people):,} people, {Activity.objects.count():,} activities"
    floor = _floor(scale.times)
    ways = (
        (f"log an interview, {size}", partial(_post, talk="", with_whom="")),
        ("the same, keeping the time", partial(_post, talk="keep", with_whom="")),
        ("the same, with a facilitator", partial(_post, talk="", with_whom="some")),
        ("log an interview, the verb alone", _call),
    )
    # Each person logs once: what was taken back leaves traces that make it cheaper.
    loggers = (person for n, person in enumerate(place.people) if n % 4)
    many = WARM + COUNTED + scale.times
    return [
        _row(what, make, place, list(islice(loggers, many)), floor)
        for what, make in ways
    ]


def _row(what: str, make: Make, place: Town, people: list[User], floor: Spread) -> Row:
    for act in _each(make, place, people[:WARM]):
        act()
    queries = 0
    for act in _each(make, place, people[WARM : WARM + COUNTED]):
        with timing.listening() as heard:
            act()
        queries = max(queries, len(heard))
    found = timing.spread(_each(make, place, people[WARM + COUNTED :]))
    return Row(
        what,
        f"{queries} queries, {found}",
        f"{floor}: one row, committed",
        found.p95 / floor.p95,
        TARGET,
        queries <= 30 and found.p95 <= 80,
    )


def _each(make: Make, place: Town, people: list[User]) -> Iterator[Act]:
    for person in people:
        yield make(place, person)
        _take_back(place)


def _post(place: Town, person: User, *, talk: str, with_whom: str) -> Act:
    """The form as the page would send it, with the time that the page would show."""
    client = client_of(person)
    seen = proposals.after_interview(
        study=place.study, person=person, role=Role.INTERVIEWER, at=place.at
    )
    data = {
        "when": "now",
        "which": "other",
        "code": "new",
        "mode": "teams",
        "with_whom": str(place.people[0].public_id) if with_whom else "",
        "talk": talk,
        "slot": seen.slot,
        "submission": str(uuid4()),
        "study": str(place.study.public_id),
    }

    def act() -> None:
        response = client.post("/log/", data)
        if response.status_code != 302 or "gone" in response.headers["Location"]:
            raise PageBroke(f"/log/ answered {response.status_code}")

    return act


def _call(place: Town, person: User) -> Act:
    entry = Entry(
        study=place.study,
        role=Role.INTERVIEWER,
        code="new",
        starts_at=place.at - HOUR,
        ends_at=place.at,
        mode="teams",
        companion=None,
        others=(),
        submission=uuid4(),
    )
    return partial(
        activities.log_interview,
        entry=entry,
        by=person,
        answer="",
        wish=None,
        at=place.at,
    )


def _take_back(place: Town) -> None:
    """Out of the log again, and the time with it. Raises when there was no time."""
    for activity in Activity.objects.done().filter(study=place.study, code="new"):
        by = activity.logged_by
        offer = activities.offer_about(activity, by) if by else None
        if by is None or offer is None or offer.booking is None:
            raise PageBroke("a log brought no time")
        activities.take_back(activity=activity, by=by, at=place.at)
        if offer.accepted_at:
            booking.cancel(booking=offer.booking, by=by, at=place.at)


def _floor(times: int) -> Spread:
    """What the disk asks for one row."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (word text)")
        insert = partial(
            cursor.execute, "INSERT INTO bench_floor (word) VALUES (%s)", ["word"]
        )
        return timing.spread([insert] * times)
