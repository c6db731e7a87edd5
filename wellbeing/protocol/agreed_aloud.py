"""What a team agreed besides offers and check-ins, read aloud. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.agreements import (
    Assignments,
    OutsideWorkers,
    PaidTime,
    SupportersOwn,
)
from wellbeing.protocol.document import HardOne, Protocol
from wellbeing.protocol.marks import HeavyHours, Limits, Mark
from wellbeing.protocol.named import ACTIVITIES, Named

DAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
SIGNING = {
    "lived_experience": "lived-experience researcher",
    "lead": "well-being lead",
}
CHOICES = {
    "take": "take it",
    "swap": "swap it",
    "split": "split it with somebody",
    "not_this_topic": "say “not this topic”",
}


@dataclass(frozen=True)
class Reading:
    """One numbered part of a protocol in plain sentences."""

    part: int
    title: str
    sentences: tuple[str, ...]


def signing_words(role: str, count: int = 1) -> str:
    """`coordinator`, `lived-experience researchers`."""
    name = SIGNING.get(role, role.replace("_", " "))
    return name if count == 1 else f"{name}s"


def agreed_aloud(document: Protocol) -> list[Reading]:
    """The parts of a document that every team has, and those that this one added."""
    readings = [_requests(document)]
    if document.hard_one:
        readings.append(_hard_one(document.hard_one))
    readings.append(_signoff(document))
    if document.limits or document.not_on_one_day:
        readings.append(_limits(document))
    if document.heavy_hours:
        readings.append(_heavy_hours(document.heavy_hours))
    if document.assignments:
        readings.append(_assignments(document.assignments))
    if document.outside_workers:
        readings.append(_outside_workers(document.outside_workers, document))
    if document.supporters_own:
        readings.append(_supporters_own(document.supporters_own))
    if document.paid_time:
        readings.append(_paid_time(document.paid_time, document))
    return readings


def _requests(document: Protocol) -> Reading:
    sentences = [
        "A named person holds the request from the first moment. If there is no answer "
        f"within {lengths.words(document.requests.answer_within)}, cover is asked."
    ]
    if hours := document.requests.hours:
        opens, closes = words.wall_words(hours.opens), words.wall_words(hours.closes)
        days = words.list_words([DAY_NAMES[day] for day in hours.days])
        sentences.append(
            f"Requests are answered from {opens} to {closes} on {days}. At other times "
            "the page says who is there at once, and the time counts from the opening."
        )
    title = "When somebody asks to talk"
    return Reading(document.requests.part, title, tuple(sentences))


def _hard_one(hard: HardOne) -> Reading:
    return Reading(
        hard.part,
        "When one was hard, or it is adding up",
        (
            "A person can open the whole menu at once. Nothing is booked by itself, "
            "nothing is kept, and nobody is told.",
            f"We suggest {lengths.words(hard.spacing)} before the next interview.",
        ),
    )


def _signoff(document: Protocol) -> Reading:
    need = [
        f"{count} {signing_words(role, count)}"
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


def _limits(document: Protocol) -> Reading:
    sentences = [
        sentence
        for kind, limits in document.limits.items()
        for sentence in _limit_sentences(ACTIVITIES[kind], limits)
    ]
    for kinds in document.not_on_one_day:
        together = words.list_words([ACTIVITIES[kind].doing for kind in kinds])
        sentences.append(f"We say so when {together} would fall on one day.")
    sentences.append("Planning stops at a limit. Logging and support never do.")
    return Reading(document.limits_part, "How much in a while", tuple(sentences))


def _limit_sentences(named: Named, limits: Limits) -> list[str]:
    sentences = []
    for field, where in MARKED.items():
        mark: Mark = getattr(limits, field)
        parts = []
        if mark.pace is not None:
            parts.append(f"a pace of {mark.pace}")
        if mark.limit is not None:
            parts.append(f"a limit of {mark.limit}")
        if parts:
            sentences.append(f"{where(named)}: {words.list_words(parts)}.")
    if limits.spacing:
        gap = lengths.words(limits.spacing)
        sentences.append(f"Between two {named.many}: {gap}, as a pace.")
    return sentences


MARKED: dict[str, Callable[[Named], str]] = {
    "day": lambda named: f"{named.heading} in a day",
    "week": lambda named: f"{named.heading} in a week from Monday to Sunday",
    "days_7": lambda named: f"{named.heading} in 7 days",
    "days_28": lambda named: f"{named.heading} in 28 days",
    "minutes_day": lambda named: f"Minutes of {named.many} in a day",
    "minutes_7": lambda named: f"Minutes of {named.many} in 7 days",
    "marked_day": lambda named: f"Marked {named.many} in a day",
    "days_in_a_row": lambda named: f"Days in a row of {named.doing}",
}


def _heavy_hours(heavy: HeavyHours) -> Reading:
    sentences = [
        f"Heavy material is better taken between {words.wall_words(heavy.from_)} and "
        f"{words.wall_words(heavy.until)}, at most {lengths.words(heavy.at_a_time)} at "
        f"a time, with a pause every {lengths.words(heavy.pause_every)}.",
        "We say so when it is planned otherwise. It stops nothing.",
    ]
    if heavy.friday_until:
        hour = words.wall_words(heavy.friday_until)
        sentences.insert(1, f"On a Friday, better not after {hour}.")
    return Reading(heavy.part, "Heavy material", tuple(sentences))


def _assignments(given: Assignments) -> Reading:
    kinds = words.list_words([ACTIVITIES[kind].doing for kind in given.of], "or")
    choices = words.list_words([CHOICES[choice] for choice in given.choices], "or")
    sentences = [
        f"Who is asked to take on {kinds} sees the content note first, and can "
        f"{choices}. No reason is needed, and nobody counts.",
    ]
    if given.alternate:
        sentences.append("After a heavy one comes a plain one, if there is one.")
    if given.due_gap:
        gap = lengths.words(given.due_gap)
        sentences.append(
            f"When another one is to be done within {gap} of a heavy one, the "
            "coordinator is asked to move that day."
        )
    if given.quiet_place:
        sentences.append(f"Everybody may work from home, or in {given.quiet_place}.")
    return Reading(given.part, "Before the work", tuple(sentences))


def _outside_workers(outside: OutsideWorkers, document: Protocol) -> Reading:
    kinds = words.list_words(
        [document.kind_words(kind) for kind in outside.kinds], "or"
    )
    return Reading(
        outside.part,
        "People who work for the study without an account",
        (
            f"They are offered {kinds} as well, through a link that works once, and "
            "they can say no or pause.",
            f"Their address is erased {lengths.words(outside.erased_after)} after "
            "their last piece of work.",
        ),
    )


def _supporters_own(own: SupportersOwn) -> Reading:
    who = words.list_words([signing_words(role, 2) for role in own.for_])
    return Reading(
        own.part,
        "Supervision of those who support",
        (
            f"For {who}: {words.length_words(own.minutes_a_week)} a week, and at least "
            f"{words.length_words(own.least_a_month)} in every month by itself.",
            f"In a group of up to {own.group_of}, {own.group_share:.0%} of the time "
            "counts for each. In a larger one it is shared out between them.",
        ),
    )


def _paid_time(paid: PaidTime, document: Protocol) -> Reading:
    kinds = [kind for kind in document.kinds if document.kinds[kind].paid]
    named = words.list_words([document.kind_words(kind) for kind in kinds])
    time = words.length_words(paid.minutes_a_month)
    sentences = [
        f"Everybody is paid {time} a month for support, the same for all, used or not.",
    ]
    if kinds:
        sentences.append(f"It is for: {named}. Only the person sees how it was used.")
    return Reading(paid.part, "Paid time", tuple(sentences))
