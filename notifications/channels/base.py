"""What a channel is: it takes a parcel and says what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from notifications.models import Message
from notifications.rendering import Letter


class Result(StrEnum):
    """What a try came to. The values are kept in `Attempt.outcome`."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    QUICK = "quick"  # certainly not sent; again in seconds
    SLOW = "slow"  # certainly not sent; again in minutes
    UNREACHABLE = "unreachable"  # the handset is off; again once
    CONFIGURATION = "configuration"  # our own fault; the channel closes
    UNCERTAIN = "uncertain"  # not known whether it left
    EXPIRED = "expired"  # the carrier gave up in time
    PERMANENT = "permanent"  # will never arrive this way


@dataclass(frozen=True)
class Outcome:
    """`reason` is plain words without names. `wait` is the provider's wish, seconds.

    `address` says what was learned about the address itself.
    """

    result: Result
    code: str = ""
    sid: str = ""
    reason: str = ""
    wait: float = 0
    address: Literal["", "invalid", "stopped"] = ""


@dataclass(frozen=True)
class Parcel:
    """One message with its words made: a letter for email, a text for SMS.

    `attempt` is the id of this try; the provider's callbacks bring it back.
    """

    message: Message
    attempt: UUID
    to: str
    at: datetime
    words: Letter | str


class Channel(Protocol):
    def send(self, parcel: Parcel) -> Outcome:
        """Hand the words over, once. Says what became of it instead of raising."""

    def close(self) -> None:
        """Let go of connections."""
