"""What a coordinator sees: load against the marks, and the service's own promises.

Reads exposures and the offers' own supply measure, and nothing that anybody answered,
booked or felt, so that the page is the same, byte for byte, whatever people chose.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from wellbeing import facts
from wellbeing.comebacks import came_back
from wellbeing.models import (
    EXPOSED_ROLES,
    Exposure,
    Membership,
    Offer,
    ProtocolVersion,
    Role,
    Study,
)
from wellbeing.protocol import lengths, load
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.marks import Limits, Mark
from wellbeing.protocol.named import ACTIVITIES

PEOPLE_A_PAGE = 50
WIDTH = 200


@dataclass(frozen=True)
class Meter:
    """A bar with an upright mark for the limit and a broken one for the pace.

    All places are in a box 200 wide. `past` is the part of the bar beyond the mark.
    """

    count: int
    unit: str
    words: str
    bar: int
    past: int
    limit_at: int | None
    pace_at: int | None


@dataclass(frozen=True)
class Row:
    person: str
    roles: str
    week: list[Meter]
    month: list[Meter]
    planned: list[datetime]
    room: str
    room_hint: str
    frees_at: datetime | None


@dataclass(frozen=True)
class Promise:
    """How often a time was free inside the promise, counted when offers were made."""

    kept: int
    made: int
    since: datetime


@dataclass(frozen=True)
class LoadPage:
    rows: list[Row]
    promise: Promise
    version: int | None
    limits_part: int
    pages: int
    page: int


@dataclass(frozen=True)
class Marks:
    """The marks for one person: lower for a while after they came back."""

    document: Protocol | None
    back_on: date | None

    def on(self, kind: str, day: date) -> Limits:
        if self.document is None:
            return Limits()
        return load.limits_on(self.document, kind, day=day, back_on=self.back_on)


def load_page(*, study: Study, page: int, room_on: date, at: datetime) -> LoadPage:
    """The rows of one page, A to Z; past the last page stands the last.

    The number of queries does not grow with people.
    """
    version = ProtocolVersion.objects.in_force(study, at)
    document = facts.document_of(version) if version else None
    everybody = _people(study, at)
    pages = max(1, -(-len(everybody) // PEOPLE_A_PAGE))
    page = min(page, pages)
    first = (page - 1) * PEOPLE_A_PAGE
    names = dict(islice(everybody.items(), first, first + PEOPLE_A_PAGE))
    done = _exposures(study, names, at)
    back = came_back(study=study, people=list(names), day=max(room_on, at.date()))
    return LoadPage(
        rows=[
            _row(
                name,
                roles,
                done.get(pk, {}),
                Marks(document, back[pk]),
                study,
                room_on,
                at,
            )
            for pk, (name, roles) in names.items()
        ],
        promise=_promise(study, at),
        version=version.number if version else None,
        limits_part=document.limits_part if document else 0,
        pages=pages,
        page=page,
    )


def _people(study: Study, at: datetime) -> dict[int, tuple[str, list[str]]]:
    """Every exposed member, A to Z, with their roles. One query for all pages: the
    rows are short, and a page of its own would cost three."""
    shown = (*EXPOSED_ROLES, Role.COORDINATOR)
    rows = (
        Membership.objects.on(at.date())
        .filter(study=study, role__in=shown)
        .order_by("person__name", "person_id", "pk")
        .values_list("person_id", "person__name", "role")
    )
    found: dict[int, tuple[str, list[str]]] = {}
    exposed = set()
    for pk, name, role in rows:
        found.setdefault(pk, (name, []))[1].append(Role(role).label)
        if role in EXPOSED_ROLES:
            exposed.add(pk)
    return {pk: person for pk, person in found.items() if pk in exposed}


def _exposures(
    study: Study, people: Iterable[int], at: datetime
) -> dict[int, dict[str, list[load.Done]]]:
    """By person and kind: what was done in 28 days, and what is planned. One query.

    Who took part in two roles did one thing, as in planning.
    """
    rows = (
        Exposure.objects.filter(
            person_id__in=list(people),
            activity__study=study,
            activity__withdrawn_at__isnull=True,
        )
        .filter(
            Q(
                activity__logged_at__isnull=False,
                activity__ends_at__gt=at - load.FOUR_WEEKS,
                activity__ends_at__lte=at,
            )
            | Q(activity__logged_at__isnull=True, activity__starts_at__gt=at)
        )
        .values_list(
            "activity_id",
            "person_id",
            "activity__kind",
            "activity__starts_at",
            "activity__ends_at",
            "activity__logged_at",
            "activity__audio_minutes",
        )
        .distinct()
    )
    found: dict[int, dict[str, list[load.Done]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for _, person, kind, starts_at, ends_at, logged_at, audio in rows:
        one = load.Done(starts_at, ends_at, planned=logged_at is None, audio=audio)
        found[person][kind].append(one)
    return found


def _row(
    name: str,
    roles: list[str],
    done: dict[str, list[load.Done]],
    marks_of: Marks,
    study: Study,
    room_on: date,
    at: datetime,
) -> Row:
    week, month, planned, frees = [], [], [], []
    shown = [kind for kind in ACTIVITIES if kind in done] or ["interview"]
    for kind in shown:
        marks = marks_of.on(kind, at.date())
        happened = [one for one in done.get(kind, []) if not one.planned]
        sums = load.sums(happened, at=at)
        week += [
            _meter(sums.days_7, _unit(kind), marks.days_7),
            _meter(sums.minutes_7, ("minute", "minutes"), marks.minutes_7),
        ]
        month += [
            _meter(sums.days_28, _unit(kind), marks.days_28),
            _meter(sums.minutes_28, ("minute", "minutes"), Mark()),
        ]
        coming = [one.starts_at for one in done.get(kind, []) if one.planned]
        planned += [moment for moment in coming if moment < at + load.WEEK]
        frees += [sums.frees_at] if sums.frees_at else []
    room, hint = _room(done.get("interview", []), marks_of, study, room_on)
    return Row(
        person=name,
        roles=", ".join(roles),
        week=week,
        month=month,
        planned=sorted(planned),
        room=room,
        room_hint=hint,
        frees_at=min(frees, default=None),
    )


def _unit(kind: str) -> tuple[str, str]:
    return ACTIVITIES[kind].one, ACTIVITIES[kind].many


def _room(
    done: list[load.Done],
    marks_of: Marks,
    study: Study,
    day: date,
) -> tuple[str, str]:
    """Whether one more interview of an hour would fit that day, and what to know."""
    marks = marks_of.on("interview", day)
    noon = lengths.at_wall_time(day, time(12), study.time_zone)
    candidate = load.Done(noon, noon + timedelta(hours=1), planned=True)
    notices = load.check(marks, done, candidate, zone=study.time_zone)
    if not notices:
        return "Yes", ""
    return ("No" if notices[0].level == "hard" else "Yes"), notices[0].sentence


def _meter(count: int, unit: tuple[str, str], mark: Mark) -> Meter:
    top = max(count, mark.limit or 0, mark.pace or 0)
    scale = WIDTH * 0.85 / top if top else 0
    edge = mark.limit if mark.limit is not None else mark.pace
    within = count if edge is None else min(count, edge)
    return Meter(
        count=count,
        unit=unit[0] if count == 1 else unit[1],
        words=_mark_words(count, mark),
        bar=round(within * scale),
        past=round((count - within) * scale),
        limit_at=round(mark.limit * scale) if mark.limit is not None else None,
        pace_at=round(mark.pace * scale) if mark.pace is not None else None,
    )


def _mark_words(count: int, mark: Mark) -> str:
    if mark.limit is not None:
        if count > mark.limit:
            return f", {count - mark.limit} past the limit {mark.limit}"
        if count == mark.limit:
            return ": at the limit"
        return f", limit {mark.limit}"
    if mark.pace is not None:
        if count > mark.pace:
            return f", {count - mark.pace} past pace {mark.pace}"
        return f", pace {mark.pace}"
    return ""


def _promise(study: Study, at: datetime) -> Promise:
    """Supply only: measured when each offer was made, whatever the answer was."""
    zone = ZoneInfo(study.time_zone)
    first = at.astimezone(zone).date().replace(day=1)
    since = lengths.at_wall_time(first, time(0), study.time_zone)
    measured = Offer.objects.filter(
        study=study, made_at__gte=since, time_in_window__isnull=False
    )
    counts = measured.aggregate(
        made=Count("pk"), kept=Count("pk", filter=Q(time_in_window=True))
    )
    return Promise(kept=counts["kept"], made=counts["made"], since=since)
