"""A psychologist goes on leave on a phone, and a person chooses what suits them."""

import re

import pytest

from tests.browser.demo import MORNING, eventually

pytestmark = pytest.mark.browser

DAYS = {"First day away": "2026-11-30", "Last day away": "2026-12-04"}


@pytest.fixture(scope="module")
def demo(demos):
    return demos(1, at=MORNING)[0]


def test_leave_shows_what_it_touches_names_cover_and_asks_each_person(be, demo):
    lou, jo = be("Lou Brennan"), be("Dr Jo Whitfield")
    load = lou.source("/load/")
    jo.open("/availability/")
    jo.press("Add time off")
    for label, day in DAYS.items():
        jo.page.get_by_label(label).fill(day)
    jo.choose("Dr Kim Sato")
    jo.press("Save time off")
    touched = jo.said("main .card .links li")
    assert touched != []
    jo.press("Save, and ask each person")
    assert jo.heading == "Your availability"
    assert "Cover: Dr Kim Sato" in jo.page.locator("aside").inner_text()
    assert len(jo.said("aside .links li")) == len(touched)

    who = touched[0].split(",")[0]
    address = f"{who.split()[0].lower()}@alongside.example"
    [link] = eventually(
        lambda: [
            one for one in demo.links_to(address, "/bookings/") if "/away/" in one
        ],
        lambda found: len(found) == 1,
    )
    person = be(who)
    person.open(link)
    assert person.heading == "What suits you instead?"
    before = person.taps
    cover = person.page.locator("section", has_text="who stands in")
    person.tap(cover.locator(".choice").first)
    person.press("Keep the time I chose")
    assert (person.heading, person.taps - before) == ("This time is yours", 2)
    assert re.search("Dr Kim Sato", person.page.locator(".done").inner_text())

    jo.open("/availability/")
    assert len(jo.said("aside .links li")) == len(touched) - 1
    assert lou.source("/load/") == load
