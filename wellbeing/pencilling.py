"""Keeping a time for somebody until a named moment: the wished one, or the first free.

The promise is the protocol's; the time is the supporter's; the choice is the person's.
"""

from dataclasses import dataclass
from datetime import datetime

from sessions import booking
from sessions.booking import NotInOfferedHours, TimeTaken
from sessions.models import Booking, Supporter
from wellbeing import support
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.rules import Pencil

# How often a time may be snatched away between choosing and writing before we give up.
TRIES = 3


@dataclass(frozen=True)
class Wish:
    """The time that the person has just seen and chosen on a page."""

    supporter: int
    start: datetime
    mode: str


@dataclass(frozen=True)
class Pencilling:
    """One time to be pencilled, not before `since`, inside the promise of `until`.

    `origin` is the natural key: doing it again gives the same booking.
    """

    circle: support.Circle
    person: User
    document: Protocol
    pencil: Pencil
    since: datetime
    until: datetime
    origin: str
    at: datetime

    def first(self, wish: Wish | None) -> Booking | None:
        """The pencilled row, or None when no time is free inside the promise."""
        if wish and (kept := self._wished(wish)):
            return kept
        for _ in range(TRIES):
            found = support.proposal(
                circle=self.circle,
                person=self.person,
                document=self.document,
                kind=self.pencil.kind,
                kept=self.pencil.kept_until,
                since=self.since,
                until=self.until,
                at=self.at,
            )
            if found is None:
                return None
            if kept := self._keep(found.supporter, found.slot.start, found.mode):
                return kept
        return None

    def _wished(self, wish: Wish) -> Booking | None:
        """The time the person saw a moment ago, if it may be had and is still free."""
        if not self.since < wish.start <= self.until:
            return None
        able = self.circle.with_roles(self.document.kinds[self.pencil.kind].with_)
        supporter = next((one for one in able if one.pk == wish.supporter), None)
        if supporter is None or not support.can_be_kept(
            wish.start,
            self.pencil.kept_until,
            self.document.calendar,
            since=self.since,
            at=self.at,
        ):
            return None
        return self._keep(supporter, wish.start, wish.mode)

    def _keep(self, supporter: Supporter, start: datetime, mode: str) -> Booking | None:
        """The pencilled row, or None when somebody was quicker."""
        kept, calendar = self.pencil.kept_until, self.document.calendar
        try:
            return booking.pencil(
                supporter=supporter,
                person=self.person,
                kind=self.pencil.kind,
                start=start,
                minutes=self.document.kinds[self.pencil.kind].minutes,
                mode=mode,
                until=support.kept_until(start, kept, calendar, self.since),
                origin=self.origin,
                reminders=reminders_of(self.document),
                by=None,
                at=self.at,
            )
        except (TimeTaken, NotInOfferedHours):
            return None


def reminders_of(document: Protocol) -> list[list[str]]:
    """The booking reminders of a document, as a booking keeps them."""
    return [[str(reminder.before), reminder.by] for reminder in document.reminders]
