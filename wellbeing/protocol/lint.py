"""What a team should look at again in its protocol before it is signed. Pure.

`must` keeps a draft from going into review: the document promises something that
cannot happen, or leaves somebody out. `should` is worth a thought and no more. That
everything is optional needs no check here: the vocabulary has no word for a duty.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import time
from typing import get_args

from wellbeing.lib import words
from wellbeing.protocol import lengths, vocabulary
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.finding import Finding
from wellbeing.protocol.lengths import Length
from wellbeing.protocol.lines import said
from wellbeing.protocol.lint_limits import AGREEMENTS
from wellbeing.protocol.lint_words import words_to_avoid
from wellbeing.protocol.rules import CheckInRule, OfferRule
from wellbeing.protocol.values import WEEKDAYS, ActivityKind

# When people are usually not to be disturbed (domain 6.1): a time of day that the
# document fixes for everybody should not lie in these hours.
QUIET_FROM, QUIET_UNTIL = time(20), time(8)
# Where a document fixes a time of day at which somebody hears something.
FIXED_TIMES = {"offers", "check_ins"}
LONGEST_REVIEW = 365
DAY = 24 * 60
WEEK = 7 * DAY


def lint(document: Protocol, *, held: Collection[str] | None = None) -> list[Finding]:
    """Everything to look at again, what must change first.

    `held` names the supporter roles that somebody in the study holds; with it, kinds
    that nobody there can give are found too.
    """
    found = [finding for check in _CHECKS for finding in check(document)]
    if held is not None:
        found += _not_given(document, held)
    return sorted(dict.fromkeys(found), key=lambda one: one.level != "must")


# --- who is offered something --------------------------------------------------------


def _left_out(document: Protocol) -> Iterator[Finding]:
    for kind, activity in document.activities.items():
        own = [r for r in document.offers.values() if kind in _activities(r)]
        if not own:
            yield Finding(
                "should",
                f"activities.{kind}",
                "no offer of its own follows from this; only what is there on any day.",
            )
        for role in activity.roles:
            if not any(role in rule.for_ for rule in document.offers.values()):
                yield Finding(
                    "must",
                    f"activities.{kind}.roles",
                    f"{_a(role)} is exposed by this and is offered nothing.",
                )


def _no_standing_offer(document: Protocol) -> Iterator[Finding]:
    standing = document.standing_offer
    if standing is None:
        sentence = "no offer is there on any day, for no reason (`standing: true`)."
        yield Finding("must", "offers", sentence)
        return
    exposed = {role for part in document.activities.values() for role in part.roles}
    for role in sorted(exposed - set(standing.for_)):
        sentence = f"the offer on any day leaves out {_a(role)}."
        yield Finding("should", "offers", sentence)


def _never(document: Protocol) -> Iterator[Finding]:
    """Rules about an activity that the study has not, or about somebody not in it."""
    for place, rule in _rules(document):
        for kind in _activities(rule):
            yield from _not_in(document, kind, rule.for_, place)
    for kind, roles in document.before.items():
        yield from _not_in(document, kind, roles, f"before.{kind}")
    for kind in document.limits:
        yield from _not_in(document, kind, (), f"limits.{kind}")


def _not_in(
    document: Protocol, kind: str, roles: Iterable[str], place: str
) -> Iterator[Finding]:
    activities = {str(name): part for name, part in document.activities.items()}
    if kind not in activities:
        sentence = f"this is about {kind}, which is not among the activities."
        yield Finding("must", place, sentence)
        return
    for role in roles:
        if role not in activities[kind].roles:
            sentence = f"this can never happen for {_a(role)}: {kind} has no such role."
            yield Finding("must", place, sentence)


# --- kinds ---------------------------------------------------------------------------


def _kinds(document: Protocol) -> Iterator[Finding]:
    offered: set[str] = set()
    for name, rule in document.offers.items():
        offered |= set(rule.kinds)
        pencil = rule.pencil
        if pencil and pencil.kind not in rule.kinds:
            sentence = f"{pencil.kind} is pencilled but is not among what is offered."
            yield Finding("must", f"offers.{name}.pencil", sentence)
        yield from _one_way(document, name, rule)
    for name in document.kinds:
        if name not in offered:
            yield Finding("should", f"kinds.{name}", "no offer names this kind.")


def _one_way(document: Protocol, name: str, rule: OfferRule) -> Iterator[Finding]:
    """Everything rests on one role: while it is away there is nobody to turn to."""
    needed = {tuple(document.kinds[kind].with_) for kind in rule.kinds}
    if len(needed) == 1 and (roles := needed.pop()) and len(roles) == 1:
        yield Finding(
            "should",
            f"offers.{name}.kinds",
            f"everything here needs {_a(roles[0])}; there is no other kind to turn to.",
        )


def _not_given(document: Protocol, held: Collection[str]) -> Iterator[Finding]:
    for name, kind in document.kinds.items():
        if kind.with_ and not set(kind.with_) & set(held):
            who = words.list_words([_a(role) for role in kind.with_], "or")
            sentence = f"nobody can give this: the study has nobody who is {who}."
            yield Finding("must", f"kinds.{name}", sentence)


# --- times ---------------------------------------------------------------------------


def _quiet_hours(document: Protocol) -> Iterator[Finding]:
    own = document.messages
    quiet_from = own.quiet_from if own else QUIET_FROM
    quiet_until = own.quiet_until if own else QUIET_UNTIL
    for path, value in vocabulary.leaves(document):
        if not isinstance(value, time) or path[0] not in FIXED_TIMES:
            continue
        over_midnight = quiet_from > quiet_until
        late, early = value >= quiet_from, value < quiet_until
        if (late or early) if over_midnight else (late and early):
            shown = words.wall_words(value)
            sentence = f"{shown} lies in the hours in which most people want quiet."
            yield Finding("should", said(path), sentence)


def _short_windows(document: Protocol) -> Iterator[Finding]:
    """A promise in hours or days of the calendar that a weekend can swallow whole."""
    gap = _longest_gap(document)
    for name, rule in document.offers.items():
        promised = _minutes(rule.window)
        needs_somebody = any(document.kinds[kind].with_ for kind in rule.kinds)
        if promised is not None and promised <= gap and needs_somebody:
            yield Finding(
                "should",
                f"offers.{name}.window",
                f"{lengths.words(rule.window)} can pass without one working hour "
                f"({words.length_words(gap)} lie between two working days). Working "
                "days, like P1WD, keep the promise.",
            )


def _longest_gap(document: Protocol) -> int:
    """The most minutes between the end of a working day and the start of the next."""
    work = document.working_days
    opens, closes = (w.hour * 60 + w.minute for w in (work.opens, work.closes))
    days = sorted(WEEKDAYS.index(day) for day in set(work.days))
    following = [*days[1:], days[0] + 7]
    return max(
        (later - day) * DAY + opens - closes
        for day, later in zip(days, following, strict=True)
    )


def _minutes(length: Length) -> int | None:
    """Minutes on the clock or the calendar; None for working time."""
    unit = {"M": 1, "H": 60, "D": DAY}.get(length.unit)
    return None if unit is None else length.amount * unit


def _too_short(document: Protocol) -> Iterator[Finding]:
    for place, rule in _rules(document):
        if rule.open.amount == 0:
            yield Finding("must", f"{place}.open", "this closes before it opens.")
    for name, rule in document.offers.items():
        if rule.window.amount == 0:
            sentence = "no time can lie in a window of no length."
            yield Finding("must", f"offers.{name}.window", sentence)
        yield from _reminder_too_late(name, rule)
    if document.requests.answer_within.amount == 0:
        sentence = "nobody can answer in no time at all."
        yield Finding("must", "requests.answer_within", sentence)


def _second_note(document: Protocol) -> Iterator[Finding]:
    again = document.did_not_happen and document.did_not_happen.again_after
    if again and again.amount == 0:
        sentence = "the second note would come together with the first."
        yield Finding("must", "did_not_happen.again_after", sentence)


def _reminder_too_late(name: str, rule: OfferRule) -> Iterator[Finding]:
    after, over = rule.reminder, rule.open
    if after and after.unit == over.unit and after.amount >= over.amount:
        sentence = "the offer is over by then, so this reminder never goes out."
        yield Finding("must", f"offers.{name}.reminder", sentence)


def _usual_minutes(document: Protocol) -> Iterator[Finding]:
    for kind, part in document.activities.items():
        least, most = part.usual_minutes.least, part.usual_minutes.most
        if least > most:
            sentence = f"the least ({least}) is more than the most ({most})."
            yield Finding("must", f"activities.{kind}.usual_minutes", sentence)


# --- the document itself -------------------------------------------------------------


def _numbers(document: Protocol) -> Iterator[Finding]:
    """Rules of one section may share a part; two sections may not, since an offer says
    which part it follows from."""
    sections = {
        (value, path[0])
        for path, value in vocabulary.leaves(document)
        if path[-1] == "part"
    }
    if document.limits or document.not_on_one_day:
        sections.add((document.limits_part, "limits"))
    counted = Counter(number for number, _ in sections)
    for number in sorted(n for n, count in counted.items() if count > 1):  # type: ignore[type-var]
        names = sorted(str(section) for n, section in sections if n == number)
        sentence = f"part {number} is the number of {words.list_words(names)}."
        yield Finding("must", "part", sentence)


def _signing(document: Protocol) -> Iterator[Finding]:
    if "lived_experience" not in document.signoff.need:
        sentence = "no member with lived experience signs this."
        yield Finding("should", "signoff.need", sentence)
    days = {"D": 1, "WD": 7 / len(set(document.working_days.days))}
    if document.review_every.amount * days.get(document.review_every.unit, 0) > (
        LONGEST_REVIEW
    ):
        sentence = "more than a year is long until the team looks at it again."
        yield Finding("should", "review_every", sentence)


def _rules(document: Protocol) -> Iterator[tuple[str, OfferRule | CheckInRule]]:
    for name, offer in document.offers.items():
        yield f"offers.{name}", offer
    for name, check_in in document.check_ins.items():
        yield f"check_ins.{name}", check_in


def _activities(rule: OfferRule | CheckInRule) -> list[str]:
    """The activities that the `when` of a rule names, whatever kind of `when` it is."""
    kinds = get_args(ActivityKind)
    found = vocabulary.leaves(rule.when)
    return [v for _, v in found if isinstance(v, str) and v in kinds]


def _a(role: str) -> str:
    name = role.replace("_", " ")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


_CHECKS = (
    _left_out,
    _no_standing_offer,
    _never,
    _kinds,
    _quiet_hours,
    _short_windows,
    _too_short,
    _second_note,
    _usual_minutes,
    *AGREEMENTS,
    _numbers,
    _signing,
    words_to_avoid,
)
