"""Time off: who covers, which bookings it touches, and asking their people."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import outbox
from sessions import booking_messages
from sessions.hours import HoursNotPossible
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import AwayQuestion, Booking, Supporter, TimeOff

QUESTION = "away_question"
BUSY_JUST_NOW = "Somebody is booking with you just now. Please save once more."


class CoverNeeded(HoursNotPossible):
    """Time off starts only when someone holds new requests meanwhile."""


def add_time_off(
    *,
    supporter: Supporter,
    first: date,
    last: date,
    cover: Supporter | None,
    at: datetime,
) -> TimeOff:
    """Whole days away, in the supporter's zone, both included.

    Bookings in it stay as they are, and each person is asked: earlier, later, or with
    cover. Taken under the same lock as a booking, so a booking made meanwhile is either
    turned away or asked about. Raises CoverNeeded and HoursNotPossible.
    """
    starts_at, ends_at = span_of_days(supporter, first, last)
    if last < first:
        raise HoursNotPossible("The last day comes before the first.")
    if ends_at <= at:
        raise HoursNotPossible("Choose days that are still to come.")
    cover = cover or supporter.cover
    if cover is None or cover == supporter:
        raise CoverNeeded("Choose who holds new requests while you are away.")
    try:
        with one_at_a_time():
            lock_people(supporter.pk, cover.pk)
            return _added(supporter, cover, starts_at, ends_at, at)
    except LostTheRace as problem:
        raise HoursNotPossible(BUSY_JUST_NOW) from problem


def _added(
    supporter: Supporter,
    cover: Supporter,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
) -> TimeOff:
    if away_between(cover, starts_at, ends_at):
        name = cover.person.first_name
        raise CoverNeeded(f"{name} is away on some of these days too.")
    made = TimeOff.objects.create(
        supporter=supporter, starts_at=starts_at, ends_at=ends_at, cover=cover
    )
    _ask_each(made, at)
    return made


def remove_time_off(*, supporter: Supporter, time_off: int, at: datetime) -> None:
    """Take time off back, and the questions that have not left yet. Time off of others
    is left alone, without an error."""
    with transaction.atomic():
        for row in TimeOff.objects.filter(supporter=supporter, pk=time_off):
            for question in row.questions.select_related("booking"):
                _withdraw(question.booking, at)
            row.delete()


def will_be_there(*, booking: Booking, by: Supporter, at: datetime) -> bool:
    """The supporter keeps this one although they are away: its person need not choose.

    False when there is nothing to keep, or another supporter's name is on it.
    """
    open_ones = AwayQuestion.objects.filter(
        booking=booking,
        kept_at__isnull=True,
        booking__supporter=by,
        time_off__supporter=by,
    )
    try:
        with one_at_a_time():
            lock_people(by.pk, booking.person_id)
            done = open_ones.update(kept_at=at)
            if done:
                _withdraw(booking, at)
    except LostTheRace:
        return False
    return bool(done)


def question_about(booking: Booking, at: datetime) -> AwayQuestion | None:
    """What the person of a booking is asked now, if anything.

    A question is open while the booking still lies in its supporter's time off: a move
    or a cancel answers it, without anything having to be written here.
    """
    rows = AwayQuestion.objects.open_at(at).filter(booking=booking)
    return rows.select_related("time_off__cover__person").order_by("pk").first()


def touched(supporter: Supporter, at: datetime) -> QuerySet[Booking]:
    """Bookings to come that lie inside time off, with their people."""
    away = Q(pk__in=[])
    for row in supporter.time_off.filter(ends_at__gt=at):
        away |= Q(starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
    held = Booking.objects.holding(at).for_supporter(supporter)
    return (
        held.filter(away, starts_at__gt=at)
        .select_related("person")
        .prefetch_related("away_questions")
        .order_by("starts_at")
    )


def would_touch(
    supporter: Supporter, first: date, last: date, at: datetime
) -> QuerySet[Booking]:
    """Bookings that time off on these days would touch, before it is saved."""
    return _inside(supporter, *span_of_days(supporter, first, last), at)


def away_between(supporter: Supporter, start: datetime, end: datetime) -> bool:
    return supporter.time_off.filter(starts_at__lt=end, ends_at__gt=start).exists()


def who_could_cover(supporter: Supporter) -> QuerySet[Supporter]:
    """Supporters who already stand in for this one or share the same cover.

    Only those: a list of everybody would name people of studies that are not theirs.
    """
    near = Q(covers=supporter) | Q(cover=supporter)
    if supporter.cover_id:
        near |= Q(cover=supporter.cover_id)
    found = Supporter.objects.filter(near).exclude(pk=supporter.pk).distinct()
    return found.select_related("person").order_by("person__name")


def span_of_days(
    supporter: Supporter, first: date, last: date
) -> tuple[datetime, datetime]:
    """From midnight to midnight, as the supporter's clock shows it."""
    zone = ZoneInfo(supporter.person.time_zone)
    after = last + timedelta(days=1)
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(after, time(), zone).astimezone(UTC),
    )


def _inside(
    supporter: Supporter, start: datetime, end: datetime, at: datetime
) -> QuerySet[Booking]:
    held = Booking.objects.holding(at).for_supporter(supporter)
    touching = held.filter(starts_at__lt=end, ends_at__gt=start, starts_at__gt=at)
    return touching.select_related("person").order_by("starts_at")


def _ask_each(time_off: TimeOff, at: datetime) -> None:
    held = _inside(time_off.supporter, time_off.starts_at, time_off.ends_at, at)
    # A facilitator's own seat stands for their group: they call that off themselves.
    for booking in held.exclude(seat=0):
        answer_by = half_or_a_day_before(booking.starts_at, at)
        AwayQuestion.objects.create(
            booking=booking, time_off=time_off, asked_at=at, answer_by=answer_by
        )
        booking_messages.ask_away(booking, question=time_off.pk, until=answer_by, at=at)


def half_or_a_day_before(start: datetime, at: datetime) -> datetime:
    """A day before the time; half of what is left when that is too soon."""
    return max(at + (start - at) / 2, start - timedelta(days=1))


def _withdraw(booking: Booking, at: datetime) -> None:
    outbox.withdraw(
        group=booking_messages.group_of(booking),
        at=at,
        reason="the supporter will be there after all",
        templates=[QUESTION],
    )
