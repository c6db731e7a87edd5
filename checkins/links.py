"""The links in a check-in's messages: each opens one thing, and only that.

The signature says that we sent this link for this invitation and for this purpose. It
is worked out when the message is sent, so that no row holds a link that opens. Whether
it still opens anything is the invitation's own state: a link needs no row and dies with
its check-in. It reads nothing back, whoever holds it.
"""

from uuid import UUID

from django.urls import reverse

from checkins.models import Invitation
from wellbeing.lib.links import signature_of, was_signed

ANSWER, STOP = "answer", "stop"


def unsigned(public_id: UUID, purpose: str) -> str:
    """The path that the outbox keeps; the message adds the signature.

    Without it, it leads to the page that asks for a sign-in, or to nothing.
    """
    page = reverse("check_in", args=[public_id])
    return page if purpose == ANSWER else f"{page}stop/"


def path_to_answer(invitation: Invitation) -> str:
    """Opens the form of this one check-in, until it closes."""
    return _signed(unsigned(invitation.public_id, ANSWER))


def path_to_stop(invitation: Invitation) -> str:
    """Opens the page to pause or stop check-ins, as long as the invitation is kept."""
    return _signed(unsigned(invitation.public_id, STOP))


def find(*, public_id: UUID, token: str, purpose: str) -> Invitation | None:
    """The invitation, if the token was made for it and for this purpose."""
    if not was_signed(unsigned(public_id, purpose), token):
        return None
    invitations = Invitation.objects.select_related("person")
    return invitations.filter(public_id=public_id, person__is_active=True).first()


def _signed(path: str) -> str:
    return f"{path}{signature_of(path)}/"
