"""The pages of a study's life, for its coordinators alone."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wellbeing.stories import text_of
from wellbeing.models import Pause, Study, StudyChange
from wellbeing.views.life import STEPS

What = StudyChange.What
TODAY = date(2026, 9, 15)


@pytest.fixture
def page(agreed, clock):
    return f"/studies/{agreed.study.public_id}/life/"


def hidden(response):
    """The form as a browser sends it, without what a person fills in."""
    form = response.context["form"]
    return {
        name: str(form[name].value()) for name in form.fields if form[name].is_hidden
    }


def posted(browser, address, **filled):
    form = hidden(browser.get(address))
    return browser.post(
        address, {**form, "day": "2026-09-15", "reason": "New dates.", **filled}
    )


def test_a_coordinator_pauses_and_ends_the_pause(agreed, page, browse):
    lou = browse(agreed.lou)
    assert "It is active" in text_of(lou.get(page))
    answer = posted(lou, f"{page}pause/", meeting="as_before")
    assert (answer.status_code, answer.url) == (302, page)
    shown = text_of(lou.get(page))
    assert "It is paused" in shown
    assert "From 15 September 2026. New dates." in shown
    assert "Lou Brennan, Today, Tuesday 15 September" in shown
    assert posted(lou, f"{page}resume/", day="2026-09-20").status_code == 302
    assert Pause.objects.get().ends_on == date(2026, 9, 20)
    assert "Planning opens again on 20 September 2026" in text_of(lou.get(page))


def test_the_same_form_posted_twice_is_one_step_even_when_its_pause_is_gone(
    agreed, page, browse
):
    lou = browse(agreed.lou)
    posted(lou, f"{page}pause/", day="2026-09-20", meeting="apart")
    form = hidden(lou.get(f"{page}resume/"))
    sent = {**form, "day": "2026-09-15", "reason": "A slip."}
    answers = [lou.post(f"{page}resume/", sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Pause.objects.count() == 0
    assert StudyChange.objects.count() == 2


def test_of_two_coordinators_at_once_the_second_sees_what_the_first_did(
    agreed, page, browse
):
    lou, fay = browse(agreed.lou), browse(agreed.fay)
    forms = {who: hidden(who.get(f"{page}close/")) for who in (lou, fay)}
    sent = {"day": "2026-10-01", "reason": "Over."}
    lou.post(f"{page}close/", {**forms[lou], **sent})
    answer = fay.post(f"{page}close/", {**forms[fay], **sent, "day": "2026-10-08"})
    assert (answer.status_code, answer.url) == (302, page)
    assert "after you opened this page" in text_of(fay.get(page))
    assert Study.objects.get(pk=agreed.study.pk).closed_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("filled", "field", "words"),
    [
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "2026-02-30"}, "day", "Enter a day, like 16/09/2026."),
        ({"day": "9999-12-31"}, "day", "Choose a day within ten years of today."),
        ({"day": "2025-01-01"}, "day", "Planning was not open yet on that day."),
        ({"reason": ""}, "reason", "Write one sentence for the team."),
        ({"reason": "x" * 201}, "reason", "Keep it to 200 characters."),
        ({"meeting": "maybe"}, "meeting", "Choose one of the two."),
        ({"seen": "many"}, "seen", "Open the page again, please."),
        ({"submission": "x"}, "submission", "Open the page again, please."),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(
    agreed, page, browse, filled, field, words
):
    sent = {"meeting": "apart", **filled}
    answer = posted(browse(agreed.lou), f"{page}pause/", **sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [words]
    kept = answer.context["form"]["reason"].value()
    assert kept == filled.get("reason", "New dates.")
    assert Pause.objects.count() == 0


@pytest.mark.parametrize("step", STEPS)
def test_an_outsider_sees_nothing_and_takes_no_step(agreed, page, browse, step):
    for person in (agreed.charlie, agreed.ada, agreed.jo, agreed.sam):
        browser = browse(person)
        assert browser.get(page).status_code == 404
        assert browser.get(f"{page}{step}/").status_code == 404
        data = {"seen": 0, "submission": str(uuid4()), "day": "2026-09-15"}
        answer = browser.post(f"{page}{step}/", {**data, "reason": "x"})
        assert answer.status_code == 404
    assert StudyChange.objects.count() == 0


def test_an_unknown_study_and_an_unknown_step_are_the_same_404(agreed, page, browse):
    lou = browse(agreed.lou)
    assert lou.get(f"/studies/{uuid4()}/life/").status_code == 404
    assert lou.get(f"{page}explode/").status_code == 404


def test_a_step_that_does_not_follow_leads_back_to_the_page(agreed, page, browse):
    answer = browse(agreed.lou).get(f"{page}begin/")
    assert (answer.status_code, answer.url) == (302, page)


def test_every_link_of_the_page_opens_its_form(agreed, page, browse, take):
    take(What.PAUSED, TODAY)
    take(What.CLOSED, date(2026, 10, 1))
    lou = browse(agreed.lou)
    links = re.findall(rf'href="({page}[a-z-]+/)"', lou.get(page).content.decode())
    assert {link.split("/")[-2] for link in links} == {
        "pause",
        "resume",
        "finish",
        "close",
        "reopen",
        "end-support",
    }
    assert {lou.get(link).status_code for link in links} == {200}


def test_a_pause_can_rest_one_place_alone(agreed, page, browse, monkeypatch):
    places = {"north": "north (London time)", "south": "south (Nairobi time)"}
    monkeypatch.setattr("wellbeing.teams.places_of", lambda **_: places)
    lou = browse(agreed.lou)
    posted(lou, f"{page}pause/", site="south", meeting="apart")
    assert Pause.objects.get().site == "south"
    shown = text_of(lou.get(page))
    assert "It is active" in shown
    assert "At south alone, from 15 September 2026" in shown
    answer = posted(lou, f"{page}pause/", site="the moon", meeting="apart")
    assert answer.context["form"].errors["site"] == ["Choose one from the list."]


def test_the_list_of_studies_leads_to_it(agreed, page, browse):
    assert page in browse(agreed.lou).get("/studies/").content.decode()


def test_the_page_asks_no_more_of_the_database_for_more_steps(
    agreed, page, browse, take
):
    take(What.PAUSED, date(2026, 9, 1))
    lou = browse(agreed.lou)
    with CaptureQueriesContext(connection) as few:
        lou.get(page)
    take(What.RESUMED, date(2026, 9, 20), pause=Pause.objects.get(), by=agreed.fay)
    take(What.FINISHED, date(2026, 10, 1))
    with CaptureQueriesContext(connection) as many:
        lou.get(page)
    assert len(many) == len(few)


def test_the_team_reads_on_its_own_page_why_and_until_when(agreed, page, browse, take):
    take(What.PAUSED, TODAY)
    shown = text_of(browse(agreed.ada).get("/"))
    assert (
        "Community support is paused since 15 September 2026. The ethics board asked "
        "for it. Support goes on as before." in shown
    )
    take(What.CLOSED, TODAY)
    take(What.SUPPORT_ENDS, date(2026, 10, 30))
    shown = text_of(browse(agreed.ada).get("/"))
    assert "is paused" not in shown
    assert "is there up to and including 29 October 2026" in shown
    assert "Community support" not in text_of(browse(agreed.charlie).get("/"))
