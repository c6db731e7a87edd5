"""The support side under strain (scenarios 11, 15, 19 and 20)."""

import pytest

from notifications.models import Message
from sessions.models import (
    Booking,
    Supporter,
    SupportRequest,
    TimeOff,
    UsualSupporter,
)
from tests.scenarios.cast import london
from tests.scenarios.conftest import PAGES, masked, words_of
from wellbeing import facts, offers
from wellbeing.models import ServiceAlert


class TestScenario11:
    """As scenario 1, but Dr Jo has no time left inside what was promised."""

    @pytest.fixture
    def ada(self, cast, story):
        cast.take(cast.ada, cast.dr_jo, "2020-09-01 11:00", at="2020-08-31 12:00")
        for day in ("16", "17"):
            for person, hour in zip(
                (cast.bem, cast.cleo, cast.dev, cast.esi, cast.fay),
                ("09:30", "11:00", "13:00", "14:30", "16:00"),
                strict=True,
            ):
                start = f"2020-09-{day} {hour}"
                cast.take(person, cast.dr_jo, start, at="2020-09-14 12:00")
        story.it_is("2020-09-15 17:00")
        return story.browser_of(cast.ada)

    def test_ada_sees_the_truth_before_she_saves(self, ada):
        page = ada.reads("/log/")
        assert "We have no time inside what your team promised." in page
        assert "That is ours to put right." in page

    def test_all_the_ways_stand_side_by_side_and_nothing_is_reassigned(self, cast, ada):
        ada.logs(minutes="95")
        offer = cast.offer_of(cast.ada)
        assert (offer.booking, offer.time_in_window) == (None, False)
        page = ada.get("/times/", {"offer": offer.public_id})
        times = page.context["times"]
        assert times.first_known.supporter == cast.dr_jo
        assert times.first_known.slot.start == london("2020-09-18 09:30")
        assert times.first_any.slot.start < london("2020-09-16 17:00")
        assert set(times.people) == {cast.dr_jo, cast.dr_kim, cast.peer, cast.dr_noor}
        assert [kind for kind, _ in page.context["kinds"]] == [
            "debrief",
            "short_call",
            "peer",
            "outside",
        ]
        kim = ada.get("/times/", {"who": cast.kim.public_id}).context["times"]
        assert kim.days[0].date == london("2020-09-16 12:00").date()
        assert SupportRequest.objects.filter(holder=cast.dr_kim).count() == 0
        assert (
            Booking.objects.filter(person=cast.ada, supporter=cast.dr_kim).count() == 0
        )

    def test_cover_hears_at_once_and_the_lead_next_morning_without_a_name(
        self, cast, ada, story, letters
    ):
        ada.logs(minutes="95")
        story.time_passes("2020-09-15 17:01", "2020-09-15 21:00")
        assert letters(cast.kim) == ["There was no free time"]
        assert letters(cast.sam) == []
        story.time_passes("2020-09-16 09:00")
        assert letters(cast.sam) == ["1 note about the service"]
        page = story.browser_of(cast.sam).reads("/alerts/")
        assert "No time was free inside the promised window" in page
        told = Message.objects.filter(person__in=[cast.sam, cast.kim])
        for words in (page, *(str(one.context) for one in told)):
            assert "Ada" not in words
            assert "Okafor" not in words

    def test_lou_hears_nothing(self, cast, ada, story, letters):
        ada.logs(minutes="95")
        story.time_passes("2020-09-15 17:01", "2020-09-16 09:00")
        assert letters(cast.lou) == []
        assert story.browser_of(cast.lou).get("/alerts/").status_code == 404
        assert ServiceAlert.objects.count() == 1


class TestScenario12:
    """Dr Jo is on leave from 5 to 16 Oct 2020, and enters it on 10 Sep."""

    LEAVE = {"first": "2020-10-05", "last": "2020-10-16"}

    @pytest.fixture
    def jo(self, cast, story):
        cast.take(cast.ada, cast.dr_jo, "2020-10-07 11:00", at="2020-09-09 12:00")
        cast.take(cast.bem, cast.dr_jo, "2020-10-19 11:00", at="2020-09-09 12:00")
        Supporter.objects.filter(pk=cast.dr_jo.pk).update(cover=None)
        story.it_is("2020-09-10 12:00")
        return story.browser_of(cast.jo)

    def enters(self, jo, cast):
        return jo.post(
            "/availability/time-off/", self.LEAVE | {"cover": cast.kim.public_id}
        )

    def test_without_cover_it_is_refused_with_a_sentence(self, cast, jo):
        page = jo.post("/availability/time-off/", self.LEAVE)
        said = "Choose who holds new requests while you are away."
        assert said in words_of(page)
        assert TimeOff.objects.count() == 0

    def test_the_times_in_it_are_listed_and_stay_agreed(self, cast, jo):
        assert self.enters(jo, cast).status_code == 302
        page = jo.get("/availability/")
        [touched] = page.context["touched"]
        assert (touched.person, touched.freed_at) == (cast.ada, None)
        assert Booking.objects.holding(london("2020-09-10 12:00")).count() == 2

    def test_who_asks_dr_jo_meanwhile_has_dr_kim_from_the_first_moment(
        self, cast, jo, story
    ):
        self.enters(jo, cast)
        story.it_is("2020-10-08 12:00")
        cast.asks(cast.ada, cast.dr_jo)
        assert SupportRequest.objects.latest("pk").holder == cast.dr_kim

    @pytest.mark.parametrize("way", ["by asking", "from the list"])
    def test_afterwards_the_same_as_last_time_is_still_dr_jo(
        self, cast, jo, story, way
    ):
        self.enters(jo, cast)
        story.it_is("2020-10-08 12:00")
        bem = story.browser_of(cast.bem)
        if way == "by asking":
            cast.asks(cast.bem, cast.dr_jo)
            asked = SupportRequest.objects.latest("pk")
            story.browser_of(cast.kim).post(
                f"/requests/{asked.public_id}/offer/",
                {"start": london("2020-10-09 11:00").isoformat(), "mode": "phone"},
            )
            offered = Booking.objects.latest("pk")
            bem.post(f"/bookings/{offered.public_id}/keep/")
        else:
            times = bem.get("/times/", {"who": cast.kim.public_id}).context["times"]
            bem.post("/times/", {"slot": times.first_any.value})
        met = Booking.objects.latest("pk")
        assert (met.supporter, bool(met.agreed_at)) == (cast.dr_kim, True)
        story.it_is("2020-10-20 12:00")
        assert bem.get("/times/").context["times"].known == cast.dr_jo

    def test_unless_they_say_otherwise(self, cast, jo, story):
        self.enters(jo, cast)
        story.it_is("2020-10-20 12:00")
        bem = story.browser_of(cast.bem)
        times = bem.get("/times/", {"who": cast.kim.public_id}).context["times"]
        bem.post("/times/", {"slot": times.first_any.value})
        assert bem.get("/times/").context["times"].known == cast.dr_kim


class TestScenario15:
    """Ada and Cleo confirm the same time within a second."""

    def test_one_has_it_and_the_other_sees_the_next_times_on_the_same_page(
        self, cast, story
    ):
        story.it_is("2020-09-15 12:00")
        ada, cleo = story.browser_of(cast.ada), story.browser_of(cast.cleo)
        wanted = ada.get("/times/").context["times"].first_any
        assert cleo.get("/times/").context["times"].first_any.value == wanted.value
        first = ada.post("/times/", {"slot": wanted.value})
        second = cleo.post("/times/", {"slot": wanted.value})
        [kept] = Booking.objects.filter(agreed_at__isnull=False)
        assert first.headers["Location"] == f"/bookings/{kept.public_id}/"
        assert kept.person == cast.ada
        said = words_of(second)
        assert "That time has just gone. Here are the next ones." in said
        next_one = second.context["times"].first_any
        assert (next_one.supporter, next_one.slot.start) != (
            wanted.supporter,
            wanted.slot.start,
        )
        for word in ("Ada", "too late", "failed", "your fault"):
            assert word not in said
        cleo.post("/times/", {"slot": next_one.value})
        assert Booking.objects.filter(agreed_at__isnull=False).count() == 2


class TestScenario19:
    """Cleo taps "someone else, please"."""

    @pytest.fixture
    def cleo(self, cast, story):
        cast.take(cast.cleo, cast.dr_jo, "2020-09-01 11:00", at="2020-08-31 12:00")
        story.time_passes("2020-08-31 12:01")
        story.it_is("2020-09-15 12:00")
        browser = story.browser_of(cast.cleo)
        page = browser.get("/times/")
        assert page.context["times"].known == cast.dr_jo
        assert "<textarea" not in page.content.decode()
        return browser

    def test_dr_jo_is_no_longer_her_first_and_hears_nothing(
        self, cast, cleo, story, letters
    ):
        told = letters(cast.jo)
        desk = masked(story.browser_of(cast.jo).get("/requests/"))
        cleo.post("/support/someone-else/", {"supporter": cast.jo.public_id})
        assert cleo.get("/times/").context["times"].known is None
        story.time_passes("2020-09-15 12:01", "2020-09-16 12:00")
        assert letters(cast.jo) == told
        story.it_is("2020-09-15 12:00")
        assert masked(story.browser_of(cast.jo).get("/requests/")) == desk

    def test_the_next_pencil_is_with_somebody_else(self, cast, cleo):
        cleo.post("/support/someone-else/", {"supporter": cast.jo.public_id})
        cleo.logs()
        assert cast.pencil_of(cast.cleo).supporter == cast.dr_kim

    def test_nothing_of_hers_moves_to_dr_kim(self, cast, cleo, story):
        cleo.post("/support/someone-else/", {"supporter": cast.jo.public_id})
        assert UsualSupporter.objects.filter(supporter=cast.dr_kim).count() == 0
        kim = story.browser_of(cast.kim)
        for page in ("/requests/", "/week/"):
            assert "Cleo" not in kim.reads(page)
        met = Booking.objects.get(person=cast.cleo)
        assert met.supporter == cast.dr_jo
        assert kim.get(f"/bookings/{met.public_id}/").status_code == 404


class TestScenario20:
    """Fay does not want to see a colleague from the same group."""

    def test_the_outside_psychologist_stands_in_the_same_list(self, cast, story):
        story.it_is("2020-09-15 12:00")
        fay = story.browser_of(cast.fay)
        page = fay.get("/times/")
        assert cast.dr_noor in page.context["times"].people
        assert "Dr Noor Aziz, from outside" in words_of(page)
        lou = story.browser_of(cast.lou)
        before = [masked(lou.get(door)) for door in PAGES]
        first = fay.get("/times/", {"who": cast.noor.public_id}).context["times"]
        slot = first.first_any.value
        answer = fay.post("/times/", {"slot": slot})
        kept = Booking.objects.get(person=cast.fay)
        assert answer.headers["Location"] == f"/bookings/{kept.public_id}/"
        assert (kept.supporter, kept.kind) == (cast.dr_noor, "outside")
        assert [masked(lou.get(door)) for door in PAGES] == before
        for door in PAGES:
            words = words_of(lou.get(door, follow=True))
            for word in (" cost", "invoice", "£"):
                assert word not in words

    def test_an_offer_is_answered_with_it_all_the_same(self, cast, story):
        story.it_is("2020-09-15 12:00")
        fay = story.browser_of(cast.fay)
        fay.logs()
        offer = cast.offer_of(cast.fay)
        times = fay.get(
            "/times/", {"offer": offer.public_id, "who": cast.noor.public_id}
        ).context["times"]
        fay.post(
            "/times/",
            {"offer": offer.public_id, "slot": times.first_any.value},
        )
        offer.refresh_from_db()
        assert (facts.state_of(offer), offer.accepted_as) == ("accepted", "outside")
        assert offers.current_document(cast.study, cast.fay, story.now).kinds[
            "outside"
        ].with_ == ["outside_psychologist"]
