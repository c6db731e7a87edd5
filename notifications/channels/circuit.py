"""Whether a channel is open. Closed, its rows wait and their tries are not counted."""

import logging
from datetime import datetime, timedelta

from notifications.models import ChannelState

log = logging.getLogger(__name__)
CLOSED_FOR = timedelta(minutes=15)


def closed(at: datetime) -> dict[str, datetime]:
    """The channels that are closed now, and until when."""
    rows = closed_for(at).values()
    return {row.channel: row.closed_until for row in rows if row.closed_until}


def closed_for(at: datetime) -> dict[str, ChannelState]:
    """The same channels with the reason of each."""
    rows = ChannelState.objects.filter(closed_until__gt=at)
    return {row.channel: row for row in rows}


def close(*, channel: str, reason: str, at: datetime) -> datetime:
    """Close a channel that our own settings broke, and say until when."""
    until = at + CLOSED_FOR
    ChannelState.objects.update_or_create(
        channel=channel, defaults={"closed_until": until, "reason": reason[:80]}
    )
    log.error("The channel %s is closed for 15 minutes: %s", channel, reason)
    return until
