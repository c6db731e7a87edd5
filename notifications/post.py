"""How the post stands, for whoever looks after the machines.

It tells why messages do not leave, and nothing from which one could tell who was
offered what, agreed to it or asked for it. So it holds no name and no address; what a
message is about is said in three broad families; when it was due is said to the part
of a day; and numbers that move when somebody answers are rounded. What was taken back
is only counted: its reason would say what somebody chose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from notifications import health, telling
from notifications.channels import circuit, sms
from notifications.models import Message, MessageQuerySet, State
from wellbeing.lib import words

SHOWN_FOR = timedelta(days=30)
# A due message leaves within this time, or stands on the list (promise P2).
PUNCTUAL = timedelta(seconds=60)
FEW = 5

# What goes out whatever anybody chose. Every other purpose is one family, so that an
# offer, a time that was agreed and a request look alike.
ACCOUNT = "About somebody’s account"
STUDY = "About a study as a whole"
PERSON = "About somebody’s work or time"
_FAMILIES = {"account": ACCOUNT, "protocol_review": STUDY, "support_ends": STUDY}

_NOT_SENT = (State.EXPIRED, State.WITHHELD, State.DEAD)
_TROUBLED = (State.RETRY, State.UNCERTAIN)
# Faults of ours or of a provider, which move when nobody chose anything.
_EXACT = frozenset({State.RETRY, State.UNCERTAIN, State.EXPIRED, State.DEAD})

_OWN_CHOICE = "The person’s own settings keep it back."
_CHOICES = frozenset(
    {
        "the account is closed",
        "the person answered STOP to a text",
        "the person does not want these messages this way",
        "the person has quiet hours",
        "the person takes no text messages",
        "the person's quiet hours last until it is too late",
    }
)


@dataclass(frozen=True)
class Line:
    """One message that was due and did not leave."""

    what: str
    channel: str
    due: str
    state: str
    why: str


def figures(at: datetime) -> list[tuple[str, str]]:
    """The oldest due message first: it is the one number that matters."""
    found = health.look(at)
    heard = "Never" if found.silence is None else f"{_length(found.silence)} ago"
    return [
        ("Oldest due message has waited", _length(found.wait)),
        ("A sender was last heard", heard),
        ("Needs a look", _trouble(found) or "Nothing. All is well."),
    ]


def _trouble(found: health.Health) -> str:
    said = [_sentence(found.trouble)] if found.trouble else []
    return " ".join([*said, *(["A channel is shut."] if found.closed else [])])


def channels(at: datetime, *, zone: str) -> list[tuple[str, str]]:
    """Each way out of the house, and why it is shut when it is."""
    shut = circuit.closed_for(at)
    said = []
    for channel in Message.Channel:
        row = shut.get(channel)
        if row and row.closed_until:
            until = words.clock_words(row.closed_until, zone)
            state = f"Shut until {until}. {_sentence(row.reason)} Messages wait."
        elif channel == Message.Channel.SMS and not sms.is_set_up():
            state = "Not set up. What would be a text goes as email."
        else:
            state = "Open"
        said.append((str(channel.label), state))
    return said


def counts(at: datetime) -> list[tuple[str, str]]:
    """How many messages of the last month are in each state that has some."""
    lately = _lately(at)
    rows = lately.order_by().values_list("state").annotate(Count("pk"))
    found: dict[str, int] = dict(rows)
    return [
        (str(state.label), _counted(state, found[state]))
        for state in State
        if state in found
    ]


def not_sent(at: datetime) -> MessageQuerySet:
    """What was due and did not leave, or came late; the latest first."""
    late = Q(state=State.PENDING) & (Q(next_try__lte=at - PUNCTUAL) | ~Q(reason=""))
    rows = _lately(at).filter(Q(state__in=(*_NOT_SENT, *_TROUBLED)) | late)
    return rows.filter(not_before__lte=at).order_by("-not_before", "-pk")


def line_of(message: Message, *, zone: str) -> Line:
    """What may be said of one row. `zone` is the reader's."""
    return Line(
        what=_FAMILIES.get(message.purpose, PERSON),
        channel="text" if message.channel == Message.Channel.SMS else "email",
        due=_part_of_day(message.not_before.astimezone(ZoneInfo(zone))),
        state=str(State(message.state).label),
        why=_why(message),
    )


def _lately(at: datetime) -> MessageQuerySet:
    return Message.objects.filter(not_before__gt=at - SHOWN_FOR)


def _why(message: Message) -> str:
    if message.reason in _CHOICES:
        return _OWN_CHOICE
    if message.state == State.PENDING and not message.reason:
        return "No sender has taken it up yet."
    return telling.why(message.reason) or "No reason is known."


def _part_of_day(local: datetime) -> str:
    """`Tuesday 15 September, in the afternoon`."""
    parts = ((6, "in the night"), (12, "in the morning"), (18, "in the afternoon"))
    part = next((said for end, said in parts if local.hour < end), "in the evening")
    return f"{words.date_words(local.date())}, {part}"


def _counted(state: State, count: int) -> str:
    if state in _EXACT:
        return str(count)
    return f"Fewer than {FEW}" if count < FEW else f"About {(count + 5) // 10 * 10}"


def _length(length: timedelta) -> str:
    if length < timedelta(minutes=1):
        return "Less than a minute"
    return words.length_words(length) if length < timedelta(days=2) else _days(length)


def _days(length: timedelta) -> str:
    return f"{length.days} days"


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}." if said else ""
