"""Secret addresses at which devices read a person's bookings: made, stopped, opened."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q

from sessions.models import CalendarFeed
from wellbeing.people.models import User

MOST_DEVICES = 10
READS_A_MINUTE = 30
KNOWN_TO = timedelta(hours=1)


class NoFeed(Exception):
    """The feed cannot be made; `sentence` says why, to a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def make(
    *, person: User, device: str, words: str, at: datetime
) -> tuple[CalendarFeed, str]:
    """A feed for one device, and its secret, which is given out this once.

    A name that is in use makes no second feed, so that pressing twice makes one.
    Raises NoFeed.
    """
    if CalendarFeed.objects.filter(person=person).count() >= MOST_DEVICES:
        raise NoFeed("You have ten calendars here. Stop one before you add another.")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(
                person=person,
                device=device,
                words=words,
                token_hash=_hash(token),
                made_at=at,
            )
    except IntegrityError:
        said = f"You already have one called {device}. Choose another name, or stop it."
        raise NoFeed(said) from None
    return feed, token


def stop(*, person: User, feed: UUID) -> bool:
    """Nothing is read there from now on. A feed of somebody else is left alone."""
    rows = CalendarFeed.objects.filter(person=person, public_id=feed)
    return bool(rows.delete()[0])


def find(token: str) -> CalendarFeed | None:
    """The feed of a secret, while its person may sign in."""
    rows = CalendarFeed.objects.select_related("person")
    return rows.filter(token_hash=_hash(token), person__is_active=True).first()


def note_read(feed: CalendarFeed, *, at: datetime) -> None:
    """Remember, to the hour, that the device still reads it."""
    seldom = Q(read_at__isnull=True) | Q(read_at__lt=at - KNOWN_TO)
    if feed.read_at is None or feed.read_at < at - KNOWN_TO:
        CalendarFeed.objects.filter(seldom, pk=feed.pk).update(read_at=at)


def too_fast(feed: CalendarFeed, *, at: datetime) -> bool:
    """Whether the device has read more often in this minute than any calendar would.

    Counted in the shared cache, so that all web processes count together.
    """
    key = f"calendar-feed:{feed.public_id}:{int(at.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > READS_A_MINUTE)
    except ValueError:
        # It ran out between the two steps.
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
