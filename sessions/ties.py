"""Whom a person usually talks to, so that they are offered somebody they know."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sessions.models import Booking, Supporter, TimeOff, UsualSupporter
from wellbeing.people.models import User


def usual_supporter(
    *, person: User, among: Collection[int], at: datetime
) -> Supporter | None:
    """The supporter whom the person last turned to, if they are among these.

    Else whom they last met who did not stand in for somebody. Never one of whom they
    said "someone else, please" and whom they have not chosen again since.
    """
    ties = UsualSupporter.objects.filter(person=person, supporter__in=among)
    rows = ties.select_related("supporter__person").order_by("-since", "-pk")
    current = [tie for tie in rows if tie.ended_at is None]
    if current:
        return current[0].supporter
    return _last_met(person, among, at, [tie.supporter_id for tie in rows])


def _last_met(
    person: User, among: Collection[int], at: datetime, but_not: list[int]
) -> Supporter | None:
    met = Booking.objects.for_person(person).filter(
        supporter__in=among,
        stands_in=False,
        gathering__isnull=True,
        agreed_at__isnull=False,
        freed_at__isnull=True,
        did_not_happen_at__isnull=True,
        ends_at__lte=at,
    )
    rows = met.exclude(supporter__in=but_not).select_related("supporter__person")
    last = rows.order_by("-ends_at").first()
    return last.supporter if last else None


def remember(*, person: User, supporter: Supporter, at: datetime) -> None:
    """The person turned to this supporter, who did not stand in for another."""
    tie = UsualSupporter.objects.filter(
        person=person, supporter=supporter, ended_at__isnull=True
    )
    if not tie.update(since=at):
        made = UsualSupporter(person=person, supporter=supporter, since=at)
        UsualSupporter.objects.bulk_create([made], ignore_conflicts=True)


def someone_else_please(*, person: User, supporter: Supporter, at: datetime) -> None:
    """From now on somebody else by default. No reason is kept and nobody is told."""
    with transaction.atomic():
        tie = UsualSupporter.objects.filter(
            person=person, supporter=supporter, ended_at__isnull=True
        )
        if tie.update(ended_at=at):
            return
        # They met without a tie. The ended row keeps the supporter from coming back.
        UsualSupporter.objects.create(
            person=person, supporter=supporter, since=at, ended_at=at
        )


def turned_down(*, person: User, supporter: Supporter) -> bool:
    """Whether the person said "someone else, please" and has not come back since."""
    rows = UsualSupporter.objects.filter(person=person, supporter=supporter)
    ended = list(rows.values_list("ended_at", flat=True))
    return bool(ended) and None not in ended


def only_stands_in(*, person: User, supporter: Supporter, start: datetime) -> bool:
    """Whether this supporter would meet the person as cover only: the one whom they
    usually turn to is away then, and named this one. Two queries."""
    ties = UsualSupporter.objects.filter(person=person, ended_at__isnull=True)
    usual = ties.order_by("-since", "-pk").values_list("supporter", flat=True).first()
    if usual is None or usual == supporter.pk:
        return False
    away = TimeOff.objects.filter(supporter=usual, cover=supporter)
    return away.filter(starts_at__lte=start, ends_at__gt=start).exists()
