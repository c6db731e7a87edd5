"""A psychologist goes on leave on a phone, and a person chooses what suits them."""

import pytest

from tests.browser.demo import MORNING, eventually

pytestmark = pytest.mark.browser

ADA = "ada@alongside.example"
DAYS = {"First day away": "2026-11-25", "Last day away": "2026-12-11"}


@pytest.fixture(scope="module")
def demo(demos):
    return demos(1, at=MORNING)[0]


def test_leave_shows_what_it_touches_names_cover_and_asks_each_person(be, demo):
    ada = be("Ada Okafor")
    ada.open("/times/")
    ada.page.locator("select[name=who]").select_option("Dr Jo Whitfield")
    ada.press("Show")
    ada.tap(ada.page.locator(".day .choice").last)
    ada.press("Keep the time I chose")
    assert ada.heading == "This time is yours"

    lou, jo = be("Lou Brennan"), be("Dr Jo Whitfield")
    load = lou.source("/load/")
    jo.open("/availability/")
    jo.press("Add time off")
    for label, day in DAYS.items():
        jo.page.get_by_label(label).fill(day)
    jo.choose("Dr Kim Sato")
    jo.press("Save time off")
    touched = jo.said("main .card .links li")
    assert [line.split(",")[0] for line in touched] == ["Ada Okafor"]
    jo.press("Save, and ask each person")
    assert jo.heading == "Your availability"
    assert "Cover: Dr Kim Sato" in jo.page.locator("aside").inner_text()
    assert jo.said("aside .links li") == touched

    [link] = eventually(
        lambda: [one for one in demo.links_to(ADA, "/bookings/") if "/away/" in one],
        lambda found: len(found) == 1,
    )
    ada.open(link)
    assert ada.heading == "What suits you instead?"
    before = ada.taps
    cover = ada.page.locator("section", has_text="who stands in")
    ada.tap(cover.locator(".choice").first)
    ada.press("Keep the time I chose")
    assert (ada.heading, ada.taps - before) == ("This time is yours", 2)
    assert "Dr Kim Sato" in ada.page.locator(".done").inner_text()

    jo.open("/availability/")
    assert jo.said("aside .links li") == []
    assert lou.source("/load/") == load
