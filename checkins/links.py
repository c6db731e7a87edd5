"""The links in a check-in's messages: each opens one thing, and only that.

The token says that we sent this link for this invitation and for this purpose. Whether
it still opens anything is the invitation's own state, so that a link needs no row and
dies with its check-in. It reads nothing back, whoever holds it.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from checkins.models import Invitation

SALT = "check-in"
ANSWER, STOP = "answer", "stop"


def path_to_answer(invitation: Invitation) -> str:
    """Opens the form of this one check-in, until it closes."""
    return reverse(
        "check_in_by_link",
        args=[invitation.public_id, _token(invitation.public_id, ANSWER)],
    )


def path_to_stop(invitation: Invitation) -> str:
    """Opens the page to pause or stop check-ins, as long as the invitation is kept."""
    return reverse(
        "check_in_stop_by_link",
        args=[invitation.public_id, _token(invitation.public_id, STOP)],
    )


def find(*, public_id: UUID, token: str, purpose: str) -> Invitation | None:
    """The invitation, if the token was made for it and for this purpose."""
    try:
        Signer(salt=SALT).unsign(f"{purpose}:{public_id}:{token}")
    except BadSignature:
        return None
    invitations = Invitation.objects.select_related("person")
    return invitations.filter(public_id=public_id, person__is_active=True).first()


def _token(public_id: UUID, purpose: str) -> str:
    return Signer(salt=SALT).signature(f"{purpose}:{public_id}")
