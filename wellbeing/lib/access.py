"""Who may open a page. A view without one of these marks does not open at all.

The mark is only a declaration; `wellbeing.middleware.AccessMiddleware` reads it
on every request. Rights over a single row are a query inside the view
(`...for_person(request.user)`), so that a foreign row and an unknown one give
the same 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

Standing = Literal[
    "", "supporter", "coordinator", "exposed", "supported", "lead", "administrator"
]
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Policy:
    """`standing` empty and `signed_in` true: anybody with an account."""

    signed_in: bool
    standing: Standing = ""


def _mark(view: View, policy: Policy) -> View:
    view.access_policy = policy  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone, without signing in: help now, privacy, health, webhooks, mailed links."""
    return _mark(view, Policy(signed_in=False))


def signed_in(view: View) -> View:
    """Anyone with an account. The view must limit its rows to the person."""
    return _mark(view, Policy(signed_in=True))


def supporters_only(view: View) -> View:
    """People who can be booked in some study today; others get 404."""
    return _mark(view, Policy(signed_in=True, standing="supporter"))


def coordinators_only(view: View) -> View:
    """People who coordinate some study today; others get 404."""
    return _mark(view, Policy(signed_in=True, standing="coordinator"))


def exposed_only(view: View) -> View:
    """People whose role exposes them in some study today; others get 404."""
    return _mark(view, Policy(signed_in=True, standing="exposed"))


def supported_only(view: View) -> View:
    """People whose role exposes them, or did so earlier in a study that is still open:
    who leaves keeps the standing offer. Others get 404."""
    return _mark(view, Policy(signed_in=True, standing="supported"))


def leads_only(view: View) -> View:
    """Well-being leads of some study today; others get 404."""
    return _mark(view, Policy(signed_in=True, standing="lead"))


def administrators_only(view: View) -> View:
    """People who look after the machines; others get 404."""
    return _mark(view, Policy(signed_in=True, standing="administrator"))
