"""What every page knows: the reader's zone, this instant, and the menu by role."""

from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest

from sessions.models import SupportRequest
from wellbeing.lib import clock
from wellbeing.standing import Standing

# For which standing, the name, and the address; in the order of the page.
MENU: tuple[tuple[str, str, str], ...] = (
    ("supported", "Home", "/"),
    ("exposed", "Log", "/log/"),
    ("supported", "Support", "/support/"),
    ("supported", "Check-ins", "/check-ins/"),
    ("supporter", "Requests", "/requests/"),
    ("supporter", "Week", "/week/"),
    ("supporter", "Hours", "/availability/"),
    ("coordinator", "Load", "/load/"),
    ("coordinator", "Plan", "/plan/"),
    ("coordinator", "People", "/people/"),
    ("lead", "Promises", "/alerts/"),
    ("administrator", "Post", "/post/"),
    ("", "Protocol", "/protocol/"),
)


class Item(TypedDict):
    """One link of the menu. `count` is what waits there; 0 shows nothing."""

    name: str
    url: str
    here: bool
    count: int


def page_context(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    standing: Standing | None = getattr(request, "standing", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "zone": user.time_zone if user and signed_in else "Europe/London",
        "at": clock.now(),
        "demo": settings.DEMO,
        "standing": standing,
        "menu": menu_of(request, standing) if signed_in and standing else [],
    }


def menu_of(request: HttpRequest, standing: Standing) -> list[Item]:
    """The pages of every standing that the person holds, in a fixed order.

    Empty while a second factor is still to be set up, since nothing else opens.
    One query, and only for people who can be asked for time.
    """
    if getattr(request, "factor_missing", False):
        return []
    return [
        Item(
            name=name,
            url=url,
            here=_is_here(request.path, url),
            count=_waiting(standing) if url == "/requests/" else 0,
        )
        for needed, name, url in MENU
        if standing.allows(needed)
    ]


def _is_here(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _waiting(standing: Standing) -> int:
    return SupportRequest.objects.for_holder(standing.person).unanswered().count()
