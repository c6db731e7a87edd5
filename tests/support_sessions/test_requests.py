"""Somebody holds every request from its first moment, and covers when they are late."""

from datetime import date, timedelta

import pytest

from notifications.models import STILL_HERE, Message
from sessions import availability, requests
from sessions import booking as bookings
from sessions.models import Booking, SupportRequest
from sessions.taking import TimeTaken
from tests.support_sessions.times import book, sept
from wellbeing.vault.sealing import NotForYou


def ask(team, at, *, person=None, holder=None, **extra):
    asked = {
        "kind": "individual",
        "minutes": 50,
        "modes": ["phone", "video"],
        "promised_by": at + timedelta(days=2),
        "answer_due": at + timedelta(hours=4),
        "reminders": [["PT2H", "email"]],
    } | extra
    return requests.ask(
        person=person or team.ada, holder=holder or team.dr_jo, at=at, **asked
    )


def offer(team, at, request, start):
    return requests.offer_time(
        request=request,
        start=start,
        mode="phone",
        until=start - timedelta(hours=2),
        reminders=request.reminders,
        by=team.jo,
        at=at,
    )


def waiting(person):
    rows = Message.objects.filter(person=person, state__in=STILL_HERE)
    return list(rows.order_by("pk").values_list("template", flat=True))


def test_a_request_has_a_holder_who_is_told(team, at):
    made = ask(team, at)
    assert (made.holder, made.held_since) == (team.dr_jo, at)
    assert waiting(team.jo) == ["request_new"]
    message = Message.objects.get()
    assert message.context == {"path": "/requests/"}


def test_the_same_form_twice_is_one_request(team, at):
    assert ask(team, at, origin="ask:1") == ask(team, at, origin="ask:1")
    assert SupportRequest.objects.count() == 1


def test_while_the_holder_is_away_cover_holds_new_requests(team, at):
    availability.add_time_off(
        supporter=team.dr_jo,
        first=date(2026, 9, 15),
        last=date(2026, 9, 18),
        cover=None,
        at=at,
    )
    assert ask(team, at).holder == team.dr_kim
    assert ask(team, at, person=team.kim).holder == team.dr_jo


def test_a_note_opens_for_the_holder_alone(team, at):
    made = ask(team, at, note="It is about my sister.")
    assert requests.read_note(request=made, reader=team.jo) == "It is about my sister."
    with pytest.raises(NotForYou):
        requests.read_note(request=made, reader=team.kim)
    assert "sister" not in str(list(Message.objects.values()))


def test_offering_a_time_answers_the_request_and_tells_the_person(team, at):
    made = ask(team, at)
    kept = offer(team, at, made, sept(24, 10))
    made.refresh_from_db()
    assert (made.answered_at, made.booking) == (at, kept)
    assert waiting(team.jo) == []
    assert waiting(team.ada) == ["time_offered"]
    assert Message.objects.get(person=team.ada).context == {
        "starts_at": sept(24, 10).isoformat(),
        "ends_at": sept(24, 10, 50).isoformat(),
        "until_at": sept(24, 8).isoformat(),
        "path": f"/bookings/{kept.public_id}/",
        "mode": "phone",
        "with_id": team.jo.pk,
    }


def test_another_offer_takes_the_place_of_the_first(team, at):
    made = ask(team, at)
    first = offer(team, at, made, sept(24, 10))
    second = offer(team, at, made, sept(24, 10))
    first.refresh_from_db()
    assert first.freed_because == "released"
    assert second.freed_at is None
    assert waiting(team.ada) == ["time_offered"]


def test_when_the_offered_time_is_taken_the_first_offer_stands(team, at):
    made = ask(team, at)
    first = offer(team, at, made, sept(24, 10))
    book(team, at=at, start=sept(25, 10), person=team.bem)
    with pytest.raises(TimeTaken):
        offer(team, at, made, sept(25, 10))
    first.refresh_from_db()
    assert first.freed_at is None


def test_keeping_the_offered_time_shows_as_newly_agreed(team, at):
    made = ask(team, at)
    kept = offer(team, at, made, sept(24, 10))
    agreed = requests.keep(booking=kept, by=team.ada, at=at)
    assert SupportRequest.objects.get().booking == agreed
    with pytest.raises(requests.AnsweredMeanwhile):
        offer(team, at, made, sept(25, 10))


def test_a_time_taken_without_asking_is_recorded_once_as_answered(team, at):
    booking = book(team, at=at, start=sept(24, 10))
    first = requests.booked(person=team.ada, booking=booking, at=at)
    again = requests.booked(person=team.ada, booking=booking, at=at)
    assert first == again
    assert (first.holder, first.answered_at, first.minutes) == (team.dr_jo, at, 50)


def test_not_this_time_closes_the_request(team, at):
    made = ask(team, at)
    kept = offer(team, at, made, sept(24, 10))
    bookings.decline(booking=kept, by=team.ada, at=at)
    made.refresh_from_db()
    assert made.closed_at == at


def test_closing_frees_the_time_and_takes_the_message_back(team, at):
    made = ask(team, at)
    kept = offer(team, at, made, sept(24, 10))
    requests.close(request=made, at=at)
    requests.close(request=made, at=at + timedelta(hours=1))
    made.refresh_from_db()
    kept.refresh_from_db()
    assert (made.closed_at, kept.freed_because) == (at, "released")
    assert waiting(team.ada) == []
    assert waiting(team.jo) == []


def test_an_unanswered_request_goes_to_cover_once(team, at):
    made = ask(team, at)
    ask(team, at, person=team.bem, holder=team.dr_kim)
    assert requests.ask_cover(at=at + timedelta(hours=3)) == 0
    late = at + timedelta(hours=4)
    assert requests.ask_cover(at=late) == 1
    assert requests.ask_cover(at=late) == 0
    made.refresh_from_db()
    assert (made.holder, made.cover_asked_at) == (team.dr_jo, late)
    assert waiting(team.kim) == ["request_new", "request_for_cover"]


def test_an_answered_request_never_goes_to_cover(team, at):
    offer(team, at, ask(team, at), sept(24, 10))
    assert requests.ask_cover(at=at + timedelta(days=1)) == 0


def test_cover_who_asked_is_not_asked_about_their_own_request(team, at):
    ask(team, at, person=team.kim)
    assert requests.ask_cover(at=at + timedelta(days=1)) == 0


def test_cover_holds_it_only_with_the_persons_yes(team, at):
    made = ask(team, at, note="Only for whom I choose.")
    yes = {"request": made, "cover": team.dr_kim, "at": at + timedelta(hours=5)}
    with pytest.raises(requests.NotTheirCover):
        requests.take_over(by=team.ada, **yes)
    requests.ask_cover(at=at + timedelta(hours=4))
    with pytest.raises(requests.NotTheirCover):
        requests.take_over(by=team.kim, **yes)
    requests.take_over(by=team.ada, **yes)
    made.refresh_from_db()
    assert made.holder == team.dr_kim
    note = requests.read_note(request=made, reader=team.kim)
    assert note == "Only for whom I choose."
    with pytest.raises(NotForYou):
        requests.read_note(request=made, reader=team.jo)
    assert waiting(team.kim) == ["request_new"]


def test_a_yes_to_cover_comes_too_late_once_it_was_answered(team, at):
    made = ask(team, at)
    requests.ask_cover(at=at + timedelta(hours=4))
    offer(team, at + timedelta(hours=4), made, sept(24, 10))
    with pytest.raises(requests.AnsweredMeanwhile):
        requests.take_over(
            request=made, cover=team.dr_kim, by=team.ada, at=at + timedelta(hours=5)
        )


def test_requests_close_when_their_time_is_over(team, at):
    made = ask(team, at)
    requests.keep(booking=offer(team, at, made, sept(24, 10)), by=team.ada, at=at)
    assert requests.close_past(at=sept(24, 10, 49)) == 0
    assert requests.close_past(at=sept(24, 10, 50)) == 1


def test_an_undone_cancel_opens_the_request_again(team, at):
    made = ask(team, at)
    kept = requests.keep(
        booking=offer(team, at, made, sept(24, 10)), by=team.ada, at=at
    )
    freed = bookings.cancel(booking=kept, by=team.ada, at=at)
    made.refresh_from_db()
    assert made.closed_at == at
    bookings.restore(booking=freed, by=team.ada, at=at)
    made.refresh_from_db()
    assert made.closed_at is None
    assert Booking.objects.count() == 1
