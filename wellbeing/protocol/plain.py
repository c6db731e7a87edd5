"""The protocol read aloud: sentences for people, made from the document itself.

The same words stand on the protocol page, beside each offer and in "what happens if I
do nothing", so that no page can promise what the document does not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.document import (
    After,
    Before,
    CheckInRule,
    ComingBack,
    Every,
    HardOne,
    Leaving,
    Limits,
    OfferRule,
    Protocol,
    QuietFor,
    SoMany,
    Standing,
)

DONE = {
    "interview": "an interview",
    "coding": "coding a transcript",
    "transcription": "transcribing a recording",
    "group_coding": "coding together",
}


COUNTED = {
    "interview": "Interviews",
    "coding": "Transcripts",
    "transcription": "Recordings",
    "group_coding": "Times coding together",
}

SIGNING = {
    "lived_experience": "lived-experience researcher",
    "psychologist": "psychologist",
    "supervisor": "supervisor",
    "coordinator": "coordinator",
    "lead": "well-being lead",
    "chief_investigator": "chief investigator",
    "interviewer": "interviewer",
    "coder": "coder",
}
SIGNING_MANY = {role: f"{name}s" for role, name in SIGNING.items()}

ONE_AND_MANY = {
    "interview": ("interview", "interviews"),
    "coding": ("transcript", "transcripts"),
    "transcription": ("recording", "recordings"),
    "group_coding": ("time of coding together", "times of coding together"),
}


@dataclass(frozen=True)
class Reading:
    """One numbered part of a protocol in plain sentences."""

    part: int
    title: str
    sentences: tuple[str, ...]


def read_aloud(document: Protocol) -> list[Reading]:
    """Every part of the document, in order of its number."""
    readings = [_offer_reading(rule, document) for rule in document.offers.values()]
    readings += [_check_in_reading(rule) for rule in document.check_ins.values()]
    readings.append(_requests_reading(document))
    if document.hard_one:
        readings.append(_hard_one_reading(document.hard_one))
    readings.append(_signoff_reading(document))
    if document.limits:
        readings.append(_limits_reading(document))
    return sorted(readings, key=lambda reading: reading.part)


def because(facts: Mapping[str, str], *, zone: str, at: datetime) -> str:
    """Why an offer or a check-in is there, in one sentence, from what was kept."""
    source = f"Your team’s protocol, version {facts['version']}, part {facts['part']}."
    return f"Because {_reason(facts, zone, at)}. {source}"


def _reason(facts: Mapping[str, str], zone: str, at: datetime) -> str:
    if "after" in facts:
        return f"you finished {DONE[facts['after']]} {_on(facts['ended_at'], zone, at)}"
    if "counted" in facts:
        hours = words.length_words(int(facts["minutes"]))
        return f"you have now logged {_counted(facts)}, {hours} in all"
    if "before" in facts:
        first = "your first interview" if facts["first"] else DONE[facts["before"]]
        return f"{first} is planned for {_on(facts['ends_at'], zone, at, on='')}"
    if "back" in facts:
        whose = "the study goes on" if facts["back"] == "study" else "you are back"
        return f"{whose} after a while"
    if "left" in facts:
        return "your work in the study has come to an end"
    if "quiet" in facts:
        return f"your last work was a while ago, {_on(facts['ended_at'], zone, at)}"
    return "your team agreed it for every month"


def _counted(facts: Mapping[str, str]) -> str:
    count = int(facts["count"])
    one, many = ONE_AND_MANY[facts["counted"]]
    return f"{count} {one if count == 1 else many}"


def _on(instant: str, zone: str, at: datetime, on: str = "on ") -> str:
    """`today, Wednesday 25 November` or `on Wednesday 25 November`."""
    day = words.day_words(datetime.fromisoformat(instant), zone, at)
    return day[0].lower() + day[1:] if day.split(",")[0] in _NEAR else f"{on}{day}"


_NEAR = {"Today", "Tomorrow", "Yesterday"}


def _offer_reading(rule: OfferRule, document: Protocol) -> Reading:
    people = words.list_words([f"{role}s" for role in rule.for_])
    kinds = words.list_words([document.kind_words(kind) for kind in rule.kinds], "or")
    sentences = [
        f"{_when(rule)}, {people} are offered: {kinds}. It is always a choice."
    ]
    if not isinstance(rule.when, Every):
        sentences.append(f"The first times lie within {lengths.words(rule.window)}.")
    if rule.pencil:
        sentences.append(_pencil_sentence(rule, document))
    if not isinstance(rule.when, Every | Standing):
        sentences.append(
            f"The offer stays open for {lengths.words(rule.open)}. After that, people "
            "can still ask on any day."
        )
    if rule.reminder:
        sentences.append(
            f"One short reminder comes after {lengths.words(rule.reminder)}, and then "
            "nothing more."
        )
    return Reading(rule.part, rule.title, tuple(sentences))


def _when(rule: OfferRule) -> str:
    when = rule.when
    if isinstance(when, After):
        return f"After {DONE[when.after]}"
    if isinstance(when, SoMany):
        one, many = ONE_AND_MANY[when.of]
        counted = one if when.so_many == 1 else many
        hours = (
            f", or {words.length_words(when.or_minutes)}," if when.or_minutes else ""
        )
        return f"After every {when.so_many} {counted}{hours} of one person"
    if isinstance(when, Before):
        first = "somebody’s first" if when.first_only else "an"
        return f"As soon as {first} {when.before} is planned"
    if isinstance(when, Every):
        return "Every month"
    if isinstance(when, ComingBack):
        away = lengths.words(when.back_after)
        return f"When the study goes on after a pause, or somebody is back after {away}"
    if isinstance(when, Leaving):
        again = words.list_words([lengths.words(more) for more in when.again_after])
        return "When somebody leaves" + (f", and again after {again}" if again else "")
    if isinstance(when, QuietFor):
        return f"When somebody’s last work was {lengths.words(when.quiet_for)} ago"
    return "On any day, with no reason asked"


def _pencil_sentence(rule: OfferRule, document: Protocol) -> str:
    assert rule.pencil is not None  # noqa: S101 - the caller has looked
    kept = rule.pencil.kept_until
    day = "the same day" if kept.days == 0 else "the next day"
    if kept.days > 1:
        day = f"{kept.days} days later"
    hour = words.wall_words(kept.time)
    return (
        f"A time for {document.kind_words(rule.pencil.kind)} is pencilled with "
        f"somebody the person knows, and kept until {hour} {day}. Then it goes back, "
        "and nobody minds."
    )


def _check_in_reading(rule: CheckInRule) -> Reading:
    day = "the same day" if rule.days == 0 else "the next day"
    if rule.days > 1:
        day = f"{rule.days} days later"
    hour = words.wall_words(rule.time)
    if isinstance(rule.when, After):
        when = f"After {DONE[rule.when.after]} we ask, {day} at {hour},"
    else:
        later = f" {rule.days} days after" if rule.days else " on"
        when = f"Every month{later} the first working day, at {hour}, we ask"
    sentences = [
        f"{when} a few short questions. Each can be skipped, paused or stopped."
    ]
    if rule.unless_answered_within:
        ago = lengths.words(rule.unless_answered_within)
        sentences.append(f"Not to somebody who has answered some in the last {ago}.")
    paused = "go on" if rule.while_paused else "rest"
    sentences.append(f"While the study is paused, they {paused}.")
    return Reading(
        rule.part,
        rule.title,
        (
            *sentences,
            f"They stay open for {lengths.words(rule.open)}. Answers are for the "
            "person alone, unless they choose to show them.",
        ),
    )


def _requests_reading(document: Protocol) -> Reading:
    return Reading(
        document.requests.part,
        "When somebody asks to talk",
        (
            "A named person holds the request from the first moment. If there is no "
            f"answer within {lengths.words(document.requests.answer_within)}, cover is "
            "asked.",
        ),
    )


def _hard_one_reading(hard: HardOne) -> Reading:
    return Reading(
        hard.part,
        "When one was hard, or it is adding up",
        (
            "A person can open the whole menu at once. Nothing is booked by itself, "
            "nothing is kept, and nobody is told.",
            f"We suggest {lengths.words(hard.spacing)} before the next interview.",
        ),
    )


def _signoff_reading(document: Protocol) -> Reading:
    need = [
        f"{count} {SIGNING[role] if count == 1 else SIGNING_MANY[role]}"
        for role, count in document.signoff.need.items()
    ]
    return Reading(
        document.signoff.part,
        "Who signs",
        (
            f"A version needs {words.list_words(need)}. Nobody signs for anybody else, "
            "and no objection may be open.",
            f"The team looks at it again every {lengths.words(document.review_every)}.",
        ),
    )


def _limits_reading(document: Protocol) -> Reading:
    sentences = [
        sentence
        for kind, limits in document.limits.items()
        for sentence in _limit_sentences(kind, limits)
    ]
    sentences.append("Planning stops at a limit. Logging and support never do.")
    return Reading(document.limits_part, "How much in a while", tuple(sentences))


def _limit_sentences(kind: str, limits: Limits) -> list[str]:
    name = COUNTED[kind]
    sentences = []
    for mark, where in (
        (limits.day, f"{name} in a day"),
        (limits.days_7, f"{name} in 7 days"),
        (limits.days_28, f"{name} in 28 days"),
        (limits.minutes_7, f"Minutes of {name.lower()} in 7 days"),
    ):
        parts = []
        if mark.pace is not None:
            parts.append(f"a pace of {mark.pace}")
        if mark.limit is not None:
            parts.append(f"a limit of {mark.limit}")
        if parts:
            sentences.append(f"{where}: {words.list_words(parts)}.")
    return sentences
