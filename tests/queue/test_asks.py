"""Asking for work to be taken on, and everything that somebody may say to it."""

from datetime import date, timedelta

import pytest

from notifications.models import Message
from tests.factories import join, make_person
from tests.planning.story import agree
from tests.queue.conftest import TEXT
from wellbeing.models import Pause, Team, TopicRest, WorkItem
from wellbeing.queue import asks, items, room
from wellbeing.queue.refusals import (
    CannotTakeIt,
    GoneMeanwhile,
    NotAChoice,
    NothingElse,
    OnHold,
    WorthKnowing,
)


def able(item, at):
    return [one.person.name for one in room.people_who_can(item=item, at=at)]


def told(item, person, at):
    return room.can_take(item=item, person=person, at=at).sentences


def test_only_those_who_do_this_work_can_be_asked(desk, at):
    desk.outside()
    assert able(desk.add(), at) == ["Ola Outside", "Tess Tran", "Uma Unwin"]
    assert able(desk.add("T1", kind="coding"), at) == ["Mo Rahman"]


def test_who_is_asked_gets_one_message_that_says_nothing_of_the_work(desk, at):
    desk.ask(desk.add(level="heavy", topic=desk.loss), desk.tess)
    message = Message.objects.get()
    assert (message.person, message.template) == (desk.tess, "work_asked")
    assert message.context == {"path": "/my-work/"}


def test_taking_it_is_theirs_and_twice_is_once(desk, at):
    item = desk.ask(desk.add(), desk.tess)
    first = asks.take(item=item, at=at)
    second = asks.take(item=item, at=at + timedelta(minutes=1))
    assert (first.taken_at, second.taken_at) == (at, at)


def test_whoever_gave_one_back_leaves_no_trace_that_could_be_counted(desk, at):
    """After two people said no and a third took it, the row is that of a first yes."""
    item = desk.add()
    for person in (desk.tess, desk.uma):
        asks.give_back(item=desk.ask(item, person), at=at)
    worker = desk.outside()
    taken = asks.take(item=desk.ask(item, worker.person), at=at)
    fresh = WorkItem.objects.get(pk=taken.pk)
    assert (fresh.person, fresh.last_asked) == (worker.person, None)
    names = {field.name for field in WorkItem._meta.get_fields()}
    assert not {name for name in names if "count" in name or "declin" in name}


def test_not_this_topic_puts_it_back_and_later_ones_skip_them(desk, at):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    asks.not_this_topic(item=item, at=at)
    later = at + timedelta(days=90)
    assert able(desk.add("102", level="heavy", topic=desk.loss), later) == ["Uma Unwin"]
    assert able(desk.add("103", level="noted", topic=desk.home), later) == [
        "Tess Tran",
        "Uma Unwin",
    ]
    assert WorkItem.objects.waiting(at).filter(pk=item.pk).count() == 1


@pytest.mark.parametrize("say", [asks.give_back, asks.not_this_topic])
def test_for_a_while_every_way_of_giving_back_looks_the_same(desk, at, say):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    say(item=item, at=at)
    row = WorkItem.objects.filter(pk=item.pk).values().get()
    assert (row["person_id"], row["ask"], row["taken_at"]) == (None, None, None)
    other = desk.add("102", level="noted", topic=desk.loss)
    assert able(other, at + timedelta(days=13)) == ["Uma Unwin"]


def test_giving_back_lets_a_topic_rest_and_no_more(desk, at):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    asks.give_back(item=item, at=at)
    other = desk.add("102", level="noted", topic=desk.loss)
    assert able(other, at + timedelta(days=15)) == ["Tess Tran", "Uma Unwin"]


def test_who_wants_no_more_of_a_topic_said_so_once_for_all(desk, at):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    asks.not_this_topic(item=item, at=at)
    TopicRest.objects.update(until=None)
    rest = TopicRest.objects.get()
    asks._rest(item, at, until=at + asks.REST)
    assert TopicRest.objects.get(pk=rest.pk).until is None


def test_they_can_be_asked_for_a_topic_again_when_they_say_so(desk, at):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    asks.not_this_topic(item=item, at=at)
    asks.ask_again_about(person=desk.uma, rest=TopicRest.objects.get())
    assert TopicRest.objects.count() == 1
    asks.ask_again_about(person=desk.tess, rest=TopicRest.objects.get())
    assert TopicRest.objects.count() == 0


def test_nobody_is_asked_twice_in_a_row_for_one_piece(desk, at):
    item = desk.add()
    asks.give_back(item=desk.ask(item, desk.tess), at=at)
    assert able(WorkItem.objects.get(), at) == ["Uma Unwin"]


def test_who_is_asked_already_is_left_out_and_so_is_who_wants_no_more_now(desk, at):
    desk.ask(desk.add(), desk.tess)
    assert able(desk.add("102"), at) == ["Uma Unwin"]
    asks.pause(person=desk.uma, study=desk.study, at=at)
    asks.pause(person=desk.uma, study=desk.study, at=at)
    assert able(desk.add("103"), at) == []
    asks.go_on(person=desk.uma, study=desk.study)
    assert able(desk.add("104"), at) == ["Uma Unwin"]


def test_material_without_a_topic_has_no_such_answer(desk, at):
    item = desk.ask(desk.add(), desk.tess)
    with pytest.raises(NotAChoice):
        asks.not_this_topic(item=item, at=at)


def test_an_asking_runs_out_and_the_piece_waits_again(desk, at):
    item = desk.ask(desk.add(), desk.tess)
    later = at + asks.ASK_LASTS
    with pytest.raises(GoneMeanwhile):
        asks.take(item=item, at=later)
    again = desk.ask(WorkItem.objects.get(), desk.uma, at=later)
    with pytest.raises(GoneMeanwhile):
        asks.give_back(item=item, at=later)
    assert WorkItem.objects.get().person == again.person == desk.uma


def test_a_half_is_theirs_and_the_other_waits_for_somebody_else(desk, at):
    item = desk.ask(
        desk.add(minutes=45, level="heavy", topic=desk.loss, due_on=date(2026, 9, 30)),
        desk.tess,
    )
    mine = asks.split(item=item, at=at)
    other = WorkItem.objects.waiting(at).get()
    assert (mine.part, mine.audio_minutes, mine.taken_at) == (1, 23, at)
    assert (other.part, other.audio_minutes, other.level) == (2, 22, "heavy")
    assert (other.topic, other.due_on) == (desk.loss, date(2026, 9, 30))
    assert able(other, at) == ["Uma Unwin"]
    with pytest.raises(NotAChoice):
        asks.split(item=mine, at=at)


def test_a_swap_brings_a_plain_one_after_a_heavy_one(desk, at):
    heavy = desk.ask(desk.add(level="heavy", topic=desk.loss), desk.tess)
    desk.add("102", level="noted", topic=desk.home, due_on=date(2026, 9, 16))
    desk.add("103", due_on=date(2026, 9, 30))
    other = asks.swap(item=heavy, at=at)
    assert (other.code, other.person) == ("103", desk.tess)
    assert WorkItem.objects.waiting(at).filter(code="101").count() == 1


def test_a_swap_without_another_one_gives_it_back_all_the_same(desk, at):
    item = desk.ask(desk.add(), desk.tess)
    with pytest.raises(NothingElse):
        asks.swap(item=item, at=at)
    assert WorkItem.objects.waiting(at).count() == 1


def test_the_pace_is_told_and_may_be_passed(desk, at):
    desk.taken(desk.tess, "101", minutes=100)
    item = desk.add("102", minutes=30)
    sentence = "This would be 130 minutes on that day. The agreed pace is 120."
    assert told(item, desk.tess, at) == [sentence]
    with pytest.raises(WorthKnowing) as knowing:
        desk.ask(item, desk.tess, seen=[])
    assert knowing.value.sentences == [sentence]
    assert desk.ask(item, desk.tess, seen=[sentence]).person == desk.tess


def test_at_a_limit_somebody_is_no_longer_offered(desk, at):
    text = TEXT.replace("minutes_7: {pace: 400}", "minutes_7: {pace: 50, limit: 90}")
    agree(desk.study, text, number=2, since=at)
    desk.taken(desk.tess, "101", minutes=80)
    item = desk.add("102", minutes=20)
    assert able(item, at) == ["Uma Unwin"]
    with pytest.raises(CannotTakeIt):
        desk.ask(item, desk.tess)


def test_after_a_heavy_one_a_plain_one_is_a_preference_and_no_block(desk, at):
    desk.taken(desk.tess, "101", level="heavy", topic=desk.loss)
    noted = desk.add("102", level="noted", topic=desk.home)
    assert told(noted, desk.tess, at) == []
    desk.add("103")
    assert told(noted, desk.tess, at) == [
        "Their last one was heavy, and a plain one is waiting in the queue."
    ]
    assert desk.ask(noted, desk.tess).person == desk.tess


def test_a_day_close_to_a_heavy_one_is_asked_to_be_moved(desk, at):
    desk.taken(
        desk.tess, "101", level="heavy", topic=desk.loss, due_on=date(2026, 9, 18)
    )
    item = desk.add("102", due_on=date(2026, 9, 21))
    assert told(item, desk.tess, at) == [
        "It is due on Monday 21\u00a0September, within 3 days of a heavy one. "
        "Could that day be moved?"
    ]
    items.move_due_day(item=item, due_on=date(2026, 9, 22))
    assert told(WorkItem.objects.get(code="102"), desk.tess, at) == []


def test_a_pause_puts_the_queue_on_hold_and_hands_back_without_a_word(desk, at):
    asked = desk.ask(desk.add("101", level="noted", topic=desk.loss), desk.tess)
    held = desk.taken(desk.uma, "102", level="noted", topic=desk.loss)
    Pause.objects.create(study=desk.study, starts_on=at.date(), reason="a holiday")
    with pytest.raises(OnHold):
        desk.ask(desk.add("103"), desk.tess)
    with pytest.raises(OnHold):
        asks.take(item=asked, at=at)
    with pytest.raises(OnHold):
        asks.split(item=asked, at=at)
    asks.give_back(item=held, at=at)
    assert TopicRest.objects.count() == 0


def test_a_pause_at_one_place_leaves_the_others_in_the_queue(desk, at):
    north = Team.objects.create(study=desk.study, name="North", site="north")
    desk.tess.memberships.update(team=north)
    Pause.objects.create(
        study=desk.study, starts_on=at.date(), reason="a storm", site="north"
    )
    assert able(desk.add(), at) == ["Uma Unwin"]


def test_on_hold_nobody_is_asked_and_the_message_is_taken_back(desk, at):
    item = desk.ask(desk.add(), desk.tess)
    items.hold(item=item, at=at)
    assert Message.objects.get().state == "cancelled"
    with pytest.raises(GoneMeanwhile):
        asks.take(item=item, at=at)
    items.go_on(item=item)
    assert able(WorkItem.objects.get(), at) == ["Tess Tran", "Uma Unwin"]


def test_what_somebody_has_taken_on_is_neither_held_nor_taken_off(desk, at):
    item = desk.taken(desk.tess)
    for verb in (items.hold, items.take_off):
        with pytest.raises(GoneMeanwhile):
            verb(item=item, at=at)


def test_work_of_somebody_who_left_comes_back_and_nobody_elses_does(desk, at):
    item = desk.taken(desk.tess)
    with pytest.raises(NotAChoice):
        asks.bring_back(item=item, at=at)
    desk.tess.memberships.update(until_date=at.date())
    asks.bring_back(item=item, at=at)
    assert able(WorkItem.objects.get(), at) == ["Uma Unwin"]


def test_the_same_numbers_twice_are_in_the_queue_once(desk, at):
    desk.add("101")
    matter = items.Matter("transcription", "plain", None, False, None)
    lines = [items.Line("101"), items.Line("102")]
    there = items.add(study=desk.study, lines=lines, matter=matter, by=desk.lou, at=at)
    assert there == ["101"]
    assert WorkItem.objects.count() == 2


def test_the_number_of_queries_does_not_grow_with_people(
    desk, at, django_assert_num_queries
):
    item = desk.add()
    desk.taken(desk.tess, "102")
    room.people_who_can(item=item, at=at)
    with django_assert_num_queries(9) as first:
        room.people_who_can(item=item, at=at)
    for number in range(5):
        join(desk.study, make_person(f"More M{number}"), "transcriber")
    with django_assert_num_queries(len(first)):
        room.people_who_can(item=item, at=at)
