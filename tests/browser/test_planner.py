"""Leave is entered on a phone, and new times are found, asked for and answered.

One demo on the same Tuesday morning, at 390 pixels.
"""

import re

import pytest

from tests.browser.demo import MORNING, eventually

pytestmark = pytest.mark.browser

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def demo(demos):
    return demos(1, at=MORNING)[0]


@pytest.fixture(scope="module")
def ada(demo, windows):
    """Ada has a time with Dr Jo on one of the coming days."""
    ada = windows(demo, "Ada Okafor")
    ada.open("/times/")
    jo = ada.page.locator("label.choice").filter(has_text="Dr Jo Whitfield")
    ada.tap(jo.last)
    ada.press("Keep the time I chose")
    assert ada.heading == "This time is yours"
    return ada


def fits(window):
    assert not window.page.evaluate(WIDE), f"{window.page.url} is wider than a phone"


def day_of(window):
    """The day of the booking on this page, like 2026-11-26."""
    moment = window.page.locator(".done__when time").get_attribute("datetime")
    return moment[:10]


def test_an_interviewer_changes_a_time_in_three_taps(ada):
    before, was, address = ada.taps, ada.said(".done__when"), ada.page.url
    ada.press("Choose a different time")
    fits(ada)
    ada.tap(ada.page.locator(".day .choice").nth(3))
    ada.press("Keep the time I chose")
    assert (ada.heading, ada.taps - before) == ("This time is yours", 3)
    assert ada.said(".done__when") != was
    assert ada.page.url == address
    fits(ada)


def test_leave_names_cover_and_shows_what_it_touches(ada, be):
    day = day_of(ada)
    jo = be("Dr Jo Whitfield")
    jo.open("/availability/time-off/")
    fits(jo)
    for name in ("first", "last"):
        jo.page.locator(f"[name={name}]").fill(day)
    jo.press("Save time off")
    assert "Choose who holds new requests while you are away." in jo.words
    jo.choose("Dr Kim Sato")
    jo.press("Save time off")
    assert "Ada Okafor" in jo.words
    fits(jo)
    jo.press("Save, and ask each person")
    assert jo.heading == "Your availability"
    assert "Cover: Dr Kim Sato" in jo.words
    touched = jo.page.locator("a[href^='/bookings/']").filter(has_text="Ada Okafor")
    assert touched.count() == 1
    fits(jo)


def test_new_times_are_found_in_the_background_and_asked_for(ada, be, demo):
    day, address = day_of(ada), ada.page.url
    lou = be("Lou Brennan")
    load = lou.source("/load/")
    jo = be("Dr Jo Whitfield")
    jo.open("/week/new-times/")
    fits(jo)
    for name in ("first", "last"):
        jo.page.locator(f"[name={name}]").fill(day)
    jo.tap(jo.page.locator("label.choice:has([name=also])").first)
    jo.press("Find new times")
    # The page looks again by itself while the worker searches.
    jo.page.get_by_role("heading", name="New times", exact=True).wait_for(
        timeout=30_000
    )
    fits(jo)
    line = jo.page.locator("li.card").filter(has_text="Ada Okafor")
    assert line.count() == 1
    assert re.search(r"The (time nearest|nearest time|first time)", line.inner_text())
    jo.follow(line.get_by_role("button"))
    assert "One person is asked now." in jo.words
    assert "Asked. No answer yet" in line.inner_text()

    [link] = eventually(
        lambda: demo.links_to("ada@alongside.example", "/new-time/"),
        lambda found: len(found) == 1,
    )
    ada.open(link)
    assert ada.heading == "Would another time do?"
    fits(ada)
    wanted = ada.said(".done__when")
    ada.press("Yes, this time suits me")
    assert (ada.heading, ada.page.url) == ("This time is yours", address)
    assert ada.said(".done__when") == wanted
    jo.page.reload()
    assert "Said yes" in line.inner_text()
    assert lou.source("/load/") == load
