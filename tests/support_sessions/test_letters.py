"""Every message of this app can be written, and says neither who nor why."""

from datetime import timedelta

from notifications import rendering
from notifications.models import Message
from sessions import booking as bookings
from sessions import requests
from tests.support_sessions.test_requests import ask, offer
from tests.support_sessions.times import book, sept

TEMPLATES = {
    "booking_agreed",
    "booking_cancelled",
    "booking_cancelled_by_us",
    "booking_moved",
    "booking_reminder",
    "request_for_cover",
    "request_new",
    "time_offered",
}


def test_all_letters_can_be_written_and_name_nobody(team, at):
    ask(team, at, note="About my sister.")
    requests.ask_cover(at=at + timedelta(hours=4))
    offer(team, at, ask(team, at, person=team.bem), sept(25, 10))
    made = book(team, at=at, start=sept(24, 10))
    made = bookings.move(
        booking=made, start=sept(24, 14), mode="video", by=team.ada, at=at
    )
    bookings.cancel(booking=made, by=team.jo, at=at)
    rows = list(Message.objects.select_related("person"))
    assert {row.template for row in rows} == TEMPLATES
    for row in rows:
        letter = rendering.letter(row, at=at, to=row.person.email)
        words = f"{letter.subject} {letter.text} {letter.html} {letter.calendar}"
        for private in ("Ada", "Okafor", "Whitfield", "individual", "sister"):
            names_the_reader = private in row.person.name
            assert names_the_reader or private not in words
