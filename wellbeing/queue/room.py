"""Who can take a piece of work now, and what to know before asking them.

Somebody may be left out for many reasons: a limit, a pause of theirs or of their place,
a question that is still open, this piece asked of them just before, a topic that they
rest from. None of them is told, and nothing here returns a reason.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from wellbeing import facts
from wellbeing.comebacks import came_back
from wellbeing.models import (
    Activity,
    Exposure,
    Membership,
    OutsideWorker,
    Study,
    TopicRest,
    WorkItem,
    WorkPause,
)
from wellbeing.people.models import User
from wellbeing.protocol import giving, lengths, load
from wellbeing.protocol.giving import Piece
from wellbeing.protocol.load import Done, Notice
from wellbeing.queue.terms import Terms, pauses_on, terms_of

# The longest window that a protocol counts, on both sides of a day.
AROUND = load.FOUR_WEEKS + timedelta(days=2)
NOON = time(12)


@dataclass(frozen=True)
class Able:
    """One person who can take it now, and what to know before asking them."""

    person: User
    sentences: list[str]


@dataclass
class Carried:
    """What one person has done lately, and what is with them now."""

    site: str = ""
    done: dict[str, list[Done]] = field(default_factory=lambda: defaultdict(list))
    pieces: list[Piece] = field(default_factory=list)
    last_level: str = ""
    last_at: datetime | None = None

    def note_level(self, level: str, moment: datetime) -> None:
        if self.last_at is None or moment >= self.last_at:
            self.last_level, self.last_at = level, moment


def people_who_can(*, item: WorkItem, at: datetime) -> list[Able]:
    """Those who could be asked for it now, A to Z. A fixed number of queries.

    Raises NotAsked when the protocol in force gives no such work.
    """
    terms = terms_of(item.study, at)
    if item.kind not in terms.kinds:
        return []
    return _able(item, terms, _free_for(item, at), at)


def can_take(*, item: WorkItem, person: User, at: datetime) -> Able | None:
    """What to know before asking this person; None when they cannot take it now."""
    return next(
        (one for one in people_who_can(item=item, at=at) if one.person == person), None
    )


def next_for(
    *, person: User, besides: WorkItem, last_level: str, at: datetime
) -> list[WorkItem]:
    """What else of its kind could be offered to the person, the best first."""
    terms = terms_of(besides.study, at)
    rests = _resting(at).filter(person=person).values("topic")
    rows = WorkItem.objects.waiting(at).filter(study=besides.study, kind=besides.kind)
    rows = rows.exclude(pk=besides.pk).exclude(topic__in=rests)
    found = {row.pk: row for row in rows.select_related("study", "topic")}
    ordered = giving.in_order(
        [_piece(row) for row in found.values()],
        last_level=last_level,
        given=terms.given,
    )
    return [found[piece.key] for piece in ordered]


def rests_of(*, person: User, at: datetime) -> QuerySet[TopicRest]:
    """The topics that the person is not asked for now, A to Z."""
    rows = _resting(at).filter(person=person)
    return rows.select_related("topic").order_by("topic__name")


def _resting(at: datetime) -> QuerySet[TopicRest]:
    return TopicRest.objects.filter(Q(until=None) | Q(until__gt=at))


def _free_for(item: WorkItem, at: datetime) -> dict[User, str]:
    """Who holds the role today and may be asked, and where they work."""
    people = _with_role(item, at)
    busy = set(
        WorkItem.objects.asked(at)
        .filter(study=item.study, person__in=people)
        .exclude(pk=item.pk)
        .values_list("person_id", flat=True)
    )
    pauses = WorkPause.objects.filter(study=item.study)
    busy |= set(pauses.values_list("person_id", flat=True))
    if item.topic_id is not None:
        rests = _resting(at).filter(topic=item.topic_id)
        busy |= set(rests.values_list("person_id", flat=True))
    if item.last_asked_id is not None:
        busy.add(item.last_asked_id)
    paused = set(pauses_on(item.study, at).values_list("site", flat=True))
    return {
        person: site
        for person, site in people.items()
        if person.pk not in busy and not paused & {"", site}
    }


def _with_role(item: WorkItem, at: datetime) -> dict[User, str]:
    """Members and people without an account who do this kind of work, A to Z."""
    rows = (
        Membership.objects.on(at.date())
        .filter(study=item.study, person__is_active=True)
        .select_related("person", "team")
    )
    held: dict[User, list[Membership]] = defaultdict(list)
    for row in rows:
        held[row.person].append(row)
    found = {
        person: facts.site_of(roles)
        for person, roles in held.items()
        if any(row.role == item.role for row in roles)
    }
    outside = OutsideWorker.objects.filter(
        study=item.study, role=item.role, ended_at=None, erased_at=None
    )
    found |= {one.person: "" for one in outside.select_related("person")}
    return dict(sorted(found.items(), key=lambda one: (one[0].name, one[0].pk)))


def _able(
    item: WorkItem, terms: Terms, people: dict[User, str], at: datetime
) -> list[Able]:
    carried = _carried(item, terms, people, at)
    backs = _backs(item.study, terms, people, at)
    plain_waits = (
        WorkItem.objects.waiting(at)
        .filter(study=item.study, kind=item.kind, level=giving.PLAIN)
        .exclude(pk=item.pk)
        .exists()
    )
    found = []
    for person in people:
        theirs = carried[person.pk]
        notices = _notices(item, terms, theirs, backs.get(person.pk), at)
        if any(notice.level == "hard" for notice in notices):
            continue
        piece = _piece(item)
        sentences = [
            *(notice.sentence for notice in notices),
            giving.after_heavy(
                piece,
                last_level=theirs.last_level,
                plain_waits=plain_waits,
                given=terms.given,
            ),
            giving.too_close(piece, theirs.pieces, given=terms.given),
        ]
        found.append(Able(person, [one for one in sentences if one]))
    return found


def _backs(
    study: Study, terms: Terms, people: Iterable[User], at: datetime
) -> dict[int, date | None]:
    if terms.document.ramp_in is None:
        return {}
    keys = [person.pk for person in people]
    return came_back(study=study, people=keys, day=at.date())


def _notices(
    item: WorkItem, terms: Terms, theirs: Carried, back_on: date | None, at: datetime
) -> list[Notice]:
    """The limits, as if it were done on its due day, or now when it has none.

    A gap between two pieces is not asked for: nobody knows at what hour they will sit
    down with it.
    """
    document = terms.at(theirs.site)
    candidate = _as_done(item, terms, at)
    zone = ZoneInfo(document.zone)
    day = candidate.starts_at.astimezone(zone).date()
    limits = load.limits_on(document, item.kind, day=day, back_on=back_on)
    limits = limits.model_copy(update={"spacing": None})
    that_day = {
        kind
        for kind, rows in theirs.done.items()
        if any(row.starts_at.astimezone(zone).date() == day for row in rows)
    }
    return [
        *load.check(limits, theirs.done[item.kind], candidate, zone=document.zone),
        *load.on_one_day(document, item.kind, that_day),
    ]


def _carried(
    item: WorkItem, terms: Terms, people: dict[User, str], at: datetime
) -> dict[int, Carried]:
    found = {person.pk: Carried(site) for person, site in people.items()}
    rows = (
        Exposure.objects.filter(
            person__in=people,
            activity__study=item.study,
            activity__withdrawn_at=None,
            activity__ends_at__gt=at - AROUND,
        )
        .select_related("activity")
        .order_by("activity__ends_at")
    )
    seen = set()
    for row in rows:
        activity = row.activity
        if (row.person_id, activity.pk) in seen:
            continue
        seen.add((row.person_id, activity.pk))
        theirs = found[row.person_id]
        theirs.done[activity.kind].append(_done(activity, terms))
        if activity.logged_at and activity.kind == item.kind:
            theirs.note_level(activity.level, activity.ends_at)
            day = activity.ends_at.astimezone(ZoneInfo(item.study.time_zone)).date()
            theirs.pieces.append(Piece(0, activity.level, day))
    for one in WorkItem.objects.open().filter(study=item.study, person__in=people):
        if one.pk == item.pk or (one.taken_at is None and not _is_asked(one, at)):
            continue
        theirs = found[one.person_id]  # type: ignore[index]
        theirs.done[one.kind].append(_as_done(one, terms, at))
        theirs.pieces.append(_piece(one))
        if one.kind == item.kind:
            theirs.note_level(one.level, one.taken_at or at)
    return found


def _is_asked(item: WorkItem, at: datetime) -> bool:
    return item.asked_until is not None and item.asked_until > at


def _piece(item: WorkItem) -> Piece:
    return Piece(item.pk, item.level, item.due_on)


def _weight(terms: Terms, kind: str, again: bool) -> float:
    part = {str(k): p for k, p in terms.document.activities.items()}.get(kind)
    if not again or part is None or part.re_read_counts is None:
        return 1
    return part.re_read_counts


def _done(activity: Activity, terms: Terms) -> Done:
    return Done(
        activity.starts_at,
        activity.ends_at,
        planned=activity.logged_at is None,
        audio=activity.audio_minutes,
        weight=_weight(terms, activity.kind, activity.again),
    )


def _as_done(item: WorkItem, terms: Terms, at: datetime) -> Done:
    """A piece that is still to be done, at noon of its due day, or now."""
    start = at
    if item.due_on is not None:
        noon = lengths.at_wall_time(item.due_on, NOON, item.study.time_zone)
        start = max(at, noon)
    return Done(
        start,
        start + timedelta(minutes=1),
        planned=True,
        audio=item.audio_minutes,
        weight=_weight(terms, item.kind, item.again),
    )
