"""The past played again: the same as asking the plan about everything, each time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocol_text.texts import TEXT, document
from wellbeing.protocol import lengths
from wellbeing.protocol.facts import Coming, Exposed, Facts, Held, Made, Paused, Version
from wellbeing.protocol.plan import plan
from wellbeing.protocol.reading import read
from wellbeing.protocol.replay import WARM_UP, Tally, kept_until, replay

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SINCE, UNTIL = datetime(2020, 9, 1, tzinfo=UTC), datetime(2020, 11, 1, tzinfo=UTC)
SMALL = (Version(1, BEGAN, read(TEXT)),)
LARGE = (
    Version(1, BEGAN, read(Path("wellbeing/protocols/interviews.yaml").read_text())),
)
INTERVIEWER = Held("interviewer", date(2020, 1, 1), None)
NEVER = frozenset({"interview", "coding", "group_coding", "transcription"})


def life(*exposures, **extra):
    given = {"roles": (INTERVIEWER,), "never_done": NEVER, **extra}
    return Facts(zone="Europe/London", exposures=exposures, **given)


def interview(number, ended, waited=timedelta()):
    return Exposed(number, "interview", "interviewer", ended, ended + waited)


def played(facts, versions=SMALL, since=SINCE, until=UNTIL):
    return replay(facts=facts, versions=versions, since=since, until=until)


def sept(day, hour=15):
    return datetime(2020, 9, day, hour, tzinfo=UTC)


def test_a_quiet_time_makes_nothing():
    assert played(life()) == Tally()


def test_one_interview_makes_what_it_would_have_made():
    found = played(life(interview(1, sept(15))))
    assert (found.offers, found.joined, found.pencils) == (1, 0, 1)
    # The offer, its one reminder, and the check-in of the next day.
    assert (found.check_ins, found.messages) == (1, 3)
    assert dict(found.minutes) == {("psychologist",): 50}


def test_a_second_one_joins_while_the_first_keeps_a_time_and_not_after():
    # The time of the first is kept until 10am the next day, which is 9am in UTC.
    assert played(life(interview(1, sept(15)), interview(2, sept(16, 8)))).joined == 1
    assert played(life(interview(1, sept(15)), interview(2, sept(16, 10)))).joined == 0


def test_logged_after_the_window_there_is_an_offer_and_no_pencil():
    found = played(life(interview(1, sept(15), timedelta(days=10))))
    assert (found.offers, found.pencils, found.check_ins) == (1, 0, 0)


def test_what_was_open_before_is_joined_and_not_counted():
    august = datetime(2020, 8, 31, 15, tzinfo=UTC)
    found = played(life(interview(1, august), interview(2, sept(1, 8))))
    assert (found.offers, found.joined) == (0, 1)


def test_nothing_outside_the_time_is_counted():
    found = played(life(interview(1, datetime(2020, 12, 1, 9, tzinfo=UTC))))
    assert found == Tally()


def test_what_needs_nobody_needs_no_hours():
    alone = document(("kinds: [debrief, quiet_time]", "kinds: [quiet_time]"))
    rule = alone.offers["after_interview"].model_copy(update={"pencil": None})
    alone = alone.model_copy(update={"offers": {"after_interview": rule}})
    found = played(life(interview(1, sept(15))), (Version(1, BEGAN, alone),))
    assert (found.offers, dict(found.minutes)) == (1, {})


def test_a_first_interview_that_was_planned_brings_an_offer_before_it():
    planned = Coming(1, "interview", "interviewer", sept(21), sept(14))
    only = {"before_first": LARGE[0].document.offers["before_first"]}
    rules = LARGE[0].document.model_copy(update={"offers": only, "check_ins": {}})
    version = (Version(1, BEGAN, rules),)
    found = played(life(interview(1, sept(21)), coming=(planned,)), version)
    assert (found.offers, found.pencils) == (1, 1)
    before = life(interview(1, sept(21)), coming=(planned,), never_done=frozenset())
    assert played(before, version).offers == 0


# --- against the plan itself ---------------------------------------------------------


def plainly(facts, versions, since=SINCE, until=UNTIL):
    """The same walk without any thrift: all facts, and a look at every lapse."""
    at, tally, offers, asked, kept = since - WARM_UP, Tally(), [], set(), {}
    begin = at
    documents = {one.number: one.document for one in versions}
    while at is not None and at < until:
        known = [e for e in facts.exposures if begin <= e.logged_at <= at]
        logged = {e.activity for e in known}
        now = replace(
            facts,
            exposures=tuple(known),
            offers=tuple(
                replace(o, holds_time=kept.get((o.rule, o.subject), begin) > at)
                for o in offers
            ),
            asked=frozenset(asked),
            coming=tuple(
                c
                for c in facts.coming
                if c.planned_at <= at and c.activity not in logged
            ),
            never_done=facts.never_done - {e.kind for e in known},
        )
        found = plan(facts=now, versions=versions, at=at)
        offers = [
            replace(o, state="lapsed") if (o.rule, o.subject) in found.lapsing else o
            for o in offers
        ]
        for due in found.offers:
            state = "joined" if due.joins else "open"
            offers.append(
                Made(due.rule, due.subject, at, due.open_until, state, joins=due.joins)
            )
            if until_when := kept_until(due, documents[due.version], at):
                kept[due.rule, due.subject] = until_when
            if at >= since:
                count(tally, due, documents[due.version], at)
        for due in found.check_ins:
            asked.add(due.subject)
            if since <= max(due.ask_at, at) < until:
                tally.check_ins += 1
                tally.messages += 1
        moments = [e.logged_at for e in facts.exposures]
        moments += [c.planned_at for c in facts.coming]
        moments += [found.look_again_at] if found.look_again_at else []
        at = min((m for m in moments if m > at), default=None)
    return tally


def count(tally, due, rules, at):
    if due.joins:
        tally.joined += 1
        return
    rule = rules.offers[due.rule]
    tally.offers += 1
    tally.messages += 1
    if rule.reminder:
        tally.messages += (
            lengths.after(at, rule.reminder, rules.calendar) < due.open_until
        )
    tally.pencils += bool(rule.pencil) and due.window_until > at
    kind = rules.kinds[rule.pencil.kind if rule.pencil else rule.kinds[0]]
    if kind.with_:
        tally.minutes[tuple(kind.with_)] += kind.minutes


moments = st.integers(-60 * 24 * 50, 60 * 24 * 65).map(
    lambda minutes: SINCE + timedelta(minutes=minutes)
)
exposures = st.lists(
    st.tuples(
        moments,
        st.integers(0, 60 * 24 * 12),
        st.sampled_from(
            [
                ("interview", "interviewer"),
                ("coding", "coder"),
                ("group_coding", "coder"),
            ]
        ),
        st.integers(20, 300),
    ),
    max_size=9,
).map(
    lambda rows: tuple(
        Exposed(n, *kind, ended, ended + timedelta(minutes=waited), minutes)
        for n, (ended, waited, kind, minutes) in enumerate(rows)
    )
)
days = st.dates(date(2020, 7, 1), date(2020, 12, 1))
lives = st.builds(
    lambda exposures, ends, back, pause, planned: life(
        *exposures,
        roles=(
            Held("interviewer", date(2020, 1, 1), ends),
            *([Held("coder", back, None)] if back else []),
        ),
        pauses=(Paused(1, pause, pause + timedelta(days=20)),) if pause else (),
        coming=tuple(
            Coming(
                e.activity, e.kind, e.role, e.ended_at, e.ended_at - timedelta(days=3)
            )
            for e in exposures[:planned]
        ),
    ),
    exposures,
    st.none() | days,
    st.none() | days,
    st.none() | days,
    st.integers(0, 3),
)


@settings(max_examples=50, deadline=None)
@given(lives)
def test_the_thrifty_walk_counts_what_the_plain_one_counts(facts):
    assert played(facts, LARGE) == plainly(facts, LARGE)


@settings(max_examples=50, deadline=None)
@given(lives)
def test_the_text_in_force_changes_nothing(facts):
    always = (Version(0, datetime(1, 1, 2, tzinfo=UTC), LARGE[0].document),)
    assert played(facts, always) == played(facts, LARGE)
