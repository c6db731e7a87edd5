"""A search in the background: asked for, claimed by a worker, shown, and let go of.

The row is the memory. A job carries nothing, and losing or doubling it is harmless: a
worker claims the row for a minute, and the next tick finds what nobody has finished.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from notifications import outbox
from sessions import availability
from sessions.models import Supporter
from sessions.planner import reasons, wake
from sessions.planner.facts import Listener, Need, Opening
from sessions.planner.gathering import Gathered, gathered, who_may_step_in
from sessions.planner.search import Search
from sessions.rearrangements import Rearrangement, Suggestion
from wellbeing.people.models import User

LEASE = timedelta(minutes=1)
# The longest that one search may take, in seconds. The steps end it before that.
LONGEST = 8.0
STEPS_EACH, MOST_STEPS = 400, 30_000
AT_ONCE = 250
# Any number; the same one, so that the same week gives the same answer.
SEED = 20260915


class NoSuchDays(Exception):
    """These days make no sense; `sentence` says why, to a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def ask_for(
    *,
    supporter: Supporter,
    by: User,
    first: date | None,
    last: date | None,
    also: Collection[Supporter],
    cannot_keep: bool,
    at: datetime,
) -> Rearrangement:
    """Have new times looked for. Without days, only for requests that wait.

    Days are the supporter's own, both included. Days that cannot be kept become time
    off, or what is called off would be offered to others. When it is not the supporter
    who asks, the supporter is told. Raises NoSuchDays.
    """
    starts_at, ends_at = _span(supporter, first, last)
    if ends_at is not None and ends_at <= at:
        raise NoSuchDays("Choose days that are still to come.")
    if starts_at is None and by.pk != supporter.pk:
        raise NoSuchDays("Choose the days that cannot be kept.")
    with transaction.atomic():
        if cannot_keep and starts_at is not None and ends_at is not None:
            _be_away(supporter, by, starts_at, ends_at, at)
        row = Rearrangement.objects.create(
            supporter=supporter,
            asked_by=by,
            starts_at=starts_at,
            ends_at=ends_at,
            cannot_keep=cannot_keep,
            made_at=at,
        )
        row.also.set(also)
        if by.pk != supporter.pk:
            _tell_supporter(row, at)
        transaction.on_commit(wake.wake_planner)
    return row


def steps_in_for(supporter: Supporter, at: datetime) -> QuerySet[Supporter]:
    """Colleagues for whom this supporter may ask, because they cover for them."""
    found = Supporter.objects.filter(who_may_step_in(supporter, at))
    others = found.exclude(pk=supporter.pk).distinct()
    return others.select_related("person").order_by("person__name")


def work_through(*, at: datetime, seconds: float = LONGEST) -> int:
    """Search for whatever waits, one after the other; how many were finished."""
    waiting = Rearrangement.objects.filter(finished_at__isnull=True).filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    )
    done = 0
    for key in list(waiting.order_by("pk").values_list("pk", flat=True)):
        claim = waiting.filter(pk=key)
        if claim.update(claimed_until=at + LEASE):
            rows = Rearrangement.objects.select_related("supporter__person")
            done += _searched(rows.get(pk=key), at, seconds)
    return done


def forget(*, made_before: datetime) -> int:
    """Delete what was looked for long ago, and say how many searches went."""
    old = Rearrangement.objects.filter(made_at__lt=made_before)
    return old.delete()[1].get(Rearrangement._meta.label, 0)


def searched(
    needs: Sequence[Need],
    listeners: Mapping[int, Listener],
    *,
    seconds: float = LONGEST,
    show: Callable[[Search], None] | None = None,
) -> Search:
    """Search until the steps or the time are over; `show` is called at each tenth."""
    steps = min(MOST_STEPS, STEPS_EACH * len(needs))
    search = Search(needs, listeners, seed=SEED, steps=steps)
    search.place_all()
    deadline = time.monotonic() + seconds
    shown = -1
    while not search.finished and time.monotonic() < deadline:
        search.improve(AT_ONCE)
        if show is not None and (tenth := 10 * search.done // steps) != shown:
            shown = tenth
            show(search)
    return search


def _searched(row: Rearrangement, at: datetime, seconds: float) -> int:
    """Do one search, and keep the answer in one go."""
    asked = gathered(row, at)
    search = searched(
        asked.needs,
        asked.listeners,
        seconds=seconds,
        show=lambda search: _show(row, search),
    )
    return _kept(row, asked, search.found(), at)


def _show(row: Rearrangement, search: Search) -> None:
    """How far it has come, for the page that waits."""
    Rearrangement.objects.filter(pk=row.pk, finished_at__isnull=True).update(
        steps=search.steps, steps_done=search.done
    )


def _kept(
    row: Rearrangement, asked: Gathered, found: dict[int, Opening | None], at: datetime
) -> int:
    with transaction.atomic():
        claim = Rearrangement.objects.filter(pk=row.pk, finished_at__isnull=True)
        if not claim.update(finished_at=at):
            return 0
        Suggestion.objects.bulk_create(
            _suggestion(row, asked, key, opening) for key, opening in found.items()
        )
    return 1


def _suggestion(
    row: Rearrangement, asked: Gathered, key: int, opening: Opening | None
) -> Suggestion:
    subject, need = asked.subjects[key], asked.needs[key]
    made = Suggestion(
        rearrangement=row,
        booking=subject.booking,
        request=subject.request,
        was_at=subject.booking.starts_at if subject.booking else None,
        why=reasons.why(need, opening),
    )
    if opening is not None:
        slot = asked.slots[opening.supporter, opening.start, opening.end]
        made.supporter_id = opening.supporter
        made.starts_at, made.ends_at = opening.start, opening.end
        made.mode = subject.mode_of(slot) or ""
    return made


def _span(
    supporter: Supporter, first: date | None, last: date | None
) -> tuple[datetime | None, datetime | None]:
    if first is None and last is None:
        return None, None
    first, last = first or last, last or first
    assert first is not None and last is not None  # noqa: S101, PT018 - one is there
    if last < first:
        raise NoSuchDays("The last day comes before the first.")
    zone = ZoneInfo(supporter.person.time_zone)
    end = last + timedelta(days=1)
    return (
        datetime.combine(first, wall_time(), zone).astimezone(UTC),
        datetime.combine(end, wall_time(), zone).astimezone(UTC),
    )


def _be_away(
    supporter: Supporter, by: User, starts_at: datetime, ends_at: datetime, at: datetime
) -> None:
    away = supporter.time_off.filter(starts_at__lte=starts_at, ends_at__gte=ends_at)
    if away.exists():
        return
    zone = ZoneInfo(supporter.person.time_zone)
    cover = Supporter.objects.filter(pk=by.pk).exclude(pk=supporter.pk).first()
    try:
        availability.add_time_off(
            supporter=supporter,
            first=starts_at.astimezone(zone).date(),
            last=ends_at.astimezone(zone).date() - timedelta(days=1),
            cover=cover,
            at=at,
        )
    except availability.HoursNotPossible as problem:
        raise NoSuchDays(problem.sentence) from problem


def _tell_supporter(row: Rearrangement, at: datetime) -> None:
    """Nobody looks through a colleague's week behind their back."""
    outbox.plan(
        to=row.supporter.person,
        purpose="request_notice",
        template="cover_steps_in",
        key=f"rearrangement:{row.public_id}",
        group=f"rearrangement:{row.public_id}",
        context={"name": row.asked_by.name, "path": reverse("week")},
        at=at,
        expires_at=at + timedelta(days=1),
    )
