"""What became of each message to one person, in words for that person.

Nobody else is shown this. It says when a message was meant for, when it left, and why
it did not; never its words, and never whether it was opened: that is not known here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.models import Message, State
from wellbeing.people.models import User

SHOWN_FOR = timedelta(days=90)
MOST = 60

WHAT = {
    "away_question": "A question about a time of yours",
    "booking_agreed": "A time that you agreed",
    "booking_cancelled": "A time that was cancelled",
    "booking_cancelled_by_us": "A time that we had to cancel",
    "booking_moved": "A time that was moved",
    "booking_reminder": "A reminder of your time",
    "check_in": "A few questions, if you like",
    "check_ins_go_on": "A question whether the questions go on",
    "cover_steps_in": "Somebody who steps in for you",
    "group_invitation": "A time together, if you like",
    "group_moved": "A time together that moved: does it suit you?",
    "new_time_asked": "A question whether another time would do",
    "new_time_instead": "Another time for one that we had to cancel",
    "no_time_free": "A time that is wanted and that nobody has",
    "offer_open": "Time that is there for you",
    "offer_reminder": "Time that is still there for you",
    "past_limit_asked": "Somebody asks for your yes",
    "phone_code": "A code for your phone",
    "practical_wish": "A wish about the plan",
    "protocol_review": "A protocol to look at again",
    "reaching_out": "A note about a time that did not happen",
    "reaching_out_again": "A second note about a time that did not happen",
    "reply_help": "What you can answer to a text",
    "reply_move": "A way to other times, as you asked",
    "reply_skip": "How to change your time, as you asked",
    "request_for_cover": "A request that needs cover",
    "request_new": "A new request",
    "series_ended": "Regular times that end",
    "series_moved": "Regular times that move",
    "series_started": "Your regular times",
    "service_alert": "A note about the service",
    "study_invitation": "Your invitation",
    "supervision_kept": "A time for supervision",
    "support_ends": "A note about when support ends",
    "test": "A test that you asked for",
    "time_kept": "A time that is kept for you",
    "time_offered": "A time that somebody offers you",
    "together": "Some messages for you",
    "way_asked": "A question how you would like to talk",
    "way_chosen": "How you will talk",
    "work_asked": "A piece of work you are asked about",
    "work_page": "A way to your page",
    "work_yours": "A piece of work that is yours",
}
WHY = {
    "the person does not want these messages this way": (
        "You chose not to get these this way."
    ),
    "the person has quiet hours": "It waits for the end of your quiet hours.",
    "the person's quiet hours last until it is too late": (
        "Your quiet hours lasted until it was too late."
    ),
    "the person takes no text messages": "You do not take text messages.",
    "the person answered STOP to a text": "You answered STOP to a text.",
    "you answered SKIP": "You answered SKIP.",
    "the account is closed": "Your account was closed.",
    "the sender stopped in the middle": "We are finding out whether it left.",
}
_STATE = {
    State.PENDING: "Waiting for its time",
    State.CLAIMED: "On its way",
    State.SENDING: "On its way",
    State.RETRY: "Not sent yet. We try again",
    State.UNCERTAIN: "We are finding out whether it left",
    State.ACCEPTED: "Sent",
    State.DELIVERED: "Arrived",
    State.CANCELLED: "Not sent, as it was no longer needed",
    State.EXPIRED: "Not sent, as it was too late to be of use",
    State.WITHHELD: "Not sent this way",
    State.DEAD: "Not sent, as it could not be delivered",
}
_TOGETHER = "Sent, in one email with another message of that day"
_LEFT = frozenset({State.ACCEPTED, State.DELIVERED})


@dataclass(frozen=True)
class Line:
    """One message. `sent_at` is empty for one that did not leave."""

    what: str
    channel: str
    meant_for: datetime
    sent_at: datetime | None
    state: str
    why: str


def told(person: User, *, at: datetime) -> list[Line]:
    """The messages of the last three months that were due, latest first."""
    rows = Message.objects.for_person(person).filter(
        not_before__gt=at - SHOWN_FOR, not_before__lte=at
    )
    found = rows.order_by("-not_before", "-pk").select_related("came_with")
    tries = found.prefetch_related("tries", "came_with__tries")
    return [_line(row) for row in tries[:MOST]]


def _line(message: Message) -> Line:
    """One that came along in another's email has the fate of that email."""
    along = message.state == State.TOGETHER
    carrier = (message.came_with if along else None) or message
    state = State(carrier.state)
    left = state in _LEFT
    last = max((row.started_at for row in carrier.tries.all()), default=None)
    by = "by text" if message.channel == Message.Channel.SMS else "by email"
    return Line(
        what=WHAT.get(message.template, "A message"),
        channel=by,
        meant_for=message.not_before,
        sent_at=last if left else None,
        state=_TOGETHER if along and left else _STATE[state],
        why="" if left else why(carrier.reason),
    )


def why(reason: str) -> str:
    """The reason of a row as a sentence for its own reader."""
    if not reason:
        return ""
    return WHY.get(reason, f"{reason[0].upper()}{reason[1:]}.")
