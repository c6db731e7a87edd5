"""People who work for the study without an account, and the links in their mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from notifications.delivery import send_due
from notifications.models import Message
from sessions import booking as bookings
from sessions import requests
from sessions.models import Booking, SupportRequest
from tests.factories import join, make_person
from tests.words import without_ids
from wellbeing import looks
from wellbeing.models import (
    Activity,
    Offer,
    OutsideWorker,
    TopicRest,
    WorkItem,
    WorkPause,
)
from wellbeing.people.models import Contact, User
from wellbeing.purging import purge
from wellbeing.queue import asks, outside, room
from wellbeing.reconcile import reconcile_due
from wellbeing.views.work_links import _path

pytestmark = pytest.mark.usefixtures("clock")


def link(item):
    return _path(f"/my-work/link/{item.ask}/")


def door(worker):
    return _path(f"/my-work/yours/{OutsideWorker.objects.get(pk=worker.pk).door}/")


@pytest.fixture
def ola(desk):
    return desk.outside()


@pytest.fixture
def noted(desk, ola):
    """Ola is asked for a recording with a content note."""
    return desk.ask(desk.add(level="noted", topic=desk.loss), ola.person)


def test_scenario_48_an_outside_transcriber_says_not_this_topic(
    desk, ola, noted, client, at
):
    here = link(noted)
    page = client.get(here).content.decode()
    assert page.index("It holds: <b>loss</b>") < page.index("Recording 101")
    assert client.post(here, {"do": "not_this_topic"}).status_code == 302

    item = WorkItem.objects.get()
    assert (item.person, item.taken_at, item.ask) == (None, None, None)
    rest = TopicRest.objects.values().get()
    assert set(rest) == {"id", "person_id", "topic_id", "until"}

    over = client.get(here)
    assert over.status_code == 200
    assert "This link has done its work" in over.content.decode()
    client.post(here, {"do": "take"})
    assert WorkItem.objects.get().person is None

    later = desk.add("102", level="heavy", topic=desk.loss)
    names = [one.person.name for one in room.people_who_can(item=later, at=at)]
    assert names == ["Tess Tran", "Uma Unwin"]


def test_the_mail_goes_to_their_address_and_its_link_opens(desk, ola, noted, at):
    counts = send_due(clock=lambda: at)
    assert (counts.sent, mail.outbox[0].to) == (1, ["ola@example.org"])
    said = mail.outbox[0].body
    for word in ("101", "loss", "noted", "Transcripts"):
        assert word not in without_ids(said)
    found = re.search(r"Have a look: https?://[^/]+(\S+)", said)
    page = Client().get(found[1])
    assert "Would you take this on?" in page.content.decode()
    theirs = re.search(r"or a pause: https?://[^/]+(\S+)", said)
    assert "Paid minutes" in Client().get(theirs[1]).content.decode()


def test_opening_a_link_changes_nothing(desk, ola, noted, client):
    before = WorkItem.objects.values().get(), OutsideWorker.objects.values().get()
    for method in (client.get, client.head):
        method(link(noted))
        method(door(ola))
    after = WorkItem.objects.values().get(), OutsideWorker.objects.values().get()
    assert before == after


def test_a_link_that_we_never_sent_opens_nothing(noted, client):
    for path in (link(noted)[:-2] + "x/", f"/my-work/link/{noted.ask}/x/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"do": "take"}).status_code == 404


def test_taking_it_closes_the_link_and_opens_the_next(desk, ola, noted, client, at):
    here = link(noted)
    answer = client.post(here, {"do": "take"})
    item = WorkItem.objects.get()
    assert item.taken_at == at
    assert answer.headers["Location"] == link(item) != here
    assert "This link has done its work" in client.get(here).content.decode()
    assert Message.objects.get(template="work_yours").person == ola.person


def test_through_the_next_link_it_is_finished_or_handed_back(
    desk, ola, noted, client, at
):
    client.post(link(noted), {"do": "take"})
    here = link(WorkItem.objects.get())
    bad = client.post(here, {"do": "finish", "when": "now", "minutes": "0"})
    assert bad.status_code == 422
    good = {"do": "finish", "when": "now", "minutes": "70", "audio_minutes": "25"}
    client.post(here, good)
    client.post(here, good)
    activity = Activity.objects.get()
    assert (activity.audio_minutes, activity.minutes, activity.level) == (
        25,
        70,
        "noted",
    )
    assert "70 minutes of work, on 25 minutes" in client.get(
        door(ola)
    ).content.decode().replace("1 hour 10 minutes", "70 minutes")


def test_what_was_taken_on_can_be_handed_back(desk, ola, noted, client, at):
    client.post(link(noted), {"do": "take"})
    client.post(link(WorkItem.objects.get()), {"do": "back"})
    assert WorkItem.objects.waiting(at).count() == 1


def test_an_asking_that_ran_out_has_a_dead_link(noted, client, clock, at):
    clock(at + asks.ASK_LASTS)
    assert "This link has done its work" in client.get(link(noted)).content.decode()


def test_they_pause_and_are_asked_for_nothing(desk, ola, client, at):
    here = door(ola)
    client.post(here, {"do": "pause"})
    assert "This link has done its work" in client.get(here).content.decode()
    assert room.can_take(item=desk.add(), person=ola.person, at=at) is None
    client.post(door(ola), {"do": "go_on"})
    assert WorkPause.objects.count() == 0


def test_they_ask_for_a_talk_by_the_same_door_as_everybody(desk, ola, client, as_, at):
    data = {"do": "talk", "kind": "short_call", "holder": str(desk.jo.public_id)}
    here = door(ola)
    client.post(here, {**data, "modes": ["phone"]})
    client.post(here, data)
    asked = SupportRequest.objects.get()
    assert (asked.person, asked.holder, asked.kind) == (
        ola.person,
        desk.dr_jo,
        "short_call",
    )
    assert "Ola Outside" in as_(desk.jo).get("/requests/").content.decode()
    assert "Dr Jo Whitfield" in client.get(door(ola)).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "individual"},
        {"kind": "group"},
        {"kind": "quiet_time"},
        {"kind": "nonsense"},
        {"holder": "x"},
        {"holder": "00000000-0000-4000-8000-000000000000"},
        {"modes": ["carrier pigeon"]},
    ],
)
def test_only_what_the_protocol_offers_them_can_be_asked_for(desk, ola, client, data):
    good = {"do": "talk", "kind": "short_call", "holder": str(desk.jo.public_id)}
    answer = client.post(door(ola), good | data)
    assert answer.status_code in {302, 404, 422}
    assert SupportRequest.objects.count() == 0


def test_a_time_that_is_offered_is_kept_and_cancelled_by_link(desk, ola, client, at):
    client.post(
        door(ola),
        {"do": "talk", "kind": "short_call", "holder": str(desk.jo.public_id)},
    )
    booking = requests.offer_time(
        request=SupportRequest.objects.get(),
        start=at.replace(hour=9) + timedelta(days=1),
        mode="phone",
        until=at + timedelta(hours=15),
        reminders=[],
        by=desk.jo,
        at=at,
    )
    message = Message.objects.get(template="time_offered")
    assert message.person == ola.person
    here = _path(f"/bookings/{booking.public_id}/")
    page = client.get(here).content.decode()
    assert "A time is kept for you" in page
    assert "Dr Jo Whitfield" in page
    client.post(here, {"do": "keep"})
    client.post(here, {"do": "keep"})
    assert Booking.objects.get().agreed_at == at
    client.post(here, {"do": "cancel"})
    assert Booking.objects.get().freed_because == "by_person"
    assert client.get(here).status_code == 200
    assert client.get(f"/bookings/{booking.public_id}/").status_code == 302


def test_the_mail_of_a_kept_time_leads_to_that_page(desk, ola, client, at):
    made = bookings.book(
        supporter=desk.dr_jo,
        person=ola.person,
        kind="short_call",
        start=at.replace(hour=9) + timedelta(days=1),
        minutes=20,
        mode="phone",
        origin=None,
        reminders=[],
        by=ola.person,
        at=at,
    )
    send_due(clock=lambda: at)
    (theirs,) = [one for one in mail.outbox if one.to == ["ola@example.org"]]
    assert _path(f"/bookings/{made.public_id}/") in theirs.body
    assert "/settings/" not in theirs.body


def test_a_signed_booking_link_of_somebody_with_an_account_opens_nothing(
    desk, client, at
):
    made = bookings.book(
        supporter=desk.dr_jo,
        person=desk.tess,
        kind="short_call",
        start=at.replace(hour=9) + timedelta(days=1),
        minutes=20,
        mode="phone",
        origin=None,
        reminders=[],
        by=desk.tess,
        at=at,
    )
    here = _path(f"/bookings/{made.public_id}/")
    assert client.get(here).status_code == 404
    assert client.post(here, {"do": "cancel"}).status_code == 404


def test_they_can_never_sign_in(desk, ola, client):
    person = ola.person
    assert (person.email, person.has_usable_password()) == (None, False)
    for path in ("/accounts/password/reset/", "/accounts/login/code/"):
        client.post(path, {"email": "ola@example.org"})
    assert "_auth_user_id" not in client.session
    assert [one.to for one in mail.outbox if "reset" in one.subject.lower()] == []


def test_the_protocol_makes_no_offer_that_they_could_not_open(desk, ola, client, at):
    heavy = desk.ask(desk.add(level="heavy", topic=desk.loss), ola.person)
    client.post(link(heavy), {"do": "take"})
    client.post(
        link(WorkItem.objects.get()),
        {"do": "finish", "when": "now", "minutes": "70", "audio_minutes": "25"},
    )
    looks.mark_due(study=desk.study, people=[ola.person], at=at)
    reconcile_due(at=at)
    assert (Offer.objects.count(), Booking.objects.count()) == (0, 0)


def test_one_address_is_there_once(desk, ola):
    with pytest.raises(outside.AlreadyThere):
        desk.outside("Somebody Else", "OLA@example.org")
    member = join(desk.study, make_person("Pat Quigley"), "coder")
    with pytest.raises(outside.AlreadyThere):
        desk.outside("Pat Again", member.email)


def test_their_name_and_address_go_and_the_work_stays(desk, ola, noted, client, at):
    client.post(link(noted), {"do": "take"})
    still = purge(at=at + timedelta(days=90))
    assert (still.outside_workers, Contact.objects.count()) == (0, 1)
    client.post(
        link(WorkItem.objects.get()),
        {"do": "finish", "when": "now", "minutes": "70", "audio_minutes": "25"},
    )
    assert purge(at=at + timedelta(days=29)).outside_workers == 0
    old = door(ola)
    assert purge(at=at + timedelta(days=31)).outside_workers == 1
    assert purge(at=at + timedelta(days=32)).outside_workers == 0
    person = User.objects.get(pk=ola.person_id)
    assert (person.name, person.is_active) == ("Former outside worker", False)
    assert Contact.objects.count() == 0
    assert Activity.objects.get().audio_minutes == 25
    assert client.get(old).status_code == 200
    assert "done its work" in client.get(old).content.decode()
    assert room.can_take(item=desk.add("102"), person=person, at=at) is None


def test_an_open_request_keeps_their_address(desk, ola, client, at):
    client.post(
        door(ola),
        {"do": "talk", "kind": "short_call", "holder": str(desk.jo.public_id)},
    )
    assert purge(at=at + timedelta(days=31)).outside_workers == 0


def test_who_is_asked_no_more_loses_what_is_only_asked(desk, ola, noted, at):
    outside.end(worker=ola, at=at)
    assert WorkItem.objects.waiting(at).count() == 1
    assert Message.objects.get().state == "cancelled"


def test_what_was_with_them_goes_back_when_they_are_asked_no_more(
    desk, ola, noted, client, at
):
    client.post(link(noted), {"do": "take"})
    here = link(WorkItem.objects.get())
    outside.end(worker=ola, at=at)
    outside.end(worker=ola, at=at + timedelta(days=1))
    assert WorkItem.objects.waiting(at).count() == 1
    assert "done its work" in client.get(here).content.decode()
    assert room.can_take(item=desk.add("102"), person=ola.person, at=at) is None
    assert purge(at=at + timedelta(days=31)).outside_workers == 1


def test_whoever_is_signed_in_is_somebody_else(desk, ola, noted, as_):
    for person in (desk.lou, desk.tess):
        browser = as_(person)
        for here in (link(noted), door(ola)):
            assert "done its work" in browser.get(here).content.decode()
            browser.post(here, {"do": "take"})
            browser.post(here, {"do": "pause"})
    assert WorkItem.objects.get().taken_at is None
    assert WorkPause.objects.count() == 0


def test_a_link_for_somebody_with_an_account_opens_nothing(desk, client, at):
    item = desk.ask(desk.add(), desk.tess)
    assert "done its work" in client.get(link(item)).content.decode()
    client.post(link(item), {"do": "take"})
    assert WorkItem.objects.get().taken_at is None


def test_an_address_that_takes_no_mail_shows_nowhere(desk, ola, noted, as_, at):
    lou = as_(desk.lou)
    pages = ("/plan/queue/", f"/plan/queue/{noted.public_id}/", "/plan/outside/")
    before = [_bare(lou.get(page)) for page in pages]
    Contact.objects.update(email_suspended_at=at)
    Message.objects.update(state="dead", settled_at=at, reason="no such address")
    assert [_bare(lou.get(page)) for page in pages] == before


def _bare(answer):
    return re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )
