"""What one cell of a log means. Pure: text in, value out, or a sentence why not.

No sentence repeats what stands in the cell: a log can hold more than it should, and a
sentence travels further than the cell.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

YEARS = range(1990, 2101)
LONGEST_CODE = 32
LONGEST_NAME = 120
MODES = {
    "face to face": "in_person",
    "in person": "in_person",
    "telephone": "phone",
    "phone": "phone",
    "skype": "skype",
    "ms teams": "teams",
    "microsoft teams": "teams",
    "teams": "teams",
    "zoom": "zoom",
}
PASSES = {
    "first": "first",
    "second": "second",
    "third": "third",
    "1": "first",
    "2": "second",
    "3": "third",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
}
_ANSWERS = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WALL = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?::[0-9]{2})?)? ?(am|pm)?")


class BadCell(Exception):
    """The cell cannot be read; the message says what to write instead."""


def plain(text: str) -> str:
    """The text with its spaces made one each."""
    return " ".join(text.split())


def same(text: str) -> str:
    """The form in which two names, codes or words count as the same."""
    return plain(text).casefold()


def word(text: str) -> str:
    """`Face-to-face ` and `face to face` are one word of a closed list."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def code_of(text: str) -> str:
    """The number of an interview or a transcript, as the team writes it."""
    return _short(text, "Write the number here.", LONGEST_CODE, "number")


def name_of(text: str) -> str:
    """Who it was. An empty name is refused."""
    return _short(text, "Write here who it was.", LONGEST_NAME, "name")


def name_or_nobody(text: str) -> str:
    """Who it was, or an empty text for nobody."""
    return name_of(text) if text.strip() else ""


def _short(text: str, empty: str, most: int, what: str) -> str:
    found = plain(text)
    if not found:
        raise BadCell(empty)
    if len(found) > most:
        raise BadCell(f"Keep the {what} to {most} characters.")
    if any(unicodedata.category(letter) == "Cc" for letter in found):
        raise BadCell(f"This {what} has a character in it that cannot be read.")
    return found


def day_of(text: str) -> date:
    """Day, month, year (`31/08/2020`), or year first (`2020-08-31`)."""
    found = plain(text)
    if iso := _ISO_DAY.fullmatch(found):
        year, month, day = (int(part) for part in iso.groups())
    elif usual := _DAY.fullmatch(found):
        day, month, year = (int(part) for part in usual.groups())
    else:
        raise BadCell("Write the day like 31/08/2020: day, month, year.")
    if year not in YEARS:
        raise BadCell("Look at the year again: it is too far away.")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(
            "There is no such day. Write day, month, year, like 31/08/2020."
        ) from None


def wall_of(text: str) -> time:
    """Time of day: `14:05`, `14.05`, `2:05pm` or `2pm`. Seconds are dropped."""
    found = _WALL.fullmatch(plain(text).casefold())
    if not found or not (found[2] or found[3]):
        raise BadCell("Write the time like 14:05.")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise BadCell("There is no such time. Write it like 14:05.")
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise BadCell("There is no such time. Write it like 14:05.") from None


def minutes_of(text: str) -> int:
    """Whole minutes, from 1 to 1440."""
    found = plain(text)
    if not re.fullmatch("[0-9]{1,4}", found) or not 1 <= int(found) <= 1440:
        raise BadCell("Write whole minutes, from 1 to 1440.")
    return int(found)


def mode_of(text: str) -> str:
    """How it was held, as a key; empty when the log does not say."""
    return _listed(
        text, MODES, "face to face, telephone, Skype, MS Teams or Zoom", nothing=""
    )


def pass_of(text: str) -> str:
    """Which reading of a transcript it was: first when the log does not say."""
    return _listed(text, PASSES, "first, second or third", nothing="first")


def _listed(text: str, known: dict[str, str], shown: str, *, nothing: str) -> str:
    found = word(text)
    if not found and not text.strip():
        return nothing
    if found not in known:
        raise BadCell(f"Write {shown}, or leave it empty.")
    return known[found]


def answer_of(text: str) -> bool | None:
    """Yes, no, or None when the log does not say."""
    if not text.strip():
        return None
    if word(text) not in _ANSWERS:
        raise BadCell("Write yes or no, or leave it empty.")
    return _ANSWERS[word(text)]


def instant_of(day: date, wall: time, zone: str) -> tuple[datetime, bool]:
    """The instant of a wall time, in UTC, and whether it came twice that night.

    Of two, the first is meant. A time that the clocks jumped over raises BadCell.
    """
    local = datetime.combine(day, wall, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(
        tzinfo=None
    ):
        raise BadCell("The clocks went forward then, so this time did not happen.")
    return moment, local.utcoffset() != local.replace(fold=1).utcoffset()
