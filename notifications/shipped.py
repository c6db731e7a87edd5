"""The words that came with Alongside, written the way a team writes its own.

They are read off the templates: each is made once for a reader who does not exist, and
the values that it then holds become names in braces. So there is one place for them.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from notifications import samples, wording
from notifications.wording import SENDER, Face, Shipped
from wellbeing.lib import links, words

# What can be said with a time, a date, a first name and a link. The rest of the
# messages holds more than that, and stays as it came.
EDITABLE = (
    "away_question",
    "booking_agreed",
    "booking_cancelled",
    "booking_cancelled_by_us",
    "booking_moved",
    "booking_reminder",
    "check_in",
    "check_ins_go_on",
    "group_invitation",
    "new_time_asked",
    "new_time_instead",
    "no_time_free",
    "offer_open",
    "offer_reminder",
    "past_limit_asked",
    "reaching_out",
    "reaching_out_again",
    "request_for_cover",
    "request_new",
    "supervision_kept",
    "time_kept",
    "time_offered",
    "way_asked",
    "way_chosen",
)
_FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
_FILES: tuple[tuple[Face, str], ...] = (
    ("subject", "subject.txt"),
    ("words", "only_words.txt"),
    ("sms", "sms.txt"),
)


@lru_cache(maxsize=64)
def faces_of(name: str) -> Shipped:
    """What came with Alongside for a message that can be edited."""
    context = samples.context_for(name, level="name")
    made = {face: _made(name, face, file, context) for face, file in _FILES}
    signature = links.signature_of(samples.PATH)
    signed = signature in "".join(made.values())
    found = {face: _with_names(text, context, face) for face, text in made.items()}
    return Shipped(
        **found,
        says_more=context["more"] in made["subject"],
        signed=signed,
    )


def every_name() -> list[str]:
    """All messages that there are."""
    return sorted(path.parent.name for path in _FOLDER.glob("*/subject.txt"))


def has_text(name: str) -> bool:
    """Whether the message can go out as a text message."""
    return name in _with_text()


@lru_cache(maxsize=1)
def _with_text() -> frozenset[str]:
    return frozenset(path.parent.name for path in _FOLDER.glob("*/sms.txt"))


def _made(name: str, face: Face, file: str, context: dict[str, Any]) -> str:
    if face == "words":
        frame = f"messages/{name}/body.txt"
        text = render_to_string(f"messages/{file}", {**context, "frame": frame})
        return text.strip()
    if face == "sms" and not has_text(name):
        return ""
    text = render_to_string(f"messages/{name}/{file}", context)
    return " ".join(text.split()).removeprefix(SENDER)


def _with_names(text: str, context: dict[str, Any], face: Face) -> str:
    """The text with names in braces where it holds a value, the longest first."""
    found: dict[str, str] = {}
    for name, field in (("old time", "was_starts"), ("until", "until")):
        found |= dict.fromkeys(_ways(context, field), name)
    found |= dict.fromkeys(_ways(context, "starts"), "time")
    found[context["starts_day"]] = "date"
    for link in (context["link"], context["short_link"]):
        found |= dict.fromkeys((wording.signed(link), link), "link")
    plain = text.replace(words.NBSP, " ")
    for value in sorted(found, key=len, reverse=True):
        plain = plain.replace(value.replace(words.NBSP, " "), f"{{{found[value]}}}")
    return plain


def _ways(context: dict[str, Any], field: str) -> list[str]:
    """All the ways in which the templates say one time."""
    day, zone = context[f"{field}_day"], context["zone"]
    start, more = context[f"{field}_at"], context["more"]
    clock, place = words.clock_words(start, zone), words.zone_words(zone)
    span = words.span_words(start, context["ends_at"], zone)
    said = [f"{day}, {clock}", f"{day} at {clock}", f"{day}, {span}"]
    said += [f"{one}, {place}" for one in said]
    return said + [f"{one}{more}" for one in said]
