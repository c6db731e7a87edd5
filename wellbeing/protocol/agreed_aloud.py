"""What a team agreed besides offers and check-ins, read aloud. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.marks import Limits, Mark
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
    found = (read(document) for read in READERS)
    return [reading for reading in found if reading is not None]


def _requests(document: Protocol) -> Reading:
    sentences = [
        "A named person holds the request from the first moment. If there is no answer "
        f"within {lengths.words(document.requests.answer_within)}, cover is asked."
    ]
    if hours := document.requests.hours:
        opens, closes = words.wall_words(hours.opens), words.wall_words(hours.closes)
        days = words.list_words([DAY_NAMES[day] for day in hours.days])
        if len(set(hours.days)) == len(DAY_NAMES):
            days = "every day"
        sentences.append(
            f"Requests are answered from {opens} to {closes} on {days}. At other times "
            "the page says who is there at once, and the time counts from the opening."
        )
    title = "When somebody asks to talk"
    return Reading(document.requests.part, title, tuple(sentences))


def _hard_one(document: Protocol) -> Reading | None:
    hard = document.hard_one
    if hard is None:
        return None
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


def _limits(document: Protocol) -> Reading | None:
    if not document.limits and not document.not_on_one_day:
        return None
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


def _heavy_hours(document: Protocol) -> Reading | None:
    heavy = document.heavy_hours
    if heavy is None:
        return None
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


def _assignments(document: Protocol) -> Reading | None:
    given = document.assignments
    if given is None:
        return None
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


def _outside_workers(document: Protocol) -> Reading | None:
    outside = document.outside_workers
    if outside is None:
        return None
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


def _also_there(document: Protocol) -> Reading | None:
    also = document.also_there
    if also is None:
        return None
    sentences = []
    for kind, modes in also.in_.items():
        part = document.activities.get(kind)
        for mode, roles in modes.items():
            how = part.modes.get(mode, mode) if part else mode
            who = words.list_words([f"a {role}" for role in roles])
            sentences.append(f"{ACTIVITIES[kind].heading} ({how}) have {who} as well.")
    sentences.append(
        "Without one in the log we ask once whether somebody was there. The log stands "
        "as it is, and so does every offer."
    )
    return Reading(also.part, "Who else takes part", tuple(sentences))


def _did_not_happen(document: Protocol) -> Reading | None:
    rule = document.did_not_happen
    if rule is None:
        return None
    sentences = [
        "We write on the same working day, with a few open questions and three times. "
        "There is nothing to explain."
    ]
    if rule.again_after:
        again = lengths.words(rule.again_after)
        sentences.append(f"Without a reply we write once more, after {again}.")
    sentences.append(
        "Then we leave it. Nothing is counted, nobody else is told, and the next offer "
        "comes as always."
    )
    return Reading(rule.part, "When a time did not happen", tuple(sentences))


def _supporters_own(document: Protocol) -> Reading | None:
    own = document.supporters_own
    if own is None:
        return None
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


def _messages(document: Protocol) -> Reading | None:
    told = document.messages
    if told is None:
        return None
    start, end = words.wall_words(told.quiet_from), words.wall_words(told.quiet_until)
    weekends = " and at weekends" if told.quiet_weekends else ""
    first = "by text message" if told.first_by == "sms" else "by email"
    sentences = [
        f"No text message comes from {start} to {end}{weekends}, unless somebody chose "
        "other hours for themselves.",
        f"What we tell goes {first} at first. Everybody can change that.",
    ]
    if document.sites:
        named = [
            f"{name} ({words.zone_words(place.zone)})"
            for name, place in document.sites.items()
        ]
        places = words.list_words(named)
        sentences.append(f"Times and holidays are those of each place: {places}.")
    return Reading(told.part, "Messages", tuple(sentences))


def _paid_time(document: Protocol) -> Reading | None:
    paid = document.paid_time
    if paid is None:
        return None
    kinds = [kind for kind in document.kinds if document.kinds[kind].paid]
    named = words.list_words([document.kind_words(kind) for kind in kinds])
    time = words.length_words(paid.minutes_a_month)
    sentences = [
        f"Everybody is paid {time} a month for support, the same for all, used or not.",
    ]
    if kinds:
        sentences.append(f"It is for: {named}. Only the person sees how it was used.")
    return Reading(paid.part, "Paid time", tuple(sentences))


READERS: tuple[Callable[[Protocol], Reading | None], ...] = (
    _requests,
    _also_there,
    _hard_one,
    _did_not_happen,
    _signoff,
    _limits,
    _heavy_hours,
    _assignments,
    _outside_workers,
    _supporters_own,
    _messages,
    _paid_time,
)
