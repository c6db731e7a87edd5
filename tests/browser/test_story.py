"""The story that the demo is for: Ada logs interview 214, on a phone.

It is told twice, in two demos at the same instant: in one she keeps the pencilled
time, in the other she says "Not this time". What each of them sees is then compared.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.browser.demo import eventually
from tests.browser.windows import DESK, Window
from tests.words import without_ids

pytestmark = pytest.mark.browser

HALF_PAST_NINE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PHONE_OF_ADA = "+447700900101"
PROMISES = re.compile(r"(\d+) of (\d+)")


@dataclass
class Told:
    """One telling: Ada's window, and the load page before and after, as its HTML."""

    ada: Window
    lou: Window
    before: str
    after: str
    rows_before: dict[str, str]
    rows_after: dict[str, str]
    taps: int


@pytest.fixture(scope="module")
def both(demos):
    return demos(2)


@pytest.fixture(scope="module")
def kept(both, windows):
    return tell(both[0], windows, "Yes, keep this time for me")


@pytest.fixture(scope="module")
def declined(both, windows):
    return tell(both[1], windows, "Not this time")


def tell(demo, windows, answer):
    ada = windows(demo, "Ada Okafor")
    lou = windows(demo, "Lou Brennan", **DESK)
    before, rows_before = look_at_load(lou)
    ada.press("Log an interview")
    ada.choose(answer)
    ada.press("Save")
    taps = ada.taps
    after, rows_after = look_at_load(lou)
    return Told(ada, lou, before, after, rows_before, rows_after, taps)


def look_at_load(lou):
    """The page as the server sent it, and what each person's row says."""
    lou.open("/load/")
    rows = lou.said("table.load tbody tr")
    return lou.source("/load/"), {" ".join(row.split()[:2]): row for row in rows}


def without_numbers(page):
    """The page without its table's body and the count of offers that were made."""
    return PROMISES.sub("n of n", re.sub(r"(?s)<tbody>.*?</tbody>", "", page))


def week_of(row):
    return int(re.search(r"(\d+) interviews?, limit 3", row)[1])


def test_a_time_is_kept_in_three_taps_and_said_in_full(kept):
    assert kept.ada.heading == "This time is yours"
    assert kept.ada.said(".done > *") == [
        "This time is yours",
        "Tomorrow, Wednesday 25 November 9:30am to 10:20am",
        "By phone, with Dr Jo Whitfield. London time.",
    ]
    assert kept.taps == 3


def test_a_kept_time_is_in_the_calendar_as_busy_and_nothing_more(kept, both):
    def entries():
        return both[0].calendar_entries_to("ada@alongside.example")

    found = eventually(entries, lambda found: len(found) == 1)
    assert [(one.method, one.title, one.starts_at) for one in found] == [
        ("REQUEST", "Busy", HALF_PAST_NINE)
    ]


def test_a_kept_time_reaches_the_phone_in_one_text(kept, both):
    def texts():
        return both[0].texts_to(PHONE_OF_ADA)

    found = eventually(texts, lambda found: len(found) == 1)
    words = [re.sub(r"127\S+", "(link)", text) for text in found]
    assert words == [
        "Alongside: Your time: Wednesday 25 November, 9:30am, London time."
        " See or change: (link)"
    ]


def test_the_inbox_of_the_demo_shows_what_reached_her(kept):
    ada = kept.ada

    def inbox():
        ada.open("/demo/inbox/")
        return ada.page.locator(".mail").count(), ada.page.locator(".sms").count()

    assert eventually(inbox, lambda found: found == (1, 1)) == (1, 1)
    assert ada.said(".mail .fits > *") == [
        "For your calendar",
        "Busy: Tomorrow, Wednesday 25 November",
        "9:30am to 10:20am",
    ]
    [mail] = ada.said(".mail")
    assert [
        word for word in ("214", "debrief", "Jo") if word in without_ids(mail)
    ] == []


def test_her_psychologist_sees_the_time(kept, both, windows):
    jo = windows(both[0], "Dr Jo Whitfield")
    assert jo.said(".section .links li") == ["Ada Okafor, tomorrow, 9:30am, by phone"]
    jo.open("/week/")
    assert jo.said(".slot--agreed:has-text('Ada') > :nth-child(-n+2)") == [
        "9:30am to 10:20am",
        "Ada Okafor, by phone",
    ]
    assert "214" not in jo.words


def test_her_coordinator_sees_one_more_interview_and_nothing_else(kept):
    before, after = kept.rows_before, kept.rows_after
    # Gil facilitated, so it is his as well.
    moved = [name for name in before if before[name] != after[name]]
    assert moved == ["Ada Okafor", "Gil Torres"]
    risen = {name: week_of(after[name]) - week_of(before[name]) for name in moved}
    assert risen == {"Ada Okafor": 1, "Gil Torres": 1}
    assert without_numbers(kept.before) == without_numbers(kept.after)
    # Two offers were made, hers and his, and each had a time inside the promise.
    was = [int(number) for number in PROMISES.search(kept.before).groups()]
    now = [int(number) for number in PROMISES.search(kept.after).groups()]
    assert now == [number + 2 for number in was]


@pytest.mark.parametrize("telling", ["kept", "declined"])
def test_the_facilitator_has_his_own_offer_and_sees_nothing_of_hers(
    telling, both, windows, request
):
    request.getfixturevalue(telling)
    demo = both[0] if telling == "kept" else both[1]
    gil = windows(demo, "Gil Torres")
    offers = gil.page.locator(".links a").filter(has_text="Debrief")
    assert offers.count() == 1
    gil.follow(offers)
    assert gil.said(".why > p")[0] == (
        "Because you finished an interview today, Tuesday 24 November."
        " Your team’s protocol, version 2, part 1."
    )
    for path in ("/", "/support/", "/activities/"):
        gil.open(path)
        assert [name for name in ("Ada", "Jo Whitfield") if name in gil.words] == []


def test_not_this_time_is_taken_as_an_answer_and_nobody_is_told(declined, both):
    assert declined.ada.heading == "Not this time. That is fine."
    declined.ada.open("/support/")
    assert declined.ada.page.locator(".agenda").count() == 0
    assert both[1].texts_to(PHONE_OF_ADA) == []
    assert both[1].calendar_entries_to("ada@alongside.example") == []


def test_the_time_that_was_not_wanted_is_free_for_others(declined, both, windows):
    jo = windows(both[1], "Dr Jo Whitfield")
    assert "Ada" not in jo.words
    jo.open("/week/")
    assert "Ada" not in jo.words


def test_the_load_page_is_the_same_whatever_she_answered(kept, declined):
    assert kept.after == declined.after
    assert kept.after != kept.before


def log_another(person, code, answer=None):
    """Log an interview that nobody planned, from the form to the page after it."""
    person.open("/log/")
    person.tap(person.page.locator("label.choice:has([name=which][value=other])"))
    field = person.page.get_by_label("Code")
    if not field.is_visible():
        person.unfold("Its code")
    field.fill(code)
    if answer:
        person.choose(answer)
    person.press("Save")


def test_a_log_can_be_undone_and_its_pencilled_time_goes_back(both, windows):
    dev, lou = windows(both[1], "Dev Patel"), windows(both[1], "Lou Brennan", **DESK)
    _, before = look_at_load(lou)
    log_another(dev, "220")
    assert dev.heading.startswith("We keep a time for you until tomorrow, ")
    saved = dev.page.url
    [with_whom] = re.findall(r"with (Dr \w+ \w+)\.", dev.said(".done")[0])
    listener = windows(both[1], with_whom)
    listener.open("/week/")
    assert "Dev Patel" in listener.words
    risen = week_of(look_at_load(lou)[1]["Dev Patel"]) - week_of(before["Dev Patel"])
    assert risen == 1

    dev.press("Undo")
    assert dev.page.url == f"{both[1].url}/log/"
    assert "Taken back: it is no longer in your log." in dev.words
    assert look_at_load(lou)[1] == before
    assert dev.open(saved) == 404
    for path in ("/requests/", "/week/"):
        listener.open(path)
        assert "Dev" not in listener.words


def test_an_undone_log_leaves_the_time_that_was_kept(both, windows):
    esi = windows(both[1], "Esi Mensah")
    log_another(esi, "221", "Yes, keep this time for me")
    when = esi.said(".done__when")
    esi.press("Undo")
    esi.open("/support/")
    esi.follow(esi.page.get_by_role("link", name="See, change or cancel"))
    assert (esi.heading, esi.said(".done__when")) == ("This time is yours", when)


def test_a_time_is_kept_also_when_an_older_offer_is_still_open(both, windows):
    bem = windows(both[1], "Bem Adeyemi")
    log_another(bem, "222", "Yes, keep this time for me")
    assert bem.heading == "This time is yours"
