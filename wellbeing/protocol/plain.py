"""The protocol read aloud: sentences for people, made from the document itself.

The same words stand on the protocol page, beside each offer and in "what happens if I
do nothing", so that no page can promise what the document does not say.
"""

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.agreed_aloud import DAY_NAMES, Reading, agreed_aloud
from wellbeing.protocol.days import every_words
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.named import ACTIVITIES
from wellbeing.protocol.rules import CheckInRule, OfferRule
from wellbeing.protocol.whens import (
    After,
    Before,
    ComingBack,
    DayOf,
    DaysInARow,
    Every,
    EveryWeeks,
    Leaving,
    QuietFor,
    SoMany,
    Standing,
)

FORM_WORDS = {"short": "a few short questions", "one_item": "one short question"}


def read_aloud(document: Protocol) -> list[Reading]:
    """Every part of the document, in order of its number."""
    readings = [_offer_reading(rule, document) for rule in document.offers.values()]
    readings += [
        _check_in_reading(rule, document) for rule in document.check_ins.values()
    ]
    readings += _unanswered_reading(document)
    readings += agreed_aloud(document)
    return sorted(readings, key=lambda reading: reading.part)


def _offer_reading(rule: OfferRule, document: Protocol) -> Reading:
    people = words.list_words([f"{role}s" for role in rule.for_])
    kinds = words.list_words([document.kind_words(kind) for kind in rule.kinds], "or")
    sentences = [
        f"{_when(rule, document)}, {people} are offered: {kinds}. It is always a "
        "choice."
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


def _when(rule: OfferRule, document: Protocol) -> str:
    when = rule.when
    if isinstance(when, After):
        return f"After {ACTIVITIES[when.after].done}"
    if isinstance(when, SoMany):
        return _counted_words(when, document)
    if isinstance(when, Before):
        first = "somebody’s first" if when.first_only else "an"
        one = ACTIVITIES[when.before].one
        return f"As soon as {first} {one} is planned"
    if isinstance(when, Leaving):
        again = words.list_words([lengths.words(more) for more in when.again_after])
        return "When somebody leaves" + (f", and again after {again}" if again else "")
    if isinstance(when, ComingBack):
        away = lengths.words(when.back_after)
        return f"When the study goes on after a pause, or somebody is back after {away}"
    if isinstance(when, QuietFor):
        return f"When somebody’s last work was {lengths.words(when.quiet_for)} ago"
    return _regular(when)


def _regular(when: DayOf | DaysInARow | Every | EveryWeeks | Standing) -> str:
    if isinstance(when, DayOf):
        return (
            f"On each day of {ACTIVITIES[when.day_of].doing}, however many there were"
        )
    if isinstance(when, DaysInARow):
        doing = ACTIVITIES[when.of].doing
        return f"After every {when.days_in_a_row} days in a row of {doing}"
    if isinstance(when, Every):
        return "Every month"
    if isinstance(when, EveryWeeks):
        return _weekly_words(when)
    return "On any day, with no reason asked"


def _weekly_words(when: EveryWeeks) -> str:
    """`Every week, on Friday`, with what must have been in the week."""
    day = DAY_NAMES[when.weekday]
    often = f"Every {every_words(when)}, on {day}"
    if when.if_any is None:
        return often
    return f"{often}, if there was {ACTIVITIES[when.if_any].doing} in that week"


def _counted_words(when: SoMany, document: Protocol) -> str:
    named = ACTIVITIES[when.of]
    ways = []
    if when.so_many is not None:
        marked = " that were marked" if when.marked else ""
        ways.append(f"every {named.counted(when.so_many)}{marked}")
    if when.or_minutes is not None:
        part = {str(k): one for k, one in document.activities.items()}.get(when.of)
        audio = part is not None and part.measured_in == "audio_minutes"
        of = "audio" if audio else named.doing
        ways.append(f"every {words.length_words(when.or_minutes)} of {of}")
    if when.or_level is not None:
        ways.append(f"any {when.or_level} {named.one}")
    span = f" within {lengths.words(when.within)}" if when.within else ""
    return f"After {words.list_words(ways, 'or')} of one person{span}"


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


def _asked_when(rule: CheckInRule, day: str, hour: str) -> str:
    when = rule.when
    if isinstance(when, After):
        return f"After {ACTIVITIES[when.after].done} we ask, {day} at {hour},"
    later = f" {rule.days} days after" if rule.days else " on"
    if isinstance(when, Every):
        return f"Every month{later} the first working day, at {hour}, we ask"
    if isinstance(when, EveryWeeks):
        return f"{_weekly_words(when)}, at {hour}, we ask"
    days = words.list_words([words.date_words(one) for one in when.on_days])
    return f"On {days}, at {hour}, we ask"


def _check_in_reading(rule: CheckInRule, document: Protocol) -> Reading:
    day = "the same day" if rule.days == 0 else "the next day"
    if rule.days > 1:
        day = f"{rule.days} days later"
    hour = words.wall_words(rule.time)
    when = _asked_when(rule, day, hour)
    asked = FORM_WORDS.get(rule.form, "")
    if own := document.forms.get(rule.form):
        asked = f"the questions “{own.title}”"
    sentences = [f"{when} {asked}. Each can be skipped, paused or stopped."]
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


def _unanswered_reading(document: Protocol) -> list[Reading]:
    """What comes when several stay without an answer; it stands with the check-ins."""
    number, rules = document.check_ins_ask_after, list(document.check_ins.values())
    if number is None or not rules:
        return []
    return [
        Reading(
            rules[0].part,
            "When check-ins stay without an answer",
            (
                f"After {number} in a row we ask once: go on, pause or stop? No answer "
                "means a pause. Nobody else is told, and nothing is read into it.",
            ),
        )
    ]
