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
    CheckInRule,
    Every,
    Limits,
    OfferRule,
    Protocol,
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
    readings.append(_signoff_reading(document))
    if document.limits:
        readings.append(_limits_reading(document))
    return sorted(readings, key=lambda reading: reading.part)


def because(facts: Mapping[str, str], *, zone: str, at: datetime) -> str:
    """Why an offer or a check-in is there, in one sentence, from what was kept."""
    source = f"Your team’s protocol, version {facts['version']}, part {facts['part']}."
    if "after" not in facts:
        return f"Because your team agreed it for every month. {source}"
    ended = datetime.fromisoformat(facts["ended_at"])
    day = words.day_words(ended, zone, at)
    day = day[0].lower() + day[1:] if day.split(",")[0] in _NEAR else f"on {day}"
    return f"Because you finished {DONE[facts['after']]} {day}. {source}"


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
    if isinstance(rule.when, After):
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
    if isinstance(rule.when, After):
        return f"After {DONE[rule.when.after]}"
    if isinstance(rule.when, Every):
        return "Every month"
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
    return Reading(
        rule.part,
        rule.title,
        (
            f"After {DONE[rule.after]} we ask, {day} at {words.wall_words(rule.time)}, "
            "a few short questions. Each can be skipped, paused or stopped.",
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
