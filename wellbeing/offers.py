"""What a person says to an offer: keep it, another time, someone else, not this time.

Each answer is the person's own, is told to nobody but the supporter they chose, and
claims the offer by a conditional update, so that two tabs give one answer.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from notifications import outbox
from sessions import booking, requests, ties
from sessions.models import Booking, Supporter, SupportRequest
from sessions.taking import TimeTaken, Wanted, all_at_once, look_first
from wellbeing import facts
from wellbeing.models import Offer, ProtocolVersion, Study
from wellbeing.pencilling import reminders_of
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.reconcile import group_of


class AlreadyAnswered(Exception):
    """The offer has been answered, has run out or was withdrawn meanwhile."""


class NoProtocol(Exception):
    """The study has no protocol in force."""


class NothingKept(Exception):
    """There is no pencilled time to keep: it went back, or there never was one."""


def keep(*, offer: Offer, by: User, at: datetime) -> Booking:
    """Agree the pencilled time.

    Raises NothingKept without one, and TimeTaken or NoLongerThere from the booking.
    """
    if offer.booking is None:
        raise NothingKept
    with transaction.atomic():
        _claim(offer, as_=offer.booking.kind, at=at)
        agreed = booking.agree(booking=offer.booking, by=by, at=at)
        _note_for_holder(agreed, facts.document_of(offer.version), at)
    return agreed


def decline(*, offer: Offer, by: User, at: datetime) -> None:
    """Not this time: the pencil goes back at once, and nobody is told."""
    with transaction.atomic():
        updated = Offer.objects.open(at).filter(pk=offer.pk).update(declined_at=at)
        if not updated:
            raise AlreadyAnswered
        _let_pencil_go(offer, by, at)
        _no_more_messages(offer, at)


def take(
    *,
    study: Study,
    person: User,
    offer: Offer | None,
    supporter: Supporter,
    kind: str,
    start: datetime,
    mode: str,
    at: datetime,
) -> Booking:
    """Book a time that the person chose, from an offer or on any day for no reason.

    The pencilled time is let go in the same transaction, so that when the chosen time
    has just gone, the pencil is still there. The same time twice is once. Raises
    TimeTaken, NotInOfferedHours and AlreadyAnswered.
    """
    # An open offer stays under the version that made it (domain 6.0, rule 1).
    document = (
        facts.document_of(offer.version)
        if offer
        else current_document(study, person, at)
    )
    length = timedelta(minutes=document.kinds[kind].minutes)
    wanted = Wanted(supporter, person, kind, start, length, mode, at)
    look_first(wanted, ignoring=offer.booking if offer else None)
    try:
        return _taken(wanted, offer, document)
    except (AlreadyAnswered, TimeTaken):
        # A second press or a second tab of the one who has this time by now.
        if known := booking.agreed_already(wanted):
            return known
        raise


def _taken(wanted: Wanted, offer: Offer | None, document: Protocol) -> Booking:
    with all_at_once():
        if offer is not None:
            _claim(offer, as_=wanted.kind, at=wanted.at)
            _let_pencil_go(offer, wanted.person, wanted.at)
        agreed = booking.book_in_line(
            wanted,
            origin=None,
            reminders=reminders_of(document),
            stands_in=ties.only_stands_in(
                person=wanted.person, supporter=wanted.supporter, start=wanted.start
            ),
            by=wanted.person,
        )
        if offer is not None:
            Offer.objects.filter(pk=offer.pk).update(booking=agreed)
        _note_for_holder(agreed, document, wanted.at)
    return agreed


def take_quiet_time(*, offer: Offer, kind: str, by: User, at: datetime) -> None:
    """Paid time to oneself in place of talking. It counts the same and needs nobody."""
    with transaction.atomic():
        _claim(offer, as_=kind, at=at)
        _let_pencil_go(offer, by, at)


def settle_answered(*, at: datetime) -> int:
    """Note on the offers what people said on the page of the booking itself.

    That page knows no offer. Until this has run, what an offer shows is read off its
    booking (`facts.state_of`), so nobody sees a difference; this takes back the
    reminder that would still come. Returns how many offers it settled.
    """
    rows = Offer.objects.open(at).exclude(booking=None).select_related("booking")
    said = Q(booking__agreed_at__isnull=False) | Q(booking__freed_because="declined")
    settled = 0
    for offer in rows.filter(said):
        with transaction.atomic():
            settled += _settle(offer, at)
    return settled


def _settle(offer: Offer, at: datetime) -> int:
    kept = offer.booking
    assert kept is not None  # noqa: S101 - the query has looked
    open_offers = Offer.objects.open(at).filter(pk=offer.pk)
    if kept.agreed_at:
        changed = open_offers.update(accepted_at=kept.agreed_at, accepted_as=kept.kind)
    else:
        changed = open_offers.update(declined_at=kept.freed_at)
    if changed:
        _no_more_messages(offer, at)
    return changed


def ask(
    *,
    study: Study,
    person: User,
    holder: Supporter,
    kind: str,
    modes: list[str],
    note: str,
    at: datetime,
    submission: str,
) -> SupportRequest:
    """Ask somebody by name for a time. They hold the request from this moment (P6)."""
    document = current_document(study, person, at)
    standing = document.standing_offer
    window = standing.window if standing else lengths.Length(2, "WD")
    return requests.ask(
        person=person,
        holder=holder,
        kind=kind,
        minutes=document.kinds[kind].minutes,
        modes=modes,
        promised_by=lengths.after(at, window, document.calendar),
        answer_due=lengths.after(
            at, document.requests.answer_within, document.answering
        ),
        at=at,
        origin=f"ask:{submission}",
        note=note,
        reminders=reminders_of(document),
    )


def someone_else(*, person: User, supporter: Supporter, at: datetime) -> None:
    """No longer this supporter by default. No reason, and no message to them."""
    ties.someone_else_please(person=person, supporter=supporter, at=at)


def current_document(study: Study, person: User, at: datetime) -> Protocol:
    """The document in force, as it holds where the person works. Two queries. Raises
    NoProtocol: such a study offers nothing yet."""
    version = ProtocolVersion.objects.in_force(study, at)
    if version is None:
        raise NoProtocol(study.pk)
    return facts.document_at(version, facts.site(study=study, person=person))


def _claim(offer: Offer, *, as_: str, at: datetime) -> None:
    open_offers = Offer.objects.open(at).filter(pk=offer.pk)
    if not open_offers.update(accepted_at=at, accepted_as=as_):
        raise AlreadyAnswered
    _no_more_messages(offer, at)


def _no_more_messages(offer: Offer, at: datetime) -> None:
    outbox.withdraw(group=group_of(offer), at=at, reason="the offer was answered")


def _let_pencil_go(offer: Offer, by: User, at: datetime) -> None:
    pencilled = offer.booking
    if pencilled and pencilled.agreed_at is None and pencilled.freed_at is None:
        booking.decline(booking=pencilled, by=by, at=at)


def _note_for_holder(agreed: Booking, document: Protocol, at: datetime) -> None:
    answer_within = document.requests.answer_within
    requests.booked(
        person=agreed.person,
        booking=agreed,
        answer_due=lengths.after(at, answer_within, document.answering),
        at=at,
    )
