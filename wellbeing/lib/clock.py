"""The one place that reads the clock. Everything below the edge is given `at`."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """This instant, in UTC; or the frozen instant of a demo that sets DEMO_AT."""
    frozen: datetime | None = settings.DEMO_AT
    return frozen if frozen is not None else datetime.now(UTC)
