"""A large study, filled in bulk: plain rows as the product's verbs would leave them.

Everybody is at rest: what the protocol owed for the past has been offered and answered,
and the product has looked at each of them once, so that whatever a figure does next is
the only thing that happens.
"""

import gc
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from bench.bulk import in_bulk, refresh_statistics
from bench.scale import Scale
from checkins.models import Invitation
from notifications.models import Message, State
from sessions.models import Booking, Supporter, UsualSupporter
from tests.factories import OPENED, join, make_person, make_study, make_supporter
from wellbeing import facts
from wellbeing.lib import clock
from wellbeing.models import (
    Activity,
    Exposure,
    Membership,
    NextLook,
    Offer,
    ProtocolVersion,
    Role,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol
from wellbeing.reconcile import reconcile_people

ZONE = "Europe/London"
PROTOCOL = settings.BASE_DIR / "wellbeing" / "protocols" / "interviews.yaml"
SUPPORTERS = 20
STARTS = (time(9, 30), time(11, 30), time(13, 30), time(15, 30))
AHEAD = 28
LENGTH = timedelta(minutes=50)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(minutes=4)
# All that the example asks or offers after an interview has closed by then.
QUIET = 12 * DAY
YEARS = 720 * DAY


@dataclass(frozen=True)
class Town:
    study: Study
    version: ProtocolVersion
    people: list[User]
    supporters: list[Supporter]
    coordinator: User
    at: datetime

    @property
    def document(self) -> Protocol:
        return facts.document_of(self.version)


@cache
def town(scale: Scale) -> Town:
    """Made once for all figures of a run."""
    at = clock.now()
    study = make_study("The town")
    version = make_version(study, at)
    people = make_people("town", scale.people)
    _roles(study, people)
    made = Town(
        study=study,
        version=version,
        people=people,
        supporters=_supporters(study),
        coordinator=join(study, make_person("Lou Brennan"), Role.COORDINATOR),
        at=at,
    )
    _ties(made)
    _bookings(made, scale.past_days)
    _activities(made, scale.activities)
    _months(made)
    _messages(made, scale.messages)
    refresh_statistics()
    reconcile_people(study=study, people=people, at=at)
    # A server has no town in its memory; the collector of garbage must not walk it.
    gc.collect()
    gc.freeze()
    return made


def make_people(name: str, many: int) -> list[User]:
    """People without a password, in one go."""
    return in_bulk(
        User,
        (
            User(email=f"{name}.{n}@example.org", name=f"{name.title()} {n}")
            for n in range(many)
        ),
    )


def make_version(study: Study, at: datetime) -> ProtocolVersion:
    """The example protocol, in force for three years."""
    text = PROTOCOL.read_text()
    return ProtocolVersion.objects.create(
        study=study,
        number=1,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        reason="The first version.",
        active_from=at - timedelta(days=1095),
        made_at=at - timedelta(days=1095),
    )


def rest(study: Study, people: Iterable[User], at: datetime) -> None:
    """Nothing will change for these people for some weeks."""
    in_bulk(
        NextLook,
        (
            NextLook(study=study, person=person, due_at=at + (15 + n % 30) * DAY)
            for n, person in enumerate(people)
        ),
    )


def _roles(study: Study, people: list[User]) -> None:
    """Three of four interview, the fourth facilitates."""
    in_bulk(
        Membership,
        (
            Membership(
                study=study,
                person=person,
                role=Role.INTERVIEWER if n % 4 else Role.FACILITATOR,
                from_date=OPENED,
            )
            for n, person in enumerate(people)
        ),
    )


def _supporters(study: Study) -> list[Supporter]:
    found = []
    for n in range(SUPPORTERS):
        person = make_person(f"Dr Able {n}")
        found.append(make_supporter(person, most_per_day=8))
        join(study, person, Role.PSYCHOLOGIST)
    return found


def _ties(town: Town) -> None:
    """Four of five people know somebody already."""
    in_bulk(
        UsualSupporter,
        (
            UsualSupporter(
                person=person,
                supporter=town.supporters[n % SUPPORTERS],
                since=town.at - 30 * DAY,
            )
            for n, person in enumerate(town.people)
            if n % 5
        ),
    )


def _bookings(town: Town, past_days: int) -> None:
    """Every other hour of every supporter is agreed, before and after today."""
    in_bulk(Booking, _booked(town, past_days))


def _booked(town: Town, past_days: int) -> Iterator[Booking]:
    today = town.at.date()
    turn = 0
    for away in range(-past_days, AHEAD + 1):
        day = today + timedelta(days=away)
        if day.weekday() > 4 or away == 0:
            continue
        for wall in STARTS:
            turn += 1
            start = datetime.combine(day, wall, ZoneInfo(ZONE)).astimezone(UTC)
            for n, supporter in enumerate(town.supporters):
                yield Booking(
                    supporter=supporter,
                    person=town.people[(turn * SUPPORTERS + n) % len(town.people)],
                    kind="debrief",
                    starts_at=start,
                    ends_at=start + LENGTH,
                    mode="phone",
                    made_at=start - 3 * DAY,
                    agreed_at=start - 2 * DAY,
                    took_place_at=start + HOUR if away < 0 else None,
                )


def _activities(town: Town, many: int) -> None:
    """Interviews of two years, half of them with a facilitator, all offered for."""
    interviewers = [person for n, person in enumerate(town.people) if n % 4]
    facilitators = town.people[::4]
    whose = [interviewers[n % len(interviewers)] for n in range(many)]
    latest, apart = town.at - QUIET, YEARS / many
    done = in_bulk(
        Activity,
        (_interview(town, n, by, latest - n * apart) for n, by in enumerate(whose)),
    )
    exposures = [
        Exposure(
            activity=activity,
            person=activity.logged_by,
            role=Role.INTERVIEWER,
        )
        for activity in done
    ]
    exposures += [
        Exposure(
            activity=activity,
            person=facilitators[n % len(facilitators)],
            role=Role.FACILITATOR,
        )
        for n, activity in enumerate(done[::2])
    ]
    in_bulk(Exposure, exposures)
    recent = [
        one for one in exposures if one.activity.ends_at > town.at - facts.MEMORY - DAY
    ]
    in_bulk(Offer, (_offered(town, one) for one in recent))
    _check_ins(town, recent)


def _interview(town: Town, number: int, by: User, ended: datetime) -> Activity:
    return Activity(
        study=town.study,
        kind=Activity.Kind.INTERVIEW,
        code=f"{number}",
        starts_at=ended - HOUR,
        ends_at=ended,
        mode="teams",
        logged_at=ended + SOON,
        logged_by=by,
    )


def _offered(town: Town, exposure: Exposure) -> Offer:
    made = exposure.activity.ends_at + SOON
    return Offer(
        study=town.study,
        person=exposure.person,
        rule="after_interview",
        subject=f"activity:{exposure.activity_id}",
        version=town.version,
        because={"after": "interview", "version": "1", "part": "1"},
        made_at=made,
        window_until=made + 2 * DAY,
        open_until=made + 7 * DAY,
        time_in_window=True,
        declined_at=made + HOUR,
    )


def _check_ins(town: Town, exposures: list[Exposure]) -> None:
    """One question for each person and day."""
    found: dict[str, Invitation] = {}
    for one in exposures:
        ask_at = one.activity.ends_at + DAY
        prefix = facts.check_in_prefix(town.study, one.person)
        subject = f"{prefix}day_after:{ask_at.date()}"
        found[subject] = Invitation(
            subject=subject,
            person=one.person,
            form="short",
            because="You took part in an interview.",
            ask_at=ask_at,
            closes_at=ask_at + 3 * DAY,
            made_at=one.activity.ends_at + SOON,
            skipped_at=ask_at,
        )
    in_bulk(Invitation, found.values())


def _months(town: Town) -> None:
    """Supervision has been offered, and answered, in each of the last months."""
    months = [town.at.date().replace(day=1)]
    while len(months) < 5:
        months.append((months[-1] - DAY).replace(day=1))
    in_bulk(
        Offer,
        (
            Offer(
                study=town.study,
                person=person,
                rule="supervision",
                subject=f"month:{month:%Y-%m}",
                version=town.version,
                because={"every": "month", "version": "1", "part": "7"},
                made_at=datetime.combine(month, time(8), UTC),
                window_until=datetime.combine(month, time(8), UTC) + 28 * DAY,
                open_until=datetime.combine(month, time(8), UTC) + 28 * DAY,
                declined_at=datetime.combine(month, time(9), UTC),
            )
            for person in town.people
            for month in months
        ),
    )


def _messages(town: Town, many: int) -> None:
    """Mails of the past, all settled."""
    moments = (town.at - DAY - n * timedelta(minutes=10) for n in range(many))
    in_bulk(
        Message,
        (
            Message(
                dedupe_key=f"past:{n}",
                group=f"past:{n}",
                purpose="offer",
                channel="email",
                person=town.people[n % len(town.people)],
                template="offer_open",
                not_before=moment,
                next_try=moment,
                created_at=moment,
                expires_at=moment + DAY,
                settled_at=moment,
                state=State.ACCEPTED,
                attempts=1,
            )
            for n, moment in enumerate(moments)
        ),
    )
