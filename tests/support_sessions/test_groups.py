"""Groups: a place for each who comes, private, and nobody in two places."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import STILL_HERE, Message
from sessions import availability, groups, splitting
from sessions import booking as bookings
from sessions.models import Booking, Gathering, GroupRound
from sessions.slots import Span
from sessions.taking import NoLongerThere, TimeTaken
from tests.support_sessions.times import book, sept

START = sept(24, 14)


def called(team, at, *, starts=(START,), most=3, invited=None, supporter=None, **extra):
    asked = {
        "kind": "group_reflection",
        "quiet_minutes": 60,
        "reminders": [["P2D", "email"]],
        "origin": f"test:{starts[0].isoformat()}:{len(starts)}",
    } | extra
    return groups.call(
        supporter=supporter or team.dr_jo,
        plans=[groups.Plan(start, 75, "video", "", most) for start in starts],
        invited=invited or [team.ada, team.bem, team.gil, team.fay],
        at=at,
        **asked,
    )


def only(round):
    return round.gatherings.get()


def told(person):
    rows = Message.objects.filter(person=person, state__in=STILL_HERE)
    return list(rows.order_by("pk").values_list("template", flat=True))


# --- the kernel ---


@given(st.integers(0, 400), st.integers(1, 40))
def test_a_split_is_even_holds_everybody_and_is_as_small_as_can_be(people, most):
    sizes = splitting.split(people, most)
    assert sum(sizes) == people
    assert all(0 < size <= most for size in sizes)
    assert len(sizes) == -(-people // most)
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_fifteen_are_split_in_eight_and_seven():
    assert splitting.split(15, 13) == [8, 7]
    assert splitting.split(13, 13) == [13]
    assert splitting.split(0, 13) == []


@pytest.mark.parametrize(
    ("minutes", "people", "counts"),
    [(60, 1, 60), (60, 3, 30), (60, 4, 30), (60, 5, 12), (90, 6, 15)],
)
def test_time_in_a_group_counts_in_part(minutes, people, counts):
    asked = {"group_of": 4, "group_share": 0.5}
    assert splitting.credited(minutes, people, **asked) == counts


# --- calling and coming ---


def test_a_call_keeps_the_facilitators_time_and_invites_each_alone(team, at):
    round = called(team, at)
    mine = Booking.objects.get(gathering=only(round))
    assert (mine.person, mine.supporter, mine.seat) == (team.jo, team.dr_jo, 0)
    assert told(team.jo) == ["booking_agreed", "booking_reminder"]
    assert told(team.ada) == ["group_invitation"]
    with pytest.raises(TimeTaken):
        book(team, at=at, start=START)


def test_the_same_form_twice_calls_once(team, at):
    assert called(team, at) == called(team, at)
    assert GroupRound.objects.count() == Gathering.objects.count() == 1


def test_a_time_that_the_facilitator_has_given_already_calls_nothing(team, at):
    book(team, at=at, start=START)
    with pytest.raises(groups.AlreadyBooked):
        called(team, at)
    with pytest.raises(groups.AlreadyBooked):
        called(team, at, starts=(sept(25, 10), sept(25, 11)))
    assert GroupRound.objects.count() == 0


def test_who_comes_gets_a_place_and_the_same_messages_as_for_any_time(team, at):
    gathering = only(called(team, at))
    mine = groups.join(gathering=gathering, person=team.ada, at=at)
    again = groups.join(gathering=gathering, person=team.ada, at=at)
    assert (mine.pk, mine.seat) == (again.pk, 1)
    assert told(team.ada) == ["group_invitation", "booking_agreed", "booking_reminder"]
    assert told(team.jo) == ["booking_agreed", "booking_reminder"]


def test_a_group_is_full_at_its_number_and_a_place_given_up_is_free(team, at):
    gathering = only(called(team, at, most=2))
    first = groups.join(gathering=gathering, person=team.ada, at=at)
    groups.join(gathering=gathering, person=team.bem, at=at)
    with pytest.raises(groups.GroupFull):
        groups.join(gathering=gathering, person=team.gil, at=at)
    bookings.cancel(booking=first, by=team.ada, at=at)
    assert groups.join(gathering=gathering, person=team.gil, at=at).seat == 1
    with pytest.raises(TimeTaken):
        bookings.restore(booking=first, by=team.ada, at=at)


def test_leaving_can_be_undone_while_the_place_is_free(team, at):
    gathering = only(called(team, at))
    mine = groups.join(gathering=gathering, person=team.ada, at=at)
    freed = bookings.cancel(booking=mine, by=team.ada, at=at)
    back = bookings.restore(booking=freed, by=team.ada, at=at)
    assert (back.freed_at, back.seat) == (None, 1)
    assert told(team.jo) == ["booking_agreed", "booking_reminder"]


def test_only_who_is_invited_comes(team, at):
    gathering = only(called(team, at, invited=[team.ada]))
    for person in (team.bem, team.lou, team.charlie):
        with pytest.raises(NoLongerThere):
            groups.join(gathering=gathering, person=person, at=at)


def test_one_choice_a_round_and_a_new_one_takes_its_place(team, at):
    round = called(team, at, starts=(START, sept(25, 14)))
    first, second = round.gatherings.order_by("starts_at")
    groups.join(gathering=first, person=team.ada, at=at)
    groups.join(gathering=second, person=team.ada, at=at)
    live = Booking.objects.for_person(team.ada).filter(freed_at__isnull=True)
    assert live.get().gathering == second
    groups.rest(round=round, person=team.ada, at=at)
    assert not live.exists()
    assert round.invitations.get(person=team.ada).quiet_at == at
    groups.not_this_time(round=round, person=team.ada, at=at)
    mine = round.invitations.get(person=team.ada)
    assert (mine.quiet_at, mine.declined_at) == (None, at)
    groups.join(gathering=first, person=team.ada, at=at)
    mine.refresh_from_db()
    assert mine.declined_at is None


def test_when_the_other_group_is_full_the_first_place_stands(team, at):
    round = called(team, at, starts=(START, sept(25, 14)), most=2)
    first, second = round.gatherings.order_by("starts_at")
    groups.join(gathering=first, person=team.ada, at=at)
    for person in (team.bem, team.gil):
        groups.join(gathering=second, person=person, at=at)
    with pytest.raises(groups.GroupFull):
        groups.join(gathering=second, person=team.ada, at=at)
    live = Booking.objects.for_person(team.ada).filter(freed_at__isnull=True)
    assert live.get().gathering == first


def test_a_group_called_off_says_sorry_and_frees_everybody(team, at):
    gathering = only(called(team, at))
    for person in (team.ada, team.bem):
        groups.join(gathering=gathering, person=person, at=at)
    groups.call_off(gathering=gathering, at=at)
    groups.call_off(gathering=gathering, at=at)
    assert told(team.ada) == ["group_invitation", "booking_cancelled_by_us"]
    assert told(team.jo) == ["booking_cancelled"]
    assert not Booking.objects.filter(freed_at__isnull=True).exists()
    with pytest.raises(NoLongerThere):
        groups.join(gathering=gathering, person=team.gil, at=at)
    book(team, at=at, start=START)


# --- nobody in two places ---


def test_who_is_booked_at_that_time_does_not_come_as_well(team, at):
    gathering = only(called(team, at))
    book(team, at=at, start=sept(24, 14, 30), supporter=team.dr_kim)
    with pytest.raises(groups.AlreadyBooked):
        groups.join(gathering=gathering, person=team.ada, at=at)


def test_who_comes_is_not_booked_as_well(team, at):
    gathering = only(called(team, at))
    groups.join(gathering=gathering, person=team.ada, at=at)
    with pytest.raises(TimeTaken):
        book(team, at=at, start=START, supporter=team.dr_kim)


def test_a_supporter_who_comes_is_not_booked_by_others(team, at):
    gathering = only(called(team, at, invited=[team.kim, team.ada]))
    groups.join(gathering=gathering, person=team.kim, at=at)
    with pytest.raises(TimeTaken):
        book(team, at=at, start=START, person=team.bem, supporter=team.dr_kim)


def test_a_group_counts_as_one_for_its_facilitator(team, at):
    gathering = only(called(team, at))
    for person in (team.ada, team.bem):
        groups.join(gathering=gathering, person=person, at=at)
    rules, own = availability.rules_and_own(
        supporter=team.jo.pk,
        person=team.ada.pk,
        window=Span(at, at + timedelta(days=14)),
        at=at,
        kind="individual",
    )
    assert [one.counts for one in rules.taken].count(True) == 1
    assert own == [Span(gathering.starts_at, gathering.ends_at)]


def row(at, *, supporter, person, start=START, gathering=None, seat=None):
    return Booking(
        supporter=supporter,
        person=person,
        kind="x",
        starts_at=start,
        ends_at=start + timedelta(minutes=50),
        mode="phone",
        made_at=at,
        agreed_at=at,
        gathering=gathering,
        seat=seat,
    )


# Which of the rows below can stand side by side, whichever is written first.
TOGETHER = {
    frozenset(pair)
    for pair in [
        ("Jo leads", "Ada sits with Jo"),
        ("Jo leads", "Bem sits with Jo"),
        ("Ada sits with Jo", "Bem sits with Jo"),
        ("Bem sits with Jo", "Ada sits with Kim"),
        ("Jo leads", "Ada sits with Kim"),
        ("Jo leads", "Ada with Kim"),
        ("Jo leads", "Gil with Kim"),
        ("Bem sits with Jo", "Ada with Kim"),
        ("Ada sits with Jo", "Gil with Jo"),
        ("Bem sits with Jo", "Gil with Jo"),
        ("Ada sits with Kim", "Gil with Jo"),
        ("Ada sits with Jo", "Jo with Kim"),
        ("Bem sits with Jo", "Jo with Kim"),
        ("Ada sits with Kim", "Jo with Kim"),
        ("Ada sits with Jo", "Gil with Kim"),
        ("Bem sits with Jo", "Gil with Kim"),
        ("Ada sits with Kim", "Gil with Kim"),
        ("Ada with Kim", "Gil with Jo"),
    ]
}


@pytest.fixture
def rows(team, at):
    """Eight rows at one time, in two groups and out of them, none of them written."""
    with_jo = only(called(team, at, starts=(sept(28, 10),), most=5))
    with_kim = only(
        called(team, at, starts=(sept(29, 10),), most=5, supporter=team.dr_kim)
    )
    Booking.objects.all().delete()
    jo, kim = {"supporter": team.dr_jo}, {"supporter": team.dr_kim}
    in_jos, in_kims = jo | {"gathering": with_jo}, kim | {"gathering": with_kim}
    return {
        "Jo leads": in_jos | {"person": team.jo, "seat": 0},
        "Ada sits with Jo": in_jos | {"person": team.ada, "seat": 1},
        "Bem sits with Jo": in_jos | {"person": team.bem, "seat": 2},
        "Ada sits with Kim": in_kims | {"person": team.ada, "seat": 1},
        "Ada with Kim": kim | {"person": team.ada},
        "Gil with Jo": jo | {"person": team.gil},
        "Jo with Kim": kim | {"person": team.jo},
        "Gil with Kim": kim | {"person": team.gil},
    }


def test_the_database_itself_keeps_the_rule_in_every_order(rows, at):
    """Rows written past all the code: which pairs can stand side by side."""
    wrong = []
    for pair in permutations(rows, 2):
        stands = True
        try:
            with transaction.atomic():
                for name in pair:
                    row(at, **rows[name]).save()
                transaction.set_rollback(True)
        except IntegrityError:
            stands = False
        if stands != (frozenset(pair) in TOGETHER):
            wrong.append((*pair, stands))
    assert wrong == []


def test_the_database_gives_no_seat_twice(team, at):
    gathering = only(called(team, at))
    groups.join(gathering=gathering, person=team.ada, at=at)
    double = row(at, supporter=team.dr_jo, person=team.bem, gathering=gathering, seat=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()
