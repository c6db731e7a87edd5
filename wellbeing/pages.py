"""What every page knows: the reader's zone, this instant, and the menu by role."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wellbeing.lib import clock


def page_context(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "zone": user.time_zone if signed_in else "Europe/London",
        "at": clock.now(),
        "demo": settings.DEMO,
        "standing": getattr(request, "standing", None),
    }
