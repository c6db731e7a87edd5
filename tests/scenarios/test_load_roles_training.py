"""Load, roles and training (scenarios 21, 23, 24 and 26)."""

from uuid import uuid4

import pytest

from tests.scenarios.cast import STEPS, london
from tests.scenarios.conftest import PAGES, masked, words_of
from wellbeing.models import Activity, Correction, Offer, PastLimit

REASON = "Only this day suits, and Bem knows the place."


def plan_form(cast, person, day, **more):
    return {
        "study": cast.study.public_id,
        "code": "209",
        "interviewer": person.public_id,
        "facilitator": "",
        "day": day,
        "start_time": "14:00",
        "minutes": "60",
        "mode": "teams",
        "submission": uuid4(),
        "reason": REASON,
    } | more


class TestScenario21:
    """Bem has 3 interviews in the last 7 days; Lou plans a fourth inside the window."""

    @pytest.fixture
    def bem(self, cast, story):
        cast.prepare(cast.ada, cast.bem, cast.fay)
        for day in ("11", "14", "15"):
            cast.interviewed(cast.bem, f"2020-09-{day} 12:00")
        story.it_is("2020-09-15 16:00")
        return story.browser_of(cast.bem)

    def asks(self, cast, story):
        lou = story.browser_of(cast.lou)
        lou.post("/plan/past-limit/", plan_form(cast, cast.bem, "2020-09-17"))
        return PastLimit.objects.get()

    def say(self, browser, wish, door, word):
        address = f"/asked/{wish.public_id}/{door}/"
        return browser.post(address, {"word": word})

    def test_planning_stops_and_shows_the_ways_on(self, cast, bem, story):
        lou = story.browser_of(cast.lou)
        page = lou.post("/plan/", plan_form(cast, cast.bem, "2020-09-17"))
        assert page.status_code == 422
        said = words_of(page)
        assert "Planning stops at this limit" in said
        assert "This would be number 4 in 7 days. The limit is 3." in said
        assert [value for value, _ in page.context["days"]] == [
            "2020-09-18",
            "2020-09-21",
            "2020-09-22",
        ]
        assert cast.ada in page.context["room"]
        assert "Ask to go past the limit" in said
        assert Activity.objects.planned().count() == 0

    def test_bem_sees_who_asked_and_why(self, cast, bem, story, letters):
        wish = self.asks(cast, story)
        page = bem.reads(f"/asked/{wish.public_id}/")
        assert "Lou Brennan asks whether this interview may be planned for you" in page
        assert REASON in page
        story.time_passes("2020-09-15 16:01")
        assert "Somebody asks for your yes" in letters(cast.bem)

    def test_it_takes_bems_yes_and_another_coordinators(self, cast, bem, story):
        wish = self.asks(cast, story)
        fay = story.browser_of(cast.fay)
        self.say(fay, wish, "decide", "yes")
        assert Activity.objects.planned().count() == 0
        self.say(bem, wish, "answer", "yes")
        [planned] = Activity.objects.planned()
        assert planned.starts_at == london("2020-09-17 14:00")

    @pytest.mark.parametrize("door", ["answer", "decide"])
    def test_a_no_needs_no_reason_and_both_look_the_same(self, cast, bem, story, door):
        wish = self.asks(cast, story)
        browser = bem if door == "answer" else story.browser_of(cast.fay)
        self.say(browser, wish, door, "no")
        assert Activity.objects.planned().count() == 0
        page = story.browser_of(cast.lou).reads(f"/asked/{wish.public_id}/")
        assert "It is not planned." in page
        assert "said no" not in page

    def test_a_fourth_that_has_happened_is_logged_and_offered_all_the_same(
        self, cast, bem, story
    ):
        story.it_is("2020-09-17 15:00")
        bem.logs()
        assert Activity.objects.done().count() == 4
        assert cast.offer_of(cast.bem).made_at == story.now


class TestScenario23:
    """Fay, who coordinates, would go past her own limit."""

    @pytest.fixture
    def fay(self, cast, story):
        cast.prepare(cast.fay)
        for day in ("11", "14", "15"):
            cast.interviewed(cast.fay, f"2020-09-{day} 12:00")
        story.it_is("2020-09-15 16:00")
        return story.browser_of(cast.fay)

    def test_she_cannot_and_it_goes_to_lou(self, cast, fay, story):
        page = fay.post("/plan/", plan_form(cast, cast.fay, "2020-09-17"))
        assert page.status_code == 422
        fay.post("/plan/past-limit/", plan_form(cast, cast.fay, "2020-09-17"))
        wish = PastLimit.objects.get()
        decide = f"/asked/{wish.public_id}/decide/"
        fay.post(decide, {"word": "yes"})
        assert (PastLimit.objects.get().decided_yes, planned_count()) == (None, 0)
        lou = story.browser_of(cast.lou)
        assert "Yes, plan it" in lou.reads(f"/asked/{wish.public_id}/")
        lou.post(decide, {"word": "yes"})
        assert planned_count() == 1

    def test_lou_sees_nothing_of_her_support(self, cast, fay, story):
        lou = story.browser_of(cast.lou)
        before = [masked(lou.get(page)) for page in PAGES]
        offer = cast.offer_of(cast.fay)
        slot = fay.get("/times/", {"offer": offer.public_id}).context["times"]
        fay.post("/times/", {"offer": offer.public_id, "slot": slot.first_any.value})
        assert Offer.objects.get(pk=offer.pk).accepted_at == story.now
        assert [masked(lou.get(page)) for page in PAGES] == before
        assert lou.get(f"/offers/{offer.public_id}/").status_code == 404

    def test_nor_does_she_of_anybody_else_as_coordinator(self, cast, fay, story):
        cast.interviewed(cast.ada, "2020-09-15 12:00")
        offer = cast.offer_of(cast.ada)
        pages = ("/load/", "/plan/", "/people/")
        before = [masked(fay.get(page)) for page in pages]
        story.browser_of(cast.ada).post(f"/offers/{offer.public_id}/not-now/")
        assert [masked(fay.get(page)) for page in pages] == before
        assert fay.get(f"/offers/{offer.public_id}/").status_code == 404


def planned_count():
    return Activity.objects.planned().count()


class TestScenario24:
    """Esi has no live observation noted; Fay plans Esi's interview."""

    @pytest.fixture
    def cast(self, cast, story):
        steps = [step for step in STEPS if step != "live_observation"]
        cast.prepare(cast.esi, steps=[*steps, "remote_refresher"])
        story.it_is("2020-09-15 12:00")
        return cast

    def test_planning_stops_with_the_missing_step_and_how_to_do_it(self, cast, story):
        fay = story.browser_of(cast.fay)
        page = fay.post("/plan/", plan_form(cast, cast.esi, "2020-09-17"))
        assert page.status_code == 422
        said = words_of(page)
        assert "Esi Mensah, interviewer: live observation." in said
        assert "Sit in on one interview as an observer." in said
        assert Activity.objects.planned().count() == 0

    def test_what_has_happened_is_saved_and_both_read_a_neutral_note(self, cast, story):
        esi, fay = story.browser_of(cast.esi), story.browser_of(cast.fay)
        esi.logs()
        assert Activity.objects.done().count() == 1
        assert cast.offer_of(cast.esi).made_at == story.now
        noted = fay.get("/plan/").context["notes"]
        assert [(one.person, one.called) for one in noted] == [
            (cast.esi, "live observation")
        ]
        assert "Their log stands as it is." in fay.reads("/plan/")
        own = esi.reads("/prepared/")
        assert "live observation" in own.lower()
        for word in ("overdue", "missed", "failed", "breach"):
            assert word not in own.lower()

    def test_who_has_observed_one_has_done_the_step(self, cast, story):
        cast.interviewed(cast.esi, "2020-09-14 12:00", role="observer")
        fay = story.browser_of(cast.fay)
        fay.post("/plan/", plan_form(cast, cast.esi, "2020-09-17"))
        assert Activity.objects.planned().count() == 1


class TestScenario26:
    """A Teams interview under version 2 is logged with no facilitator."""

    @pytest.fixture
    def ada(self, cast, story):
        story.it_is("2020-09-15 16:00")
        return story.browser_of(cast.ada)

    def page_of(self, row):
        return f"/activities/{row.public_id}/"

    def answers(self, browser, row, who):
        return browser.post(f"{self.page_of(row)}there-too/", {"who": who})

    def logged(self, ada, mode="teams"):
        ada.logs(mode=mode)
        return Activity.objects.done().get()

    def test_it_is_saved_offered_and_asked_about_once(self, cast, ada, story):
        row = self.logged(ada)
        assert cast.offer_of(cast.ada).made_at == story.now
        assert "Was a facilitator there as well?" in ada.reads(self.page_of(row))
        self.answers(ada, row, "nobody")
        assert "facilitator there as well" not in ada.reads(self.page_of(row))
        assert [one.person for one in row.exposures.all()] == [cast.ada]

    def test_who_was_there_too_has_his_own_offer_from_then_on(self, cast, ada, story):
        row = self.logged(ada)
        page = ada.get(self.page_of(row))
        assert page.context["could"] == [cast.gil]
        self.answers(ada, row, cast.gil.public_id)
        self.answers(ada, row, cast.gil.public_id)
        there = [(one.person, one.role) for one in row.exposures.order_by("pk")]
        assert there == [(cast.ada, "interviewer"), (cast.gil, "facilitator")]
        assert cast.offer_of(cast.gil).made_at == story.now
        assert Correction.objects.get().by == cast.ada

    def test_a_name_that_was_not_on_the_page_changes_nothing(self, cast, ada, story):
        row = self.logged(ada)
        for who in (cast.charlie.public_id, cast.lou.public_id, "", "<b>", "0"):
            self.answers(ada, row, who)
        assert row.exposures.count() == 1
        assert "facilitator there as well" in ada.reads(self.page_of(row))

    def test_the_coordinators_read_a_neutral_line_whatever_is_answered(
        self, cast, ada, story
    ):
        lou = story.browser_of(cast.lou)
        row = self.logged(ada)
        before = masked(lou.get("/plan/"))
        assert "Tuesday 15 September: no facilitator in the log." in lou.reads("/plan/")
        self.answers(ada, row, "nobody")
        assert masked(lou.get("/plan/")) == before
        for word in ("overdue", "missed", "failed", "breach", "must"):
            assert word not in " ".join(before).lower()

    def test_nobody_else_is_asked_or_can_answer(self, cast, ada, story):
        cast.interviewed(cast.bem, "2020-09-15 15:00", others=((cast.fay, "observer"),))
        row = Activity.objects.done().get()
        fay, charlie = story.browser_of(cast.fay), story.browser_of(cast.charlie)
        assert "facilitator there as well" not in fay.reads(self.page_of(row))
        assert charlie.get(self.page_of(row)).status_code == 404
        for browser in (fay, charlie, story.browser_of(cast.lou)):
            assert self.answers(browser, row, cast.gil.public_id).status_code == 404
        assert row.exposures.count() == 2

    @pytest.mark.parametrize("mode", ["phone", "in_person"])
    def test_no_question_is_asked_where_nobody_else_is_expected(self, ada, story, mode):
        row = self.logged(ada, mode)
        assert "there as well" not in ada.reads(self.page_of(row))

    def test_with_a_facilitator_no_question_is_asked(self, cast, ada, story):
        row = cast.interviewed(
            cast.ada, "2020-09-15 15:00", others=((cast.gil, "facilitator"),)
        )
        assert "there as well" not in ada.reads(self.page_of(row))
        assert "Who else took part" not in story.browser_of(cast.lou).reads("/plan/")

    def test_under_version_1_no_question_is_asked(self, cast, ada, story):
        row = cast.interviewed(cast.ada, "2020-07-26 15:00")
        assert "there as well" not in ada.reads(self.page_of(row))
        assert "Who else took part" not in story.browser_of(cast.lou).reads("/plan/")
