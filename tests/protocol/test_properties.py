"""What holds for every plan, whatever has happened: of protocols A, B and C.

Stories are drawn at random: who somebody is and was, what they did and logged, when
the study was paused, and what was offered before.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from notifications import timing
from wellbeing.protocol.facts import Coming, Exposed, Facts, Held, Paused, Version
from wellbeing.protocol.facts import Made as MadeOffer
from wellbeing.protocol.happening import local_day
from wellbeing.protocol.plan import Plan, plan
from wellbeing.protocol.reading import read
from wellbeing.protocol.values import BadProtocol

DAY = timedelta(days=1)
# For what only shows in rare stories; a night's run asks for more of everything.
MORE = max(80, settings().max_examples)
TEXTS = {
    name: Path(f"wellbeing/protocols/{name}.yaml").read_text()
    for name in ("interviews", "survey", "transcripts")
}
DOCUMENTS = {name: read(text) for name, text in TEXTS.items()}
# Close to both clock changes, to the turn of a month, and to a change of version.
FIRST = datetime(2020, 2, 3, tzinfo=UTC)
SECOND_VERSION = datetime(2020, 7, 26, 23, tzinfo=UTC)
EXPOSED = ("interviewer", "facilitator", "observer", "transcriber", "coder")
ODD = ("observer", "transcriber")
NOT_EXPOSED = ("coordinator", "lead", "psychologist", "administrator")


def _shorter(text: str):
    """The same protocol with a shorter promise, so that two versions can be told
    apart."""
    return read(text.replace("window: P2WD", "window: P1WD"))


SHORTER = {name: _shorter(text) for name, text in TEXTS.items()}


@dataclass(frozen=True)
class Story:
    """A person's facts under versions of one protocol, and the moment of looking."""

    name: str
    facts: Facts
    versions: tuple[Version, ...] = field(repr=False)
    at: datetime

    def plan(self, *, at: datetime | None = None, **changes: object) -> Plan:
        return plan(
            facts=replace(self.facts, **changes),  # type: ignore[arg-type]
            versions=self.versions,
            at=at or self.at,
        )

    def rule(self, due):
        version = next(one for one in self.versions if one.number == due.version)
        return version.document.offers[due.rule]


# Where things change: clocks, months, versions, and an ordinary day.
TURNS = (
    datetime(2020, 3, 29, 1, tzinfo=UTC),
    datetime(2020, 5, 31, 23, tzinfo=UTC),
    SECOND_VERSION,
    datetime(2020, 9, 15, 15, tzinfo=UTC),
    datetime(2020, 10, 25, 1, tzinfo=UTC),
)
moments = st.builds(
    lambda turn, quarters: turn + timedelta(minutes=15 * quarters),
    st.sampled_from(TURNS),
    st.integers(-3 * 96, 10 * 96),
)


def ago(at: datetime, most: int):
    """Moments before `at`, at most so many days."""
    quarters = st.integers(0, most * 96)
    return quarters.map(lambda number: at - timedelta(minutes=15 * number))


def around(at: datetime, most: int):
    """Days before and after `at`, at most so many."""
    return st.integers(-most, most).map(lambda number: at.date() + number * DAY)


@st.composite
def roles(draw, at, names) -> tuple[Held, ...]:
    """Roles held for long, some of which have ended, or have begun again."""
    found = []
    for role in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2)):
        since = at.date() - 300 * DAY
        until = draw(st.none() | around(at, 35))
        found.append(Held(role, since, until))
        if until and draw(st.booleans()):
            gap = draw(st.integers(1, 60))
            found.append(Held(role, until + gap * DAY, None))
    return tuple(found)


@st.composite
def exposures(draw, at, kinds) -> tuple[Exposed, ...]:
    """Most of one kind, so that counts are reached; some in roles that no rule of that
    kind is for."""
    found = []
    usual = draw(st.sampled_from(sorted(kinds)))
    for number in range(draw(st.sampled_from([0, 0, 1, 2, 4, 6]))):
        ended = draw(ago(at, 35))
        late = draw(st.sampled_from([0, 0, 5, 26 * 60, 30 * 24 * 60]))
        kind = draw(st.sampled_from([usual, usual, *sorted(kinds)]))
        found.append(
            Exposed(
                activity=number + 1,
                kind=str(kind),
                role=draw(
                    st.sampled_from([*kinds[kind].roles, "observer", "transcriber"])
                ),
                ended_at=ended,
                logged_at=ended + timedelta(minutes=late),
                minutes=draw(st.sampled_from([45, 60, 200])),
                marked=draw(st.booleans()),
                level=draw(st.sampled_from(["", "plain", "heavy"])),
                again=draw(st.booleans()),
            )
        )
    return tuple(one for one in found if one.logged_at <= at)


@st.composite
def coming(draw, at, kinds) -> tuple[Coming, ...]:
    """Work that is planned. Most of it is of the protocol's first kind, so that first
    interviews occur often enough."""
    found = []
    for number in draw(st.lists(st.integers(1, 20), max_size=2, unique=True)):
        kind = draw(st.sampled_from([next(iter(kinds)), *kinds]))
        found.append(
            Coming(
                activity=100 + number,
                kind=str(kind),
                role=draw(st.sampled_from(kinds[kind].roles)),
                ends_at=at + number * DAY,
                planned_at=at - DAY,
            )
        )
    return tuple(found)


@st.composite
def pauses(draw, at) -> tuple[Paused, ...]:
    start = at.date() - draw(st.integers(20, 200)) * DAY
    ends = draw(st.none() | around(at, 12))
    return draw(st.sampled_from([(), (Paused(1, start, ends),)]))


@st.composite
def stories(draw, *, pausing=True, names=(*EXPOSED, *NOT_EXPOSED)) -> Story:
    name = draw(st.sampled_from(sorted(DOCUMENTS)))
    document = DOCUMENTS[name]
    versions = [Version(1, FIRST - 400 * DAY, document)]
    if draw(st.booleans()):
        versions.append(Version(2, SECOND_VERSION, SHORTER[name]))
    at = draw(moments)
    kinds = document.activities
    known = draw(exposures(at, kinds))
    facts = Facts(
        zone=document.zone,
        roles=draw(roles(at, names)),
        exposures=known,
        pauses=draw(pauses(at)) if pausing else (),
        never_done=frozenset({*map(str, kinds)} - {one.kind for one in known}),
        coming=draw(coming(at, kinds)),
    )
    return Story(name, facts, tuple(versions), at)


def row(due):
    """What is written of an offer, apart from which others it speaks for."""
    return due._replace(joins=None, takes_in=())


def rows(owed: Plan) -> dict:
    return {(due.rule, due.subject): row(due) for due in owed.offers}


def made(owed: Plan, at: datetime) -> tuple[MadeOffer, ...]:
    """The rows that a plan leads to, as the next look finds them."""
    return tuple(
        MadeOffer(
            rule=due.rule,
            subject=due.subject,
            made_at=at,
            open_until=due.open_until,
            state="joined" if due.joins else "open",
            joins=due.joins,
        )
        for due in owed.offers
    )


# --- the same facts, version and clock give the same plan ----------------------------


@settings(max_examples=MORE)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_read_changes_nothing(story, chance):
    def shuffled(items):
        items = list(items)
        chance.shuffle(items)
        return tuple(items)

    first = story.plan()
    again = plan(
        facts=replace(
            story.facts,
            roles=shuffled(story.facts.roles),
            exposures=shuffled(story.facts.exposures),
            pauses=shuffled(story.facts.pauses),
            coming=shuffled(story.facts.coming),
        ),
        versions=shuffled(story.versions),
        at=story.at,
    )
    assert again == first
    assert story.plan() == first


# --- an unrelated fact changes nothing -----------------------------------------------


@given(stories(), st.integers(0, 60 * 96), st.sampled_from(EXPOSED))
def test_an_activity_that_no_rule_is_about_changes_nothing(story, quarters, role):
    last = max((one.ended_at for one in story.facts.exposures), default=None)
    # What somebody did last is what a quiet while is counted from, whatever it was.
    assume(last)
    ended = last - timedelta(minutes=15 * (quarters + 1))
    other = Exposed(
        activity=99,
        kind="something_else",
        role=role,
        ended_at=ended,
        logged_at=ended,
    )
    assert story.plan(exposures=(*story.facts.exposures, other)) == story.plan()


@given(stories())
def test_what_was_offered_by_a_rule_of_long_ago_changes_nothing(story):
    old = MadeOffer(
        rule="a rule that is gone",
        subject="once",
        made_at=story.at - 90 * DAY,
        open_until=story.at - 83 * DAY,
        state="lapsed",
    )
    assert story.plan(offers=(old,)) == story.plan()


@given(stories(), st.integers(1, 100))
def test_a_version_that_is_to_come_changes_nothing_before_it_starts(story, ahead):
    start = story.at + ahead * DAY
    later = Version(9, start, SHORTER[story.name])
    now = story.plan()
    then = plan(facts=story.facts, versions=(*story.versions, later), at=story.at)
    assert rows(then) == rows(now)
    assert then.withdrawing == now.withdrawing
    assert then.look_again_at is not None
    assert then.look_again_at <= start


# --- after a crash -------------------------------------------------------------------


@settings(max_examples=MORE)
@given(stories(), st.integers(0, 14 * 24 * 4))
def test_planning_later_gives_the_rows_that_planning_in_time_would_have(story, late):
    later = story.at + timedelta(minutes=15 * late)
    in_time, afterwards = rows(story.plan()), rows(story.plan(at=later))
    for key, due in in_time.items():
        if due.open_until > later:
            assert afterwards[key] == due


@given(stories(), st.integers(0, 14 * 24 * 4))
def test_a_check_in_asked_later_is_the_one_that_was_owed_in_time(story, late):
    later = story.at + timedelta(minutes=15 * late)
    in_time = {due.subject: due for due in story.plan().check_ins}
    afterwards = {due.subject: due for due in story.plan(at=later).check_ins}
    for subject, due in in_time.items():
        if due.closes_at > later:
            assert afterwards[subject] == due


@given(stories(), st.integers(0, 14 * 24 * 4))
def test_two_looks_write_what_one_look_would_have(story, late):
    later = story.at + timedelta(minutes=15 * late)
    first = story.plan()
    second = story.plan(at=later, offers=made(first, story.at))
    assert rows(first).keys().isdisjoint(rows(second))
    once = rows(story.plan(at=later))
    both = rows(first) | rows(second)
    assert {key: both[key] for key in once} == once


@given(stories())
def test_nothing_is_owed_twice_and_the_next_look_lies_ahead(story):
    first = story.plan()
    again = story.plan(offers=made(first, story.at))
    assert again.offers == ()
    for owed in (first, again):
        assert owed.look_again_at is None or owed.look_again_at > story.at


@settings(max_examples=MORE)
@given(stories())
def test_nothing_new_is_owed_before_the_next_look(story):
    """What the tick rests on: between two looks the plan stays as it is."""
    first = story.plan()
    offers = made(first, story.at)
    asked = frozenset(due.subject for due in first.check_ins)
    assume(first.look_again_at)
    just_before = first.look_again_at - timedelta(minutes=1)
    assume(just_before > story.at)
    calm = story.plan(at=just_before, offers=offers, asked=asked)
    over = {one.subject for one in offers if one.open_until <= story.at}
    assert (calm.offers, calm.check_ins) == ((), ())
    assert {subject for _, subject in calm.lapsing} <= over


# --- offers, never duties ------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("word", ["required", "mandatory", "optional", "auto_book"])
def test_no_rule_can_be_written_that_requires_anything(name, word):
    text = yaml.safe_load(TEXTS[name])
    places = [
        f"{part}.{rule}.{word}"
        for part in ("offers", "check_ins", "kinds")
        for rule in text[part]
    ]
    for place in places:
        part, rule, _ = place.split(".")
        text[part][rule][word] = word != "optional"
    with pytest.raises(BadProtocol) as refused:
        read(yaml.safe_dump(text))
    said = refused.value.problems
    assert [place for place in places if not any(place in one for one in said)] == []


@given(stories())
def test_an_offer_that_nobody_answers_ends_by_itself(story):
    """And a time that is kept for it is only ever a pencil."""
    first = story.plan()
    offers = made(first, story.at)
    for due in first.offers:
        assert due.open_until > story.at or due.because
        pencil = story.rule(due).pencil
        assert pencil is None or pencil.kept_until.at_latest_before.amount > 0
    at = max((one.open_until for one in offers), default=story.at)
    ended = story.plan(at=at, offers=offers)
    standing = {(one.rule, one.subject) for one in offers if one.state == "open"}
    assert standing <= {*ended.lapsing, *ended.withdrawing}


@given(stories(names=NOT_EXPOSED))
def test_who_is_not_exposed_is_offered_nothing(story):
    owed = story.plan(exposures=(), coming=())
    assert (owed.offers, owed.check_ins) == ((), ())


@settings(max_examples=MORE)
@given(stories())
def test_every_offer_is_to_somebody_whom_its_rule_is_for(story):
    facts = story.facts
    took_part = {(str(one.activity), one.role) for one in facts.exposures}
    took_part |= {(str(one.activity), one.role) for one in facts.coming}
    did = {role for _, role in took_part}
    held = {one.role for one in facts.roles}
    for due in story.plan().offers:
        wanted = set(story.rule(due).for_)
        what, _, about = due.subject.partition(":")
        if what in {"activity", "counted", "planned"}:
            assert {role for key, role in took_part if key == about} & wanted
        else:
            assert (did | held) & wanted


# --- a pause never takes support away ------------------------------------------------


@given(stories(pausing=False), st.integers(0, 60), st.none() | st.integers(1, 90))
def test_a_pause_takes_away_no_offer(story, since, length):
    start = story.at.date() - since * DAY
    pause = Paused(7, start, length and start + length * DAY)
    without, with_pause = story.plan(), story.plan(pauses=(pause,))
    assert rows(without).items() <= rows(with_pause).items()
    extra = rows(with_pause).keys() - rows(without).keys()
    assert {subject for _, subject in extra} <= {"resumed:7"}
    offers = made(without, story.at)
    assert (
        story.plan(offers=offers, pauses=(pause,)).withdrawing
        == story.plan(offers=offers).withdrawing
    )


@given(stories(pausing=False), st.integers(-5, 60))
def test_of_check_ins_a_pause_leaves_those_that_go_on(story, since):
    pause = Paused(7, story.at.date() - since * DAY, None)
    before = {due.subject: due for due in story.plan().check_ins}
    after = {due.subject: due for due in story.plan(pauses=(pause,)).check_ins}
    assert after.items() <= before.items()
    for subject in before.keys() - after.keys():
        due = before[subject]
        document = story.versions[due.version - 1].document
        assert not document.check_ins[due.rule].while_paused
        assert pause.on(local_day(due.ask_at, document.zone))


# --- no message in quiet hours -------------------------------------------------------


@given(
    st.sampled_from(sorted(DOCUMENTS)),
    st.integers(0, 600 * 24 * 4),
    st.sampled_from(["Europe/London", "Africa/Nairobi", "America/New_York"]),
    st.data(),
)
def test_a_text_about_any_time_stays_out_of_the_quiet_hours(name, start, zone, data):
    document = DOCUMENTS[name]
    quiet = document.messages
    assume(quiet)
    starts_at = FIRST + timedelta(minutes=15 * start)
    by_text = [
        str(one.before)
        for one in document.reminders
        if one.by == "sms" and one.before != "now"
    ]
    amount = data.draw(st.sampled_from(by_text))
    told = timing.out_of_quiet(
        timing.before(starts_at, amount=amount, zone=zone),
        zone=zone,
        quiet_from=quiet.quiet_from,
        quiet_until=quiet.quiet_until,
        weekends_off=quiet.quiet_weekends,
    )
    local = told.astimezone(ZoneInfo(zone))
    assert quiet.quiet_until <= local.time() < quiet.quiet_from
    assert not (quiet.quiet_weekends and local.weekday() >= 5)


REACHED = ("activity", "counted", "planned", "day", "week", "month", "resumed", "left")


@pytest.mark.parametrize("kind", [*REACHED, "asked short"])
def test_the_stories_reach_every_kind_of_rule(kind):
    """The properties say something only if the stories bring about all of it."""

    def reaches(story):
        plan = story.plan()
        found = {due.subject.partition(":")[0] for due in plan.offers}
        return kind in found | {f"asked {due.form}" for due in plan.check_ins}

    find(
        stories(),
        reaches,
        settings=settings(max_examples=3000, derandomize=True, phases=[Phase.generate]),
    )
