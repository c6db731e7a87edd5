"""Signing up only with an invitation, and a second factor where it is asked for."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from wellbeing.models import SUPPORTER_ROLES, Role

STAFF_ROLES = frozenset(
    (*SUPPORTER_ROLES, Role.COORDINATOR, Role.LEAD, Role.ADMINISTRATOR)
)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class FactorAdapter(DefaultMFAAdapter):
    pass


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the person must first set up a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    standing = request.standing  # type: ignore[attr-defined]
    return standing.holds_any(STAFF_ROLES) and not is_mfa_enabled(request.user)
