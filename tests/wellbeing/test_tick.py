"""What time alone brings about: at its moment, once, and for whom it is due."""

import logging
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkins.models import Invitation
from sessions.models import Booking
from tests.factories import join, make_interview, make_person
from tests.wellbeing.stories import asked, logged, rows_of_every_table, sept
from wellbeing import looks, reconcile
from wellbeing.models import Membership, NextLook, Offer
from wellbeing.reconcile import LOOK_AGAIN_AFTER_ERROR
from wellbeing.ticking import tick


def test_a_pencil_goes_back_at_the_moment_it_named_and_not_before(agreed, at):
    offer = logged(agreed, at)
    until = offer.booking.pencilled_until
    assert tick(at=until - timedelta(seconds=1)).released == 0
    assert Booking.objects.get().freed_at is None
    assert tick(at=until).released == 1
    freed = Booking.objects.get()
    assert (freed.freed_at, freed.freed_because) == (until, "released")


def test_a_pencil_that_went_back_leaves_the_offer_open(agreed, at):
    offer = logged(agreed, at)
    tick(at=offer.booking.pencilled_until)
    offer.refresh_from_db()
    assert (offer.lapsed_at, offer.declined_at, offer.accepted_at) == (None,) * 3


def test_an_offer_lapses_when_it_ends_and_not_before(agreed, at):
    offer = logged(agreed, at)
    tick(at=offer.open_until - timedelta(seconds=1))
    offer.refresh_from_db()
    assert offer.lapsed_at is None
    tick(at=offer.open_until)
    offer.refresh_from_db()
    assert offer.lapsed_at == offer.open_until


def test_an_answered_offer_never_lapses(agreed, at):
    offer = logged(agreed, at, answer="no")
    tick(at=offer.open_until)
    offer.refresh_from_db()
    assert (offer.lapsed_at, offer.declined_at) == (None, at)


def test_a_tick_that_comes_late_does_what_it_would_have_done(agreed, at):
    offer = logged(agreed, at)
    late = at + timedelta(days=30)
    tick(at=late)
    offer.refresh_from_db()
    assert (offer.lapsed_at, Booking.objects.get().freed_because) == (late, "released")


def test_a_doubled_tick_changes_nothing(agreed, at):
    logged(agreed, at, others=((agreed.gil, "facilitator"),))
    asked(agreed, at, person=agreed.bem)
    for moment in (at, sept(16, 7, 30), sept(16, 12), sept(17, 9), sept(22, 16)):
        tick(at=moment)
        before = rows_of_every_table()
        offers = list(Offer.objects.order_by("pk").values())
        bookings = list(Booking.objects.order_by("pk").values())
        again = tick(at=moment)
        assert rows_of_every_table() == before
        assert list(Offer.objects.order_by("pk").values()) == offers
        assert list(Booking.objects.order_by("pk").values()) == bookings
        assert (again.released, again.cover_asked, again.alerts) == (0, 0, 0)


def test_a_log_that_nobody_reconciled_is_found_by_the_tick(agreed, at):
    tick(at=at)
    make_interview(agreed.study, agreed.ada, ended=at)
    assert tick(at=at).looked_at == 0
    looks.mark_due(study=agreed.study, people=[agreed.ada], at=at)
    assert tick(at=at).looked_at == 1
    assert Offer.objects.get().person == agreed.ada
    assert Invitation.objects.get().person == agreed.ada


# --- at rest ------------------------------------------------------------------------


def test_a_person_at_rest_is_not_looked_at(agreed, at):
    tick(at=at)
    rested = NextLook.objects.filter(due_at__lte=at)
    assert rested.count() == 0
    assert tick(at=at).looked_at == 0
    for number in range(20):
        person = join(agreed.study, make_person(f"Person {number}"), "interviewer")
        make_interview(agreed.study, person, ended=at, code=str(number))
        looks.mark_due(
            study=agreed.study, people=[person], at=at + timedelta(days=number + 1)
        )
    with CaptureQueriesContext(
        connection,
    ) as many:
        assert tick(at=at).looked_at == 0
    NextLook.objects.all().delete()
    with CaptureQueriesContext(connection) as none:
        assert tick(at=at).looked_at == 0
    assert len(many) == len(none)


def test_everybody_is_looked_at_when_the_protocol_or_a_role_changes(agreed, at):
    tick(at=at)
    day = date(2026, 9, 20)
    Membership.objects.filter(person=agreed.ada).update(until_date=day)
    looks.mark_due(study=agreed.study, people=[agreed.ada], at=at)
    assert tick(at=at).looked_at == 1
    look = NextLook.objects.get(study=agreed.study, person=agreed.ada)
    assert look.due_at == sept(20, 0)


def test_marking_the_same_person_twice_is_one_look(agreed, at):
    for minutes in (0, 5):
        looks.mark_due(
            study=agreed.study,
            people=[agreed.ada, agreed.bem],
            at=at + timedelta(minutes=minutes),
        )
    found = NextLook.objects.filter(study=agreed.study, person=agreed.ada)
    assert found.get().due_at == at + timedelta(minutes=5)


# --- one error ----------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch, agreed, at):
    """Whatever is looked up about Ada breaks; her words are in the error."""
    gather = reconcile.facts.gather

    def break_for_ada(*, study, person, versions, at):
        if person == agreed.ada:
            raise RuntimeError("A canary sings.")
        return gather(study=study, person=person, versions=versions, at=at)

    tick(at=at)
    for number, person in enumerate((agreed.ada, agreed.bem, agreed.gil)):
        make_interview(agreed.study, person, ended=at, code=str(number))
        due = at + timedelta(seconds=number)
        looks.mark_due(study=agreed.study, people=[person], at=due)
    monkeypatch.setattr(reconcile.facts, "gather", break_for_ada)
    return monkeypatch


def test_the_error_of_one_person_stops_nobody_else(agreed, at, broken, caplog):
    caplog.set_level(logging.CRITICAL)
    assert tick(at=at + timedelta(seconds=5)).looked_at == 3
    offered = Offer.objects.values_list("person__name", flat=True)
    assert sorted(offered) == ["Bem Adeyemi", "Gil Torres"]


def test_after_an_error_one_is_looked_at_again_a_little_later(agreed, at, broken):
    now = at + timedelta(seconds=5)
    tick(at=now)
    look = NextLook.objects.get(study=agreed.study, person=agreed.ada)
    assert look.due_at == now + LOOK_AGAIN_AFTER_ERROR
    assert tick(at=now).looked_at == 0
    broken.undo()
    later = now + LOOK_AGAIN_AFTER_ERROR
    tick(at=later - timedelta(seconds=1))
    assert Offer.objects.filter(person=agreed.ada).count() == 0
    tick(at=later)
    assert Offer.objects.filter(person=agreed.ada).count() == 1


def test_an_error_half_way_leaves_nothing_half_done(agreed, at, monkeypatch):
    tick(at=at)
    make_interview(agreed.study, agreed.ada, ended=at)
    looks.mark_due(study=agreed.study, people=[agreed.ada], at=at)

    def fail(*args, **kwargs):
        raise RuntimeError

    before = rows_of_every_table()
    with monkeypatch.context() as patch:
        patch.setattr("wellbeing.reconcile.invitations.invite_to", fail)
        tick(at=at)
    assert rows_of_every_table() == before
    tick(at=at + LOOK_AGAIN_AFTER_ERROR)
    assert Offer.objects.get().person == agreed.ada
