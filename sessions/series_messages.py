"""What two people are told about a regular time as a whole. Each of its times is told
like any booking, when it comes near (`booking_messages.AHEAD`)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from notifications import outbox
from sessions import booking_messages
from sessions.models import Booking, Series


def tell_started(series: Series, *, first: Booking, at: datetime) -> None:
    _tell_both(series, "series_started", _rule(series, first), "once", at)


def tell_moved(series: Series, *, first: Booking, at: datetime) -> None:
    which = f"{first.number}:{first.sequence}"
    _tell_both(series, "series_moved", _rule(series, first), which, at)


def tell_ended(series: Series, *, by_us: bool, at: datetime) -> None:
    _tell_both(series, "series_ended", {"by_us": by_us}, "once", at)


def path_of(series: Series) -> str:
    return reverse("series", args=[series.public_id])


def _rule(series: Series, first: Booking) -> dict[str, Any]:
    return {
        "starts_at": first.starts_at.isoformat(),
        "ends_at": first.ends_at.isoformat(),
        "weeks": series.every_weeks,
    }


def _tell_both(
    series: Series, template: str, context: dict[str, Any], what: str, at: datetime
) -> None:
    for to in (series.person, series.supporter.person):
        outbox.plan(
            to=to,
            purpose="booking_notice",
            template=template,
            key=f"series:{series.public_id}:{template}:{what}:{to.pk}",
            group=f"series:{series.public_id}",
            context=context | {"path": path_of(series)},
            at=at,
            expires_at=at + booking_messages.AHEAD,
        )
