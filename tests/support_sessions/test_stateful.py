"""Anybody does anything, in any order, in five zones, while the clocks change.

After each step: nobody is in two places; what was taken was open to a reader of clocks
who knows nothing of our sums; what was freed, also by a move, is offered again; a group
is at one time for all who come; and each booking, and each seat, has exactly the
messages that it should.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from notifications import timing
from notifications.models import STILL_HERE, Message
from sessions import availability, away, group_moves, groups, slots, time_off
from sessions import booking as bookings
from sessions.booking import NoLongerThere, NotInOfferedHours, TimeTaken
from sessions.models import (
    AwayQuestion,
    Booking,
    Gathering,
    GroupInvitation,
    TimeOff,
    WorkingHours,
)
from sessions.slots import Span
from tests.factories import make_person, make_supporter

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
# Two days before clocks change: London, New York, Lord Howe (half an hour), Casablanca.
MOMENTS = (
    datetime(2027, 3, 26, 9, tzinfo=UTC),
    datetime(2027, 10, 29, 9, tzinfo=UTC),
    datetime(2027, 3, 12, 9, tzinfo=UTC),
    datetime(2027, 4, 2, 9, tzinfo=UTC),
    datetime(2027, 2, 5, 9, tzinfo=UTC),
)
HOURS = (
    ("09:00", "12:00"),
    ("11:30", "17:00"),
    ("22:00", "03:30"),
    ("00:00", "05:00"),
    ("00:00", "00:00"),
)
# The second kind needs longer before and after it.
KINDS = ("individual", "debrief")
BUFFERS = {"debrief": 35}
REMINDERS = [["P1D", "email"], ["PT2H", "email"]]
MINUTES = 50
LENGTH = timedelta(minutes=MINUTES)
TAKING = (TimeTaken, NotInOfferedHours, NoLongerThere)
LOOK = timedelta(days=5)
SOON = st.integers(0, 60)


class Story(RuleBasedStateMachine):
    """Three people, three supporters in zones of their own, and a clock that runs."""

    made = Bundle("made")

    @initialize(
        at=st.sampled_from(MOMENTS),
        zones=st.lists(st.sampled_from(ZONES), min_size=3, max_size=3),
        hours=st.lists(st.sampled_from(HOURS), min_size=3, max_size=3),
    )
    def begin(self, at, zones, hours):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at, self.told, self.left = at, {}, {}
        self.people = [
            make_person(f"Person N{number}", time_zone=zone)
            for number, zone in enumerate(zones)
        ]
        self.supporters = [
            make_supporter(
                make_person(f"Dr N{number}", time_zone=zone),
                hours=tuple((weekday, *open_) for weekday in range(7)),
                zone=zone,
                most_per_day=3,
                buffers=BUFFERS,
                move_notice_minutes=30,
            )
            for number, (zone, open_) in enumerate(zip(zones, hours, strict=True))
        ]

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- what happens -----------------------------------------------------------

    @rule(
        target=made,
        person=SOON,
        supporter=SOON,
        nth=SOON,
        kind=st.sampled_from(KINDS),
        agreed=st.booleans(),
    )
    def take_what_is_shown(self, person, supporter, nth, kind, agreed):
        """Whatever is shown can be had, unless the person is busy then."""
        person, supporter = self._person(person), self._supporter(supporter)
        shown = self._shown(supporter, kind)
        if not shown:
            return multiple()
        slot = shown[nth % len(shown)]
        busy = self._overlapping(person.pk, slot.start, slot.end)
        try:
            booking = self._take(person, supporter, slot.start, kind, agreed)
        except TimeTaken:
            assert busy
            return multiple()
        assert not busy
        return booking

    @rule(
        target=made,
        person=SOON,
        supporter=SOON,
        minutes=st.integers(0, 5 * 24 * 12 - 1),
        kind=st.sampled_from(KINDS),
        agreed=st.booleans(),
    )
    def take_what_was_not_asked(self, person, supporter, minutes, kind, agreed):
        """A request made by hand: had only if it was shown, refused only if not."""
        person, supporter = self._person(person), self._supporter(supporter)
        start = self.at + timedelta(minutes=5 * minutes)
        shown = start in {slot.start for slot in self._shown(supporter, kind)}
        busy = self._overlapping(person.pk, start, start + LENGTH)
        try:
            booking = self._take(person, supporter, start, kind, agreed)
        except TAKING:
            assert busy or not shown
            return multiple()
        assert shown
        return booking

    @rule(booking=made)
    def agree(self, booking):
        before = self._fresh(booking)
        try:
            bookings.agree(booking=booking, by=booking.person, at=self.at)
        except NoLongerThere:
            return
        if before.agreed_at is None:
            self.told[booking.pk] = self.at

    @rule(booking=made, nth=SOON, other=st.booleans(), by_them=st.booleans())
    def move(self, booking, nth, other, by_them):
        before = self._fresh(booking)
        supporter = before.supporter
        if other:
            supporter = self._supporter(self.supporters.index(supporter) + 1)
        moving = before.agreed_at is not None and not other
        shown = self._shown(supporter, before.kind, ignoring=before, moving=moving)
        if not shown:
            return
        start = shown[nth % len(shown)].start
        by = before.person if by_them else before.supporter.person
        try:
            moved = bookings.move(
                booking=before,
                start=start,
                mode="phone",
                by=by,
                at=self.at,
                supporter=supporter,
            )
        except (TimeTaken, NoLongerThere):
            assert self._fresh(booking).starts_at == before.starts_at
            return
        self._was_open(moved, moving=moving)
        self._has_moved(before, moved)

    def _has_moved(self, before, moved):
        if moved.sequence != before.sequence:
            self._is_offered_again(before)
            self.told[moved.pk] = self.at
            if before.agreed_at and before.supporter_id != moved.supporter_id:
                self.left.setdefault(moved.pk, set()).add(before.supporter_id)

    @rule(booking=made, by_them=st.booleans())
    def cancel(self, booking, by_them):
        before = self._fresh(booking)
        by = before.person if by_them else before.supporter.person
        try:
            freed = bookings.cancel(booking=before, by=by, at=self.at)
        except NoLongerThere:
            return
        if before.freed_at is None:
            self._is_offered_again(freed)

    @rule(booking=made)
    def decline(self, booking):
        before = self._fresh(booking)
        try:
            freed = bookings.decline(booking=before, by=before.person, at=self.at)
        except NoLongerThere:
            return
        if before.freed_at is None:
            self._is_offered_again(freed)

    @rule(booking=made)
    def restore(self, booking):
        before = self._fresh(booking)
        try:
            back = bookings.restore(booking=before, by=before.person, at=self.at)
        except (TimeTaken, NoLongerThere):
            return
        if before.freed_at is not None and back.agreed_at:
            self.told[back.pk] = self.at

    @rule(supporter=SOON, ahead=st.integers(0, 4), days=st.integers(1, 3))
    def go_away(self, supporter, ahead, days):
        supporter = self._supporter(supporter)
        first = self._today(supporter) + timedelta(days=ahead)
        try:
            availability.add_time_off(
                supporter=supporter,
                first=first,
                last=first + timedelta(days=days - 1),
                cover=self._supporter(self.supporters.index(supporter) + 1),
                at=self.at,
            )
        except availability.HoursNotPossible:
            return

    @rule(nth=SOON)
    @precondition(lambda self: TimeOff.objects.exists())
    def come_back(self, nth):
        rows = list(TimeOff.objects.order_by("pk"))
        row = rows[nth % len(rows)]
        time_off.remove_time_off(supporter=row.supporter, time_off=row.pk, at=self.at)

    @rule(which=SOON, nth=SOON)
    @precondition(lambda self: AwayQuestion.objects.open_at(self.at).exists())
    def choose_instead(self, which, nth):
        """Asked because the supporter is away: earlier, later, or with cover."""
        asked = list(AwayQuestion.objects.open_at(self.at).order_by("pk"))
        before = self._fresh(asked[which % len(asked)].booking)
        question = time_off.question_about(before, self.at)
        found = away.instead_of(question=question, booking=before, at=self.at)
        every = [*found.earlier, *found.later, *found.with_cover]
        if not every:
            return
        time = every[nth % len(every)]
        moved = away.choose(booking=before, time=time, by=before.person, at=self.at)
        assert time_off.question_about(moved, self.at) is None
        self._has_moved(before, moved)

    @rule()
    def nobody_is_left_waiting(self):
        away.cancel_unanswered(at=self.at)

    # --- groups -----------------------------------------------------------------

    @rule(
        target=made,
        supporter=SOON,
        hours=st.integers(1, 60),
        come=st.sampled_from((2, 1, 0)),
    )
    def call_a_group(self, supporter, hours, come):
        supporter, start = self._supporter(supporter), self._in_hours(hours)
        busy = self._overlapping(supporter.pk, start, start + LENGTH)
        try:
            groups.call(
                supporter=supporter,
                kind="group_reflection",
                plans=[groups.Plan(start, MINUTES, "video", "", 2)],
                invited=self.people,
                quiet_minutes=0,
                reminders=REMINDERS,
                origin=f"story:{Gathering.objects.count()}",
                at=self.at,
            )
        except groups.AlreadyBooked:
            assert busy
            return multiple()
        assert not busy
        facilitates = Booking.objects.filter(seat=0).latest("pk")
        self.told[facilitates.pk] = self.at
        gathering = self._gathering(-1)
        seats = [self._joined(gathering, one) for one in self.people[:come]]
        return multiple(*[seat for seat in seats if seat])

    @rule(target=made, nth=SOON, person=SOON)
    @precondition(lambda self: Gathering.objects.exists())
    def join_a_group(self, nth, person):
        seat = self._joined(self._gathering(nth), self._person(person))
        return seat or multiple()

    def _joined(self, gathering, person):
        busy = self._overlapping(person.pk, gathering.starts_at, gathering.ends_at)
        known = Booking.objects.coming(gathering).filter(person=person).exists()
        try:
            seat = groups.join(gathering=gathering, person=person, at=self.at)
        except groups.AlreadyBooked:
            assert busy
            return None
        except (groups.GroupFull, NoLongerThere):
            return None
        assert known or not busy
        if not known:
            self.told[seat.pk] = self.at
        return seat

    @rule(nth=SOON, hours=st.integers(1, 60), onto=st.booleans())
    @precondition(lambda self: Gathering.objects.exists())
    def move_a_group(self, nth, hours, onto):
        """To any time, or `onto` a time that one of those who come has already."""
        gathering, start = self._gathering(nth), self._in_hours(hours)
        talks = Booking.objects.filter(gathering=None, starts_at__gt=self.at)
        seats = Booking.objects.coming(gathering)
        theirs = talks.filter(person__in=seats.values("person"), freed_at=None)
        if onto and theirs.exists():
            start = theirs.earliest("pk").starts_at
        live = Booking.objects.filter(gathering=gathering, freed_at__isnull=True)
        came = live.filter(seat__gt=0).count()
        try:
            moved = group_moves.move(gathering=gathering, start=start, at=self.at)
        except (groups.AlreadyBooked, NoLongerThere):
            assert {row.starts_at for row in live} <= {gathering.starts_at}
            return
        if start == gathering.starts_at:
            return
        assert moved.along + moved.asked == came
        assert live.filter(seat__gt=0).count() == moved.along
        self.told |= dict.fromkeys(live.values_list("pk", flat=True), self.at)

    @rule(nth=SOON)
    @precondition(lambda self: Gathering.objects.exists())
    def call_a_group_off(self, nth):
        try:
            groups.call_off(gathering=self._gathering(nth), at=self.at)
        except NoLongerThere:
            return

    @rule(supporter=SOON, weekday=st.integers(0, 6), open_=st.sampled_from(HOURS[:4]))
    def open_more(self, supporter, weekday, open_):
        supporter = self._supporter(supporter)
        availability.add_hours(
            supporter=supporter,
            weekday=weekday,
            starts=time.fromisoformat(open_[0]),
            ends=time.fromisoformat(open_[1]),
            zone=supporter.person.time_zone,
            modes=["phone"],
            from_date=self._today(supporter),
        )

    @rule(supporter=SOON, nth=SOON)
    def close_some(self, supporter, nth):
        supporter = self._supporter(supporter)
        rows = list(supporter.hours.order_by("pk"))
        if rows:
            availability.remove_hours(
                supporter=supporter, hours=rows[nth % len(rows)].pk, at=self.at
            )

    @rule(minutes=st.sampled_from((20, 7 * 60, 26 * 60)))
    def time_goes_by(self, minutes):
        self.at += timedelta(minutes=minutes)
        run_out = list(Booking.objects.run_out(self.at))
        bookings.release_pencils(at=self.at)
        for booking in run_out:
            self._is_offered_again(self._fresh(booking))

    @rule(booking=consumes(made))
    def nobody_thinks_of_it_any_more(self, booking):
        """Later steps are about other bookings."""

    # --- what holds -------------------------------------------------------------

    @invariant()
    def nobody_is_in_two_places(self):
        if not hasattr(self, "at"):
            return
        live = list(Booking.objects.filter(freed_at__isnull=True).order_by("starts_at"))
        for person in {pk for b in live for pk in _takes(b)}:
            mine = [b for b in live if person in _takes(b)]
            for one, following in pairwise(mine):
                assert one.ends_at <= following.starts_at

    @invariant()
    def each_booking_has_exactly_its_messages(self):
        if not hasattr(self, "at"):
            return
        still_here = list(Message.objects.filter(state__in=STILL_HERE))
        for booking in Booking.objects.select_related("person", "supporter__person"):
            group = f"booking:{booking.public_id}"
            waiting = [message for message in still_here if message.group == group]
            reminders = [m for m in waiting if m.template == "booking_reminder"]
            other = {"booking_reminder", "away_question"}
            notices = [m for m in waiting if m.template not in other]
            assert sorted(
                (m.person_id, m.not_before, m.context["starts_at"]) for m in reminders
            ) == sorted(self._reminders(booking))
            assert sorted(
                (m.person_id, m.template, _entry(m)) for m in notices
            ) == sorted(self._notices(booking, notices))

    @invariant()
    def whoever_was_replaced_is_told(self):
        if not hasattr(self, "at"):
            return
        for key, gone in self.left.items():
            booking = self._fresh(Booking(pk=key))
            for supporter in gone - {booking.supporter_id}:
                told = Message.objects.filter(
                    group__startswith=f"booking:{booking.public_id}",
                    person=supporter,
                    state__in=STILL_HERE,
                )
                other = ["booking_reminder", "away_question"]
                last = told.exclude(template__in=other).last()
                assert last is not None
                assert last.context["invitation"]["method"] == "CANCEL"

    @invariant()
    def all_who_come_to_a_group_are_there_at_its_time(self):
        if not hasattr(self, "at"):
            return
        live = Booking.objects.filter(freed_at__isnull=True, gathering__isnull=False)
        for seat in live.select_related("gathering"):
            assert seat.gathering.called_off_at is None
            assert seat.starts_at == seat.gathering.starts_at
        for gathering in Gathering.objects.all():
            assert live.coming(gathering).count() <= gathering.most

    @invariant()
    def who_could_not_come_along_is_asked_once_about_the_time_as_it_is(self):
        if not hasattr(self, "at"):
            return
        asked = GroupInvitation.objects.filter(
            kept_in__isnull=False, kept_in__called_off_at__isnull=True
        )
        waiting = Message.objects.filter(template="group_moved", state__in=STILL_HERE)
        assert sorted(
            (message.person_id, message.context["starts_at"]) for message in waiting
        ) == sorted(
            (row.person_id, row.kept_in.starts_at.isoformat())
            for row in asked.select_related("kept_in")
        )

    # --- words for the above ----------------------------------------------------

    def _person(self, number):
        return self.people[number % len(self.people)]

    def _supporter(self, number):
        return self.supporters[number % len(self.supporters)]

    def _fresh(self, booking):
        rows = Booking.objects.select_related("person", "supporter__person")
        return rows.get(pk=booking.pk)

    def _today(self, supporter):
        return self.at.astimezone(ZoneInfo(supporter.person.time_zone)).date()

    def _in_hours(self, hours):
        return self.at.replace(minute=0) + timedelta(hours=hours)

    def _gathering(self, nth):
        rows = list(Gathering.objects.select_related("round__supporter__person"))
        return sorted(rows, key=lambda row: row.pk)[nth % len(rows)]

    def _shown(self, supporter, kind, ignoring=None, moving=False):
        window = Span(self.at, self.at + LOOK)
        rules = availability.rules_for(
            supporters=[supporter.pk], window=window, at=self.at, ignoring=ignoring
        )[supporter.pk].for_a(kind, moving=moving)
        return slots.free_times(rules, length=LENGTH, window=window, at=self.at)

    def _overlapping(self, person, start, end):
        held = Booking.objects.holding(self.at).between(start, end)
        return held.of_either(person).exists()

    def _take(self, person, supporter, start, kind, agreed):
        asked = {
            "supporter": supporter,
            "person": person,
            "kind": kind,
            "start": start,
            "minutes": MINUTES,
            "mode": "phone",
            "origin": None,
            "reminders": REMINDERS,
            "by": person,
            "at": self.at,
        }
        if agreed:
            booking = bookings.book(**asked)
            self.told[booking.pk] = self.at
        else:
            until = self.at + timedelta(hours=20)
            booking = bookings.pencil(until=until, **asked)
        self._was_open(booking)
        return booking

    def _was_open(self, booking, *, moving=False):
        """Minute by minute, by the clock on the supporter's wall."""
        supporter = booking.supporter
        least = supporter.move_notice_minutes if moving else supporter.notice_minutes
        notice = timedelta(minutes=least)
        assert booking.starts_at >= self.at + notice
        assert _closed(booking.supporter, booking.starts_at, booking.ends_at) is None

    def _is_offered_again(self, freed):
        """Unless the hours have changed, it is too soon, or others are too close."""
        if freed.gathering_id is not None:
            return
        supporter, start = freed.supporter, freed.starts_at
        still_open = _closed(supporter, start, freed.ends_at) is None
        too_soon = start < self.at + timedelta(minutes=supporter.notice_minutes)
        if (
            self._others_close(freed)
            or too_soon
            or not still_open
            or self._day_full(freed)
        ):
            return
        if self._grid_has_changed(supporter):
            return
        if start < self.at + LOOK:
            assert start in {slot.start for slot in self._shown(supporter, freed.kind)}

    def _others_close(self, freed):
        """Whether another booking is nearer than the longer of the two buffers."""
        usual = BUFFERS.get(freed.kind, freed.supporter.buffer_minutes)
        rows = Booking.objects.holding(self.at).of_either(freed.supporter_id)
        for row in rows.select_related("supporter"):
            theirs = BUFFERS.get(row.kind, row.supporter.buffer_minutes)
            gap = timedelta(minutes=max(usual, theirs))
            before, after = freed.starts_at - gap, freed.ends_at + gap
            if row.starts_at < after and row.ends_at > before:
                return True
        return False

    def _day_full(self, freed):
        zone = ZoneInfo(freed.supporter.person.time_zone)
        day = freed.starts_at.astimezone(zone).date()
        held = Booking.objects.holding(self.at).for_supporter(freed.supporter_id)
        starts = held.values_list("starts_at", flat=True)
        return sum(s.astimezone(zone).date() == day for s in starts) >= 3

    def _grid_has_changed(self, supporter):
        """Times start from the beginning of a day's hours; other hours, other times."""
        hours = supporter.hours
        return hours.count() != 7 or hours.filter(until_date__isnull=False).exists()

    def _reminders(self, booking):
        told = self.told.get(booking.pk)
        if booking.agreed_at is None or booking.freed_at is not None:
            return
        last = booking.starts_at - timedelta(minutes=10)
        for amount, _ in REMINDERS:
            for to in _hears(booking):
                wanted = timing.before(
                    booking.starts_at, amount=amount, zone=to.time_zone
                )
                if told < wanted < last:
                    yield to.pk, wanted, booking.starts_at.isoformat()

    def _notices(self, booking, waiting):
        if booking.freed_at is not None:
            yield from self._goodbyes(booking)
        elif booking.agreed_at is not None:
            entry = ("REQUEST", booking.sequence, booking.starts_at.isoformat())
            for to in [one.pk for one in _hears(booking)]:
                yield to, _which(waiting, to), entry

    def _goodbyes(self, booking):
        by_us = booking.freed_because == "by_us"
        left_behind = by_us and self._was_asked(booking)
        if booking.freed_because not in {"by_person", "by_us"} or left_behind:
            return
        agreed = booking.agreed_at is not None
        start = booking.starts_at.isoformat()
        entry = ("CANCEL", booking.sequence, start) if agreed else None
        if agreed and booking.gathering_id is None:
            yield booking.supporter_id, "booking_cancelled", entry
        if by_us and booking.seat != 0:
            yield booking.person_id, "booking_cancelled_by_us", entry
        elif agreed:
            yield booking.person_id, "booking_cancelled", entry

    def _was_asked(self, booking):
        """A seat that a group has left behind is told of by the question."""
        gathering = booking.gathering
        return gathering is not None and booking.starts_at != gathering.starts_at


def _hears(booking):
    """Who is told: both, and about a seat in a group its own person alone."""
    if booking.gathering_id is not None:
        return [booking.person]
    return [booking.person, booking.supporter.person]


def _takes(booking):
    """Whose time a booking takes."""
    return {one.pk for one in _hears(booking)}


def _which(waiting, to):
    """Which of two letters says it is the story's; that it is just one is our rule."""
    said = {message.template for message in waiting if message.person_id == to}
    return next(iter(said & {"booking_agreed", "booking_moved"}), "a letter")


def _entry(message):
    found = message.context.get("invitation")
    return found and (found["method"], found["sequence"], found["starts_at"])


def _closed(supporter, start, end):
    """The first moment at which a clock on the right wall shows no open hours.

    Looks every five minutes, and knows no sums with intervals.
    """
    hours = list(WorkingHours.objects.filter(supporter=supporter))
    away = list(supporter.time_off.all())
    moment = start
    while moment < end:
        off = any(row.starts_at <= moment < row.ends_at for row in away)
        if off or not any(_inside(row, moment) for row in hours):
            return moment
        moment += timedelta(minutes=5)
    return None


def _inside(row, moment):
    wall = moment.astimezone(ZoneInfo(row.zone))
    for began in (wall.date(), wall.date() - timedelta(days=1)):
        if began.weekday() != row.weekday or not _in_force(row, began):
            continue
        starts = datetime.combine(began, row.starts)
        ends = datetime.combine(began, row.ends)
        if ends <= starts:
            ends += timedelta(days=1)
        if starts <= wall.replace(tzinfo=None) < ends:
            return True
    return False


def _in_force(row, day: date) -> bool:
    return row.from_date <= day and (row.until_date is None or day < row.until_date)


LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


@pytest.mark.django_db
def test_anybody_does_anything_in_any_order():
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=300 if LONG else 15,
            stateful_step_count=40 if LONG else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Making a failing story shorter would take minutes.
            phases=(Phase.explicit, Phase.generate),
        ),
    )


def _holds(story):
    story.nobody_is_in_two_places()
    story.each_booking_has_exactly_its_messages()
    story.whoever_was_replaced_is_told()
    story.all_who_come_to_a_group_are_there_at_its_time()
    story.who_could_not_come_along_is_asked_once_about_the_time_as_it_is()


@pytest.mark.django_db
@pytest.mark.parametrize("at", MOMENTS, ids=str)
def test_the_rare_steps_of_the_story_are_taken_at_least_once(at):
    """Chance seldom moves a group onto a talk, or asks somebody and hears an answer."""
    story = Story()
    story.begin(at=at, zones=list(ZONES[:3]), hours=[HOURS[0]] * 3)
    try:
        story.call_a_group(supporter=0, hours=40, come=2)
        kind = {"kind": "debrief", "agreed": True}
        story.take_what_is_shown(person=0, supporter=1, nth=2, **kind)
        story.take_what_is_shown(person=2, supporter=2, nth=8, **kind)
        story.move_a_group(nth=0, hours=1, onto=True)
        assert GroupInvitation.objects.filter(kept_in__isnull=False).count() == 1
        _holds(story)
        story.go_away(supporter=2, ahead=0, days=5)
        assert AwayQuestion.objects.open_at(story.at).exists()
        _holds(story)
        story.choose_instead(which=0, nth=40)
        assert not AwayQuestion.objects.open_at(story.at).exists()
        story.move_a_group(nth=0, hours=50, onto=False)
        story.call_a_group_off(nth=0)
        _holds(story)
    finally:
        story.teardown()
