"""Headers on every answer, and a closed door for every view without a policy."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sessions.locks import LostTheRace, in_line_too_long
from wellbeing.accounts import OPEN_WITHOUT_FACTOR, needs_second_factor
from wellbeing.checks import GUARDED_ELSEWHERE
from wellbeing.lib.access import Policy
from wellbeing.standing import standing_of

Next = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Privacy headers that Django does not set by itself.

    `no-store` keeps a shared computer from showing a page after sign-out.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class AccessMiddleware:
    """Opens a view only to those whom its policy names (see `wellbeing.lib.access`)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = standing_of(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        policy: Policy | None = getattr(view, "access_policy", None)
        if policy is None:
            return self._without_policy(request, view)
        if not policy.signed_in:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if self._factor_missing(request):
            return redirect("mfa_index")
        if not request.standing.allows(policy.standing):  # type: ignore[attr-defined]
            raise Http404
        return None

    def _without_policy(
        self, request: HttpRequest, view: Callable[..., Any]
    ) -> HttpResponse | None:
        if view.__module__.startswith(GUARDED_ELSEWHERE):
            return self._account_page(request)
        if settings.DEBUG or settings.MODE == "test":
            raise ImproperlyConfigured(f"{view} declares no access policy.")
        raise Http404

    def _account_page(self, request: HttpRequest) -> HttpResponse | None:
        """allauth guards its pages itself; the second factor is asked for by us."""
        match = request.resolver_match
        opens = match is not None and match.url_name in OPEN_WITHOUT_FACTOR
        if not self._factor_missing(request) or opens:
            return None
        return redirect("mfa_index")

    def _factor_missing(self, request: HttpRequest) -> bool:
        missing = needs_second_factor(request)
        request.factor_missing = missing  # type: ignore[attr-defined]
        return missing


class JustNowMiddleware:
    """Says so when others kept a row for too long, in place of a page of ours that
    broke. The pages that give times have a better sentence; this is the last line."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, problem: Exception
    ) -> HttpResponse | None:
        waited = isinstance(problem, OperationalError) and in_line_too_long(problem)
        if waited or isinstance(problem, LostTheRace):
            return render(request, "errors/just_now.html", status=409)
        return None
