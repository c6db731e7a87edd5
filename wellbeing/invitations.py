"""Inviting somebody to a study, by one link that works once.

The link is `/invitations/<id>/<signature>/`. The signature is worked out from the
SECRET_KEY when the message is sent, and its fingerprint is kept with the invitation.
So neither the invitation nor the waiting message holds what opens the link, a link
that was sent goes on working when the SECRET_KEY is changed, and a copy of the
database opens nothing.
"""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from notifications import outbox
from sessions.models import Supporter
from wellbeing import facts, looks
from wellbeing.lib import links
from wellbeing.models import (
    SUPPORTER_ROLES,
    Invitation,
    Membership,
    ProtocolVersion,
    Role,
    Study,
)
from wellbeing.people.models import Contact, User

LASTS = timedelta(days=14)
MOST_PER_ADDRESS_A_DAY = 3
INVITABLE = tuple(role for role in Role if role != Role.ADMINISTRATOR)


class AlreadyInvited(Exception):
    """An invitation of the study to this address is still open."""


class AlreadyThere(Exception):
    """The person holds every one of these roles in the study today."""


class InvitedTooOften(Exception):
    """The address has had as many invitations today as it may have."""


class InvitationOver(Exception):
    """Used, withdrawn or run out. A new one is needed."""


class OtherAddress(Exception):
    """The invitation went to an address that is not this person's."""


def open_at(at: datetime) -> QuerySet[Invitation]:
    """Invitations whose link still works, of every study. Callers name theirs."""
    return Invitation.objects.filter(
        accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )


@transaction.atomic
def invite(
    *,
    study: Study,
    email: str,
    name: str,
    roles: Collection[str],
    by: User,
    at: datetime,
) -> Invitation:
    """Make an invitation and owe its message. The link lasts for `LASTS`.

    Raises AlreadyThere, AlreadyInvited or InvitedTooOften; nothing is sent then.
    """
    email = email.lower()
    _refuse_if_needless(study=study, email=email, roles=roles, at=at)
    public_id = uuid4()
    path = f"/invitations/{public_id}/"
    invitation = Invitation.objects.create(
        public_id=public_id,
        study=study,
        email=email,
        name=name,
        roles=sorted(roles),
        token_hash=links.fingerprint(links.signature_of(path)),
        invited_by=by,
        made_at=at,
        expires_at=at + LASTS,
    )
    outbox.plan(
        to=None,
        address=email,
        purpose="account",
        template="study_invitation",
        key=_group(invitation),
        group=_group(invitation),
        context={"path": path, "expires_at": invitation.expires_at.isoformat()},
        at=at,
        expires_at=invitation.expires_at,
    )
    return invitation


def _group(invitation: Invitation) -> str:
    return f"invitation:{invitation.public_id}"


def _refuse_if_needless(
    *, study: Study, email: str, roles: Collection[str], at: datetime
) -> None:
    held = Membership.objects.on(at.date()).filter(
        study=study, person__email__iexact=email
    )
    if set(roles) <= set(held.values_list("role", flat=True)):
        raise AlreadyThere
    if open_at(at).filter(study=study, email=email).exists():
        raise AlreadyInvited
    lately = Invitation.objects.filter(
        study=study, email=email, made_at__gt=at - timedelta(days=1)
    )
    if lately.count() >= MOST_PER_ADDRESS_A_DAY:
        raise InvitedTooOften


def find(*, public_id: UUID, signature: str) -> Invitation:
    """The invitation of a link, open or over. Raises Invitation.DoesNotExist."""
    rows = Invitation.objects.select_related("invited_by", "study")
    invitation = rows.get(public_id=public_id)
    given = links.fingerprint(signature)
    if not hmac.compare_digest(given, invitation.token_hash):
        raise Invitation.DoesNotExist
    return invitation


def is_open(*, invitation: Invitation, at: datetime) -> bool:
    return open_at(at).filter(pk=invitation.pk).exists()


@transaction.atomic
def accept(*, invitation: Invitation, person: User, at: datetime) -> None:
    """Give the person the roles from today on. Works once, however often it is asked.

    Whoever will be booked becomes a supporter, with hours still to be opened.
    Raises OtherAddress or InvitationOver, and then changes nothing.
    """
    if not _belongs_to(invitation=invitation, person=person):
        raise OtherAddress
    mine = open_at(at).filter(pk=invitation.pk)
    taken = mine.update(accepted_at=at, accepted_by=person)
    if not taken:
        raise InvitationOver
    _give_roles(invitation=invitation, person=person, at=at)
    _begin_with_quiet_hours(study=invitation.study, person=person, at=at)
    looks.mark_due(study=invitation.study, people=[person], at=at)


def _belongs_to(*, invitation: Invitation, person: User) -> bool:
    if (person.email or "").lower() == invitation.email:
        return True
    addresses = EmailAddress.objects.filter(user_id=person.pk, verified=True)
    return bool(addresses.filter(email__iexact=invitation.email).exists())


def _give_roles(*, invitation: Invitation, person: User, at: datetime) -> None:
    day = at.date()
    held = set(
        Membership.objects.on(day)
        .filter(study=invitation.study, person=person)
        .values_list("role", flat=True)
    )
    for role in set(invitation.roles) - held:
        Membership.objects.update_or_create(
            study=invitation.study,
            person=person,
            role=role,
            from_date=day,
            defaults={"until_date": None},
        )
    listening = [role for role in SUPPORTER_ROLES if role in invitation.roles]
    if listening:
        Supporter.objects.get_or_create(
            person=person,
            defaults={
                "title": str(Role(listening[0]).label).capitalize(),
                "outside": Role.OUTSIDE_PSYCHOLOGIST in listening,
            },
        )


def _begin_with_quiet_hours(*, study: Study, person: User, at: datetime) -> None:
    """The quiet hours that the team agreed, for somebody who has chosen none yet."""
    version = ProtocolVersion.objects.in_force(study, at)
    agreed = facts.document_of(version).messages if version else None
    if agreed is not None:
        Contact.objects.get_or_create(
            person=person,
            defaults={
                "quiet_from": agreed.quiet_from,
                "quiet_until": agreed.quiet_until,
                "sms_at_weekends": not agreed.quiet_weekends,
            },
        )


@transaction.atomic
def withdraw(*, invitation: Invitation, at: datetime) -> None:
    """Close the link, and hold back the message if it has not left yet.

    Raises InvitationOver when there was nothing left to withdraw.
    """
    closed = open_at(at).filter(pk=invitation.pk).update(withdrawn_at=at)
    if not closed:
        raise InvitationOver
    outbox.withdraw(group=_group(invitation), at=at, reason="invitation withdrawn")
