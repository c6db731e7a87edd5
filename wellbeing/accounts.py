"""Signing up only with an invitation, and a second factor where it is asked for."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from wellbeing import invitations
from wellbeing.lib import clock
from wellbeing.models import SUPPORTER_ROLES, Invitation, Role
from wellbeing.people.models import User
from wellbeing.standing import standing_of
from wellbeing.vault import keys

STAFF_ROLES = frozenset(
    (*SUPPORTER_ROLES, Role.COORDINATOR, Role.LEAD, Role.ADMINISTRATOR)
)
SESSION_KEY = "invitation"

# All that somebody may open who still has to set up a second factor.
OPEN_WITHOUT_FACTOR = frozenset(
    (
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_logout",
    )
)


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep the invitation for the sign-up that follows; the link proved the address."""
    request.session[SESSION_KEY] = str(invitation.public_id)
    AccountAdapter(request).stash_verified_email(request, invitation.email)


def remembered(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser came with, if it still opens."""
    public_id = request.session.get(SESSION_KEY)
    if not public_id:
        return None
    found = Invitation.objects.select_related("study").filter(public_id=UUID(public_id))
    invitation = found.first()
    if invitation is None:
        return None
    opens = invitations.is_open(invitation=invitation, at=clock.now())
    return invitation if opens else None


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us about accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return remembered(request) is not None

    def clean_email(self, email: str) -> str:
        """During sign-up the address is the one that the invitation went to."""
        invitation = remembered(self.request) if self._signing_up() else None
        if invitation and email.lower() != invitation.email:
            raise ValidationError(
                f"This invitation was sent to {invitation.email}. Use that address."
            )
        return email

    def _signing_up(self) -> bool:
        match = getattr(self.request, "resolver_match", None)
        return match is not None and match.url_name == "account_signup"

    def save_user(
        self, request: HttpRequest, user: Any, form: Any, commit: bool = True
    ) -> User:
        """Make the account and accept the invitation, both or neither."""
        invitation = remembered(request)
        if invitation is None:
            raise ImmediateHttpResponse(redirect("account_signup"))
        user.name = invitation.name
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit=True)
                invitations.accept(invitation=invitation, person=user, at=clock.now())
        except (IntegrityError, invitations.InvitationOver) as pressed_twice:
            raise ImmediateHttpResponse(redirect("account_login")) from pressed_twice
        del request.session[SESSION_KEY]
        person: User = user
        return person

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """As allauth does, but a code alone never opens an account that needs more."""
        if template_prefix == "account/email/login_code" and _needs_more(email):
            template_prefix = "account/email/no_login_code"
            context = {key: value for key, value in context.items() if key != "code"}
        super().send_mail(template_prefix, email, context)


def _needs_more(email: str) -> bool:
    person = User.objects.filter(email__iexact=email).first()
    return person is None or standing_of(person).holds_any(STAFF_ROLES)


class FactorAdapter(DefaultMFAAdapter):
    """What allauth asks us about second factors. Their secrets are kept sealed."""

    def encrypt(self, text: str) -> str:
        return keys.encrypt_small(text)

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt_small(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The picture alone, ready to stand inside a page."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "Alongside"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the person must first set up a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return False
    standing = request.standing  # type: ignore[attr-defined]
    return standing.holds_any(STAFF_ROLES) and not is_mfa_enabled(request.user)
