"""Make the rows match the protocol, for one person, in one transaction.

The form that logs an interview calls this for the people of that interview; the tick
calls the same function for whoever is due. A crash between any two steps loses nothing
and a second run changes nothing, because every row has a natural key.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction

from checkins import invitations, own_forms, unanswered
from notifications import outbox
from sessions import booking
from sessions.models import Booking, Supporter
from wellbeing import facts, no_time, support
from wellbeing.models import (
    NextLook,
    Offer,
    OfferQuerySet,
    ProtocolVersion,
    Study,
)
from wellbeing.pencilling import Pencilling, Wish
from wellbeing.people.models import User
from wellbeing.protocol import lengths, reasons
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.plan import CheckInDue, OfferDue, Plan, plan
from wellbeing.protocol.rules import OfferRule

log = logging.getLogger(__name__)

# After an error the person is looked at again a little later, so that one bad row can
# neither stop the others nor keep the tick busy.
LOOK_AGAIN_AFTER_ERROR = timedelta(minutes=10)


def reconcile(
    *, study: Study, person: User, at: datetime, wish: Wish | None = None
) -> None:
    """Carry out what the protocol owes this person at `at`.

    Nothing for a name without an account, or one that is switched off: nobody would be
    there to answer, and a time kept for them would be lost to somebody else.
    """
    with transaction.atomic():
        look = _lock(study, person)
        if not person.email or not person.is_active:
            look.due_at = None
            look.save(update_fields=["due_at"])
            return
        rows = facts.versions_of(study)
        found, versions = facts.gather(
            study=study, person=person, versions=rows.values(), at=at
        )
        owed = plan(facts=found, versions=versions, at=at)
        documents = {one.number: one.document for one in versions}
        _Applying(study, person, rows, documents, at, wish).apply(owed)
        look.due_at = owed.look_again_at
        look.save(update_fields=["due_at"])


def reconcile_people(*, study: Study, people: Collection[User], at: datetime) -> None:
    for person in people:
        reconcile(study=study, person=person, at=at)


def reconcile_due(*, at: datetime, most: int = 1000) -> int:
    """What the tick does: look at those who are due, earliest first. Returns how many.

    One person's error is logged and put off; the others go on.
    """
    due = NextLook.objects.filter(due_at__lte=at).order_by("due_at")
    rows = list(due.select_related("study", "person")[:most])
    for row in rows:
        try:
            reconcile(study=row.study, person=row.person, at=at)
        except Exception:
            log.exception("Looking at a person went wrong; next look is put off.")
            later = at + LOOK_AGAIN_AFTER_ERROR
            NextLook.objects.filter(pk=row.pk).update(due_at=later)
    return len(rows)


def _lock(study: Study, person: User) -> NextLook:
    """Two looks at one person never run side by side."""
    locked = NextLook.objects.select_for_update().filter(study=study, person=person)
    if (look := locked.first()) is None:
        NextLook.objects.bulk_create(
            [NextLook(study=study, person=person)], ignore_conflicts=True
        )
        look = locked.get()
    return look


@dataclass
class _Applying:
    study: Study
    person: User
    versions: dict[int, ProtocolVersion]
    documents: dict[int, Protocol]
    at: datetime
    wish: Wish | None

    @cached_property
    def circle(self) -> support.Circle:
        return support.circle_of(study=self.study, person=self.person, at=self.at)

    def apply(self, owed: Plan) -> None:
        for rule, subject in owed.withdrawing:
            self._withdraw(rule, subject)
        for rule, subject in owed.lapsing:
            self._offers(rule, subject).update(lapsed_at=self.at)
        for subject in owed.not_asking:
            prefix = facts.check_in_prefix(self.study, self.person)
            invitations.withdraw(subject=prefix + subject, at=self.at)
        for offer_due in owed.moving:
            self._move(offer_due)
        for offer_due in owed.offers:
            self._make_offer(offer_due)
        self._invite(owed.check_ins)

    def _offers(self, rule: str, subject: str) -> OfferQuerySet:
        return Offer.objects.filter(
            study=self.study, person=self.person, rule=rule, subject=subject
        )

    def _withdraw(self, rule: str, subject: str) -> None:
        offer = self._offers(rule, subject).select_related("booking").get()
        offer.withdrawn_at = self.at
        offer.save(update_fields=["withdrawn_at"])
        outbox.withdraw(
            group=group_of(offer), at=self.at, reason="the activity was taken back"
        )
        if offer.booking and offer.booking.agreed_at is None:
            booking.release(booking=offer.booking, at=self.at)

    def _make_offer(self, due: OfferDue) -> None:
        version = self.versions[due.version]
        offer = Offer(
            study=self.study,
            person=self.person,
            rule=due.rule,
            subject=due.subject,
            version=version,
            because=dict(due.because),
            made_at=self.at,
            window_until=due.window_until,
            open_until=due.open_until,
        )
        if due.joins:
            offer.merged_into = self._offers(*due.joins).get()
            offer.save()
            return
        offer.save()
        for key in due.takes_in:
            self._take_in(offer, *key)
        document = self.documents[due.version]
        rule = document.offers[due.rule]
        if rule.pencil:
            self._pencil(offer, rule, document, due)
        self._tell(offer, rule, document)

    def _take_in(self, offer: Offer, rule: str, subject: str) -> None:
        """An earlier offer without a time any more becomes part of the new one."""
        earlier = self._offers(rule, subject).get()
        Offer.objects.filter(merged_into=earlier).update(merged_into=offer)
        earlier.merged_into = offer
        earlier.save(update_fields=["merged_into"])
        outbox.withdraw(
            group=group_of(earlier), at=self.at, reason="a newer offer speaks for it"
        )

    def _move(self, due: OfferDue) -> None:
        """What was pencilled before an activity follows when that is moved."""
        offer = self._offers(due.rule, due.subject).select_related("booking").get()
        outbox.withdraw(group=group_of(offer), at=self.at, reason="the plan was moved")
        if offer.booking and offer.booking.freed_at is None:
            booking.release(booking=offer.booking, at=self.at)
        offer.booking = None
        offer.window_until, offer.open_until = due.window_until, due.open_until
        offer.because = dict(due.because)
        offer.save()
        document = self.documents[due.version]
        rule = document.offers[due.rule]
        if rule.pencil:
            self._pencil(offer, rule, document, due)
        # A change of what they were told already is told at once.
        self._tell(offer, rule, document, at_once=True)

    def _pencil(
        self, offer: Offer, rule: OfferRule, document: Protocol, due: OfferDue
    ) -> None:
        assert rule.pencil is not None  # noqa: S101 - the caller has looked
        pencilling = Pencilling(
            circle=self.circle,
            person=self.person,
            document=document,
            pencil=rule.pencil,
            since=max(self.at, due.pencil_from or self.at),
            until=offer.window_until,
            origin=f"{group_of(offer)}:{offer.open_until:%Y%m%d%H%M}",
            at=self.at,
        )
        offer.booking = pencilling.first(self.wish)
        if offer.window_until > self.at:
            offer.time_in_window = offer.booking is not None
            if offer.booking is None:
                roles = document.kinds[rule.pencil.kind].with_
                no_time.note(
                    offer=offer, able=self.circle.with_roles(roles), at=self.at
                )
        offer.save(update_fields=["booking", "time_in_window"])

    def _tell(
        self,
        offer: Offer,
        rule: OfferRule,
        document: Protocol,
        at_once: bool = False,
    ) -> None:
        """The offer itself, and at most one gentle reminder."""
        at_once = at_once or reasons.follows_work(offer.because)
        tell_of_offer(offer, offer.booking, at_once, self.at)
        if rule.reminder:
            outbox.plan(
                to=self.person,
                purpose="offer",
                template="offer_reminder",
                key=f"{group_of(offer)}:{offer.open_until:%Y%m%d%H%M}:reminder",
                group=group_of(offer),
                context={
                    "path": path_of(offer),
                    "open_until_at": offer.open_until.isoformat(),
                },
                at=self.at,
                not_before=lengths.after(self.at, rule.reminder, document.calendar),
                expires_at=offer.open_until,
            )

    def _listeners(self, version: int) -> list[Supporter]:
        """Those whom the person would talk with first; a longer list tires the eye."""
        document = self.documents[version]
        standing = document.standing_offer
        first = document.kinds[standing.kinds[0]].with_ if standing else ()
        return self.circle.with_roles(first)

    def _invite(self, owed: tuple[CheckInDue, ...]) -> None:
        if not owed:
            return
        prefix = facts.check_in_prefix(self.study, self.person)
        zone = self.person.time_zone
        first = min(owed, key=lambda due: due.ask_at)
        if number := self.documents[first.version].check_ins_ask_after:
            unanswered.rest_after(
                person=self.person,
                subjects=prefix,
                number=number,
                ask_at=first.ask_at,
                closes_at=first.closes_at,
                at=self.at,
            )
        invitations.invite_to(
            questions=[
                invitations.Question(
                    subject=prefix + due.subject,
                    form=self._form(due),
                    because=reasons.because(
                        dict(due.because), zone=zone, at=due.ask_at
                    ),
                    ask_at=due.ask_at,
                    closes_at=due.closes_at,
                )
                for due in owed
            ],
            person=self.person,
            at=self.at,
            readers=[one.person for one in self._listeners(owed[0].version)],
        )

    def _form(self, due: CheckInDue) -> str:
        """The key of the questions: ours, or those that the team brought."""
        own = self.documents[due.version].forms.get(due.form)
        if own is None:
            return due.form
        return own_forms.keep(
            title=own.title,
            source=own.source or "",
            asked=[(one.ask, one.choices, one.several) for one in own.questions],
        )

    def _why_asked(self, due: CheckInDue) -> str:
        zone = self.person.time_zone
        return reasons.because(dict(due.because), zone=zone, at=due.ask_at)


def tell_of_offer(
    offer: Offer, pencilled: Booking | None, at_once: bool, at: datetime
) -> None:
    """The message that time is there, with or without a pencilled time. Not `at_once`
    it counts as one that nobody asked for, and may share the day's mail."""
    context = {"path": path_of(offer)}
    expires_at = offer.open_until
    template = "offer_open"
    if pencilled and pencilled.pencilled_until:
        template = "time_kept"
        expires_at = pencilled.pencilled_until
        context |= {
            "starts_at": pencilled.starts_at.isoformat(),
            "ends_at": pencilled.ends_at.isoformat(),
            "until_at": pencilled.pencilled_until.isoformat(),
        }
    outbox.plan(
        to=offer.person,
        purpose="offer",
        template=template,
        key=f"{group_of(offer)}:{offer.open_until:%Y%m%d%H%M}:made",
        group=group_of(offer),
        context=context,
        at=at,
        expires_at=expires_at,
        answers=at_once,
    )


def group_of(offer: Offer) -> str:
    """The messages that fall when the offer is answered or withdrawn."""
    return f"offer:{offer.public_id}"


def path_of(offer: Offer) -> str:
    return f"/offers/{offer.public_id}/"
