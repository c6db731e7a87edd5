"""What happens on other days: other times, check-ins, requests, an old phone.

One demo on the same Tuesday morning; each test is about a person of its own.
"""

import re

import pytest

from tests.browser.demo import MORNING, eventually

pytestmark = pytest.mark.browser

ADA, CLEO, ESI = (f"{name}@alongside.example" for name in ("ada", "cleo", "esi"))


@pytest.fixture(scope="module")
def demo(demos):
    return demos(1, at=MORNING)[0]


def entries_to(demo, address, number):
    """The calendar entries that a person was mailed, once there are so many."""
    found = eventually(
        lambda: demo.calendar_entries_to(address), lambda found: len(found) >= number
    )
    assert len(found) == number, found
    return found


def when(window):
    [said] = window.said(".done__when")
    return said


def test_another_time_is_chosen_changed_cancelled_and_taken_back(be, demo):
    ada = be("Ada Okafor")
    ada.open("/log/")
    ada.choose("Show me other times")
    ada.press("Save")
    assert ada.heading == "Choose a time"
    ada.tap(ada.page.locator(".day .choice").first)
    ada.press("Keep the time I chose")
    assert ada.heading == "This time is yours"
    chosen = when(ada)
    [first] = entries_to(demo, ADA, 1)

    before = ada.taps
    ada.press("Choose a different time")
    ada.tap(ada.page.locator(".day .choice").nth(2))
    ada.press("Keep the time I chose")
    assert (ada.heading, ada.taps - before) == ("This time is yours", 3)
    moved = when(ada)
    assert moved != chosen
    [_, second] = entries_to(demo, ADA, 2)

    ada.press("Cancel this time")
    assert ada.heading == "This time was cancelled"
    [*_, third] = entries_to(demo, ADA, 3)

    ada.press("Undo")
    assert (ada.heading, when(ada)) == ("This time is yours", moved)
    told = entries_to(demo, ADA, 4)
    assert [one.method for one in told] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert {one.title for one in told} == {"Busy"}
    assert {one.uid for one in told} == {first.uid}
    assert [one.sequence for one in told] == sorted({one.sequence for one in told})
    assert first.starts_at != second.starts_at == third.starts_at == told[3].starts_at


def test_a_check_in_opens_from_its_mail_and_nobody_is_told(be, demo):
    lou = be("Lou Brennan")
    load = lou.source("/load/")
    [link] = eventually(
        lambda: [
            link for link in demo.links_to(CLEO, "/check-ins/") if "/stop/" not in link
        ],
        lambda found: len(found) == 1,
    )
    before = demo.rows("checkins_invitation"), demo.rows("checkins_answer")
    cleo = be()
    for _ in range(2):
        assert cleo.open(link) == 200
    assert (demo.rows("checkins_invitation"), demo.rows("checkins_answer")) == before

    for question in cleo.page.locator("fieldset").all():
        cleo.tap(question.locator("label.choice").first)
    cleo.press("Save")
    assert cleo.heading == "Thank you. Nobody has been told."
    answers = demo.rows("checkins_answer")
    assert len(answers) == len(before[1]) + 1
    cleo.open(link)
    assert cleo.heading == "This link has done its work"
    cleo.open("/check-ins/")
    assert cleo.heading == "Sign in"
    assert lou.source("/load/") == load


def test_a_request_is_answered_with_a_time_that_suits_both(be, demo):
    lou, jo = be("Lou Brennan"), be("Dr Jo Whitfield")
    load = lou.source("/load/")
    agreed_before = set(jo.said(".section .links li"))
    assert jo.said(".queue h2") == ["Esi Mensah"]
    jo.follow(jo.page.get_by_role("button", name="Unlock"))
    assert jo.said(".quote") == [
        "Thursdays are easiest. I would rather not start early."
    ]
    offered = jo.said(".fits strong")[0]
    jo.follow(jo.page.get_by_role("button", name=re.compile("^Offer .* to Esi$")))
    assert "nothing for you to do" in jo.said(".req__why")[0]

    esi = be("Esi Mensah")
    [link] = eventually(
        lambda: demo.links_to(ESI, "/bookings/"), lambda found: len(found) == 1
    )
    esi.open(link)
    assert esi.heading == "A time is kept for you"
    assert when(esi) == offered.replace(", 1", " 1").replace("November,", "November")
    esi.press("Keep this time")
    assert esi.heading == "This time is yours"

    jo.open("/requests/")
    assert jo.page.locator(".queue li").count() == 0
    [agreed] = set(jo.said(".section .links li")) - agreed_before
    assert agreed.startswith("Esi Mensah, ")
    assert lou.source("/load/") == load


def test_others_cannot_open_what_is_between_two_people(be, demo):
    gil = be("Gil Torres")
    for table, path in (
        ("support_sessions_booking", "bookings"),
        ("support_sessions_supportrequest", "requests"),
        ("checkins_invitation", "check-ins"),
    ):
        opened = [
            gil.open(f"/{path}/{public_id}/")
            for public_id in demo.ids_of_others(table, "gil@alongside.example")
        ]
        assert set(opened) == {404}, path


def test_without_any_script_the_form_does_all_that_it_does(be):
    mo = be("Mo Rahman", java_script_enabled=False)
    mo.open("/log/")
    mo.choose("A different one")
    mo.choose("Not this time")
    mo.press("Save")
    assert mo.heading == "Log an interview"
    assert mo.page.title() == "Error: Log an interview - Alongside"
    assert mo.page.locator("[name=talk][value=no]").is_checked()
    mo.page.get_by_label("Code").fill("230")
    mo.press("Save")
    assert mo.heading == "Not this time. That is fine."
    assert mo.said(".kv dd")[0].startswith("230")
    mo.press("Undo")
    assert "Taken back" in mo.words
