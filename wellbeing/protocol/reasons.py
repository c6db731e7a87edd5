"""Why an offer or a check-in is there, and what comes if one does nothing. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from wellbeing.lib import words
from wellbeing.protocol.named import ACTIVITIES

Facts = Mapping[str, str]


def because(facts: Facts, *, zone: str, at: datetime) -> str:
    """`Because you finished an interview today. Your team’s protocol, version 2, part
    1.` `zone` is the reader's; days near `at` are named by their nearness."""
    found = next((REASONS[key] for key in REASONS if facts.get(key)), _regular)
    source = f"Your team’s protocol, version {facts['version']}, part {facts['part']}."
    return f"Because {found(facts, zone, at)}. {source}"


def if_nothing(
    *, open_until: datetime, pencilled_until: datetime | None, zone: str, at: datetime
) -> str:
    """`If you do nothing, the time goes back tomorrow, 10am, the offer ends by itself
    on Tuesday 22 September, 4pm, and nobody is told.` In the order in which it comes.
    """
    ends = [(open_until, "the offer ends by itself")]
    if pencilled_until is not None:
        ends.append((pencilled_until, "the time goes back"))
    said = [f"{what} {_moment(when, zone, at)}" for when, what in sorted(ends)]
    return f"If you do nothing, {', '.join(said)}, and nobody is told."


def any_day(*, version: int, part: int) -> str:
    """Why the standing offer is there: for no reason, which is its reason."""
    return (
        "Because your team agreed that there is time to talk on any day. "
        f"Your team’s protocol, version {version}, part {part}."
    )


def follows_work(facts: Facts) -> bool:
    """Whether the person's own work called for it, and not the calendar or a plan."""
    return any(facts.get(key) for key in ("after", "counted", "day_of", "in_a_row"))


def _after(facts: Facts, zone: str, at: datetime) -> str:
    done = ACTIVITIES[facts["after"]].done
    return f"you finished {done} {_on(facts['ended_at'], zone, at)}"


def _counted(facts: Facts, zone: str, at: datetime) -> str:
    hours = words.length_words(int(facts["minutes"]))
    counted = ACTIVITIES[facts["counted"]].counted(float(facts["count"]))
    marked = " that were marked" if facts.get("marked") else ""
    return f"you have now logged {counted}{marked}, {hours} in all"


def _day_of(facts: Facts, zone: str, at: datetime) -> str:
    day = words.date_words(date.fromisoformat(facts["day"]))
    return f"{day} was a day of {ACTIVITIES[facts['day_of']].doing}"


def _in_a_row(facts: Facts, zone: str, at: datetime) -> str:
    doing = ACTIVITIES[facts["in_a_row"]].doing
    return f"you have had {facts['days']} days in a row of {doing}"


def _before(facts: Facts, zone: str, at: datetime) -> str:
    named = ACTIVITIES[facts["before"]]
    first = f"your first {named.one}" if facts["first"] else named.done
    return f"{first} is planned for {_on(facts['ends_at'], zone, at, on='')}"


def _back(facts: Facts, zone: str, at: datetime) -> str:
    whose = "the study goes on" if facts["back"] == "study" else "you are back"
    return f"{whose} after a while"


def _left(facts: Facts, zone: str, at: datetime) -> str:
    return "your work in the study has come to an end"


def _quiet(facts: Facts, zone: str, at: datetime) -> str:
    return f"your last work was a while ago, {_on(facts['ended_at'], zone, at)}"


def _did(facts: Facts, zone: str, at: datetime) -> str:
    return f"there was {ACTIVITIES[facts['did']].doing} in your week"


def _on_day(facts: Facts, zone: str, at: datetime) -> str:
    day = words.date_words(date.fromisoformat(facts["on_day"]))
    return f"your team agreed it for {day}"


def _regular(facts: Facts, zone: str, at: datetime) -> str:
    return f"your team agreed it for every {facts.get('every', 'month')}"


# By the fact that marks them, the first that is there.
REASONS: dict[str, Callable[[Facts, str, datetime], str]] = {
    "after": _after,
    "counted": _counted,
    "day_of": _day_of,
    "in_a_row": _in_a_row,
    "before": _before,
    "back": _back,
    "left": _left,
    "quiet": _quiet,
    "did": _did,
    "on_day": _on_day,
}
_NEAR = {"Today", "Tomorrow", "Yesterday"}


def _on(instant: str, zone: str, at: datetime, on: str = "on ") -> str:
    """`today, Wednesday 25 November` or `on Wednesday 25 November`."""
    day = words.day_words(datetime.fromisoformat(instant), zone, at)
    return day[0].lower() + day[1:] if day.split(",")[0] in _NEAR else f"{on}{day}"


def _moment(moment: datetime, zone: str, at: datetime) -> str:
    """`tomorrow, 10am`, or `on Tuesday 22 September, 4pm`."""
    said = words.moment_words(moment, zone, at)
    near = said.split(",")[0].capitalize() in _NEAR
    return said if near else f"on {said}"
