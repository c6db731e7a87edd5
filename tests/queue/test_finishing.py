"""What is finished goes into the log, and the protocol counts from there."""

from datetime import timedelta

import pytest

from tests.factories import make_person
from wellbeing import activities
from wellbeing.models import Activity, Offer, Pause, WorkItem
from wellbeing.queue import asks, finishing
from wellbeing.queue.finishing import Finish
from wellbeing.queue.refusals import GoneMeanwhile


def finish(item, person, at, *, audio=20, minutes=60):
    return finishing.finish(
        item=item, by=person, said=Finish(at, minutes, audio), at=at
    )


def test_a_finished_recording_is_in_the_log_with_all_that_counts(desk, at):
    item = desk.taken(desk.tess, level="noted", topic=desk.loss)
    activity = finish(item, desk.tess, at, audio=25)
    assert (activity.kind, activity.code, activity.level) == (
        "transcription",
        "101",
        "noted",
    )
    assert (activity.audio_minutes, activity.minutes) == (25, 60)
    assert [(e.person, e.role) for e in activity.exposures.all()] == [
        (desk.tess, "transcriber")
    ]
    assert WorkItem.objects.get().activity == activity


def test_one_heavy_recording_brings_the_offer_at_once(desk, at):
    item = desk.taken(desk.tess, level="heavy", topic=desk.loss)
    finish(item, desk.tess, at)
    offer = Offer.objects.get(rule="audio")
    assert (offer.person, offer.subject[:8]) == (desk.tess, "counted:")


def test_a_second_reading_is_logged_as_one(desk, at):
    item = desk.taken(desk.mo, "T1", kind="coding", again=True, minutes=None)
    activity = finish(item, desk.mo, at, audio=None)
    assert (activity.kind, activity.again, activity.audio_minutes) == (
        "coding",
        True,
        None,
    )


def test_finishing_twice_is_once(desk, at):
    item = desk.taken(desk.tess)
    first = finish(item, desk.tess, at)
    assert finish(item, desk.tess, at + timedelta(minutes=1)) == first
    assert Activity.objects.count() == 1


def test_only_who_has_it_can_finish_it(desk, at):
    item = desk.taken(desk.tess)
    for person in (desk.uma, make_person("Nia Newcomer")):
        with pytest.raises(GoneMeanwhile):
            finish(item, person, at)
    assert Activity.objects.count() == 0


def test_what_was_given_back_cannot_be_finished(desk, at):
    item = desk.taken(desk.tess)
    asks.give_back(item=item, at=at)
    with pytest.raises(GoneMeanwhile):
        finish(item, desk.tess, at)


def test_a_pause_stops_no_log(desk, at):
    item = desk.taken(desk.tess)
    Pause.objects.create(study=desk.study, starts_on=at.date(), reason="a holiday")
    assert finish(item, desk.tess, at).logged_at == at


def test_a_log_that_is_taken_back_leaves_the_piece_with_them(desk, at):
    item = desk.taken(desk.tess)
    activities.take_back(activity=finish(item, desk.tess, at), by=desk.tess, at=at)
    assert WorkItem.objects.taken().get().person == desk.tess
    again = finish(WorkItem.objects.get(), desk.tess, at + timedelta(minutes=5))
    assert Activity.objects.done().get() == again
