"""The support side under strain (scenarios 11 to 13, 15 and 17 to 20)."""

import pytest
from django.core import mail

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
        assert letters(cast.kim) == ["A time is wanted that nobody has"]
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
        """Once to see which times it touches, once more to save it."""
        days = self.LEAVE | {"cover": cast.kim.public_id}
        page = jo.post("/availability/time-off/", days)
        assert [one.person for one in page.context["hit"]] == [cast.ada]
        assert TimeOff.objects.count() == 0
        return jo.post("/availability/time-off/", days | {"seen": "1"})

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

    def test_ada_is_asked_not_told_to_choose_earlier_later_or_dr_kim(
        self, cast, jo, story, letters
    ):
        self.enters(jo, cast)
        story.time_passes("2020-09-10 12:01")
        asked = "Your time on Wednesday 7\u00a0October: earlier, later?"
        assert letters(cast.ada).count(asked) == 1
        assert asked not in letters(cast.bem)
        ada = story.browser_of(cast.ada)
        booking = Booking.objects.get(person=cast.ada)
        door = f"/bookings/{booking.public_id}/away/"
        instead = ada.get(door).context["instead"]
        assert max(one.slot.start for one in instead.earlier) < london(
            "2020-10-05 00:00"
        )
        assert min(one.slot.start for one in instead.later) > london("2020-10-17 00:00")
        assert {one.supporter for one in instead.with_cover} == {cast.dr_kim}
        ada.post(door, {"time": instead.with_cover[0].value})
        booking.refresh_from_db()
        assert (booking.supporter, booking.stands_in) == (cast.dr_kim, True)
        for other in (cast.lou, cast.sam, cast.bem):
            assert story.browser_of(other).get(door).status_code == 404

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


class TestScenario13:
    """Thu 17 Sep, 08:10: Dr Jo falls ill, with sessions at 09:30 and 11:00."""

    @pytest.fixture
    def jo(self, cast, story):
        cast.take(cast.ada, cast.dr_jo, "2020-09-17 09:30", at="2020-09-15 12:00")
        cast.take(cast.bem, cast.dr_jo, "2020-09-17 11:00", at="2020-09-15 12:00")
        story.time_passes("2020-09-17 08:10")
        return story.browser_of(cast.jo)

    def calls_off(self, jo, person):
        booking = Booking.objects.get(person=person, freed_at__isnull=True)
        jo.post(f"/bookings/{booking.public_id}/cancel/")
        booking.refresh_from_db()
        return booking

    def test_both_hear_at_once_with_an_apology_and_choices(
        self, cast, jo, story, letters
    ):
        for person in (cast.ada, cast.bem):
            assert self.calls_off(jo, person).freed_because == "by_us"
        story.time_passes("2020-09-17 08:11")
        for person, hour in ((cast.ada, "9:30am"), (cast.bem, "11am")):
            [said] = [
                one
                for one in mail.outbox
                if person.email in one.to and "cancel" in one.subject
            ]
            when = f"Thursday 17\u00a0September, {hour}"
            assert said.subject == f"We had to cancel {when}"
            assert "We are sorry. It is nothing that you did." in said.body
            assert "Times that are free just now" in said.body
        assert letters(cast.lou) == []
        assert ServiceAlert.objects.count() == 0

    def test_it_counts_against_nobody(self, cast, jo, story):
        lou = story.browser_of(cast.lou)
        before = [masked(lou.get(page)) for page in PAGES]
        booking = self.calls_off(jo, cast.ada)
        assert booking.did_not_happen_at is None
        assert [masked(lou.get(page)) for page in PAGES] == before
        page = story.browser_of(cast.ada).reads(f"/bookings/{booking.public_id}/")
        assert "We had to cancel this time, and we are sorry" in page

    def test_a_second_one_for_the_same_person_is_told_to_sam_without_a_name(
        self, cast, jo, story, letters
    ):
        self.calls_off(jo, cast.ada)
        story.time_passes("2020-09-17 09:00")
        assert ServiceAlert.objects.count() == 0
        cast.take(cast.ada, cast.dr_jo, "2020-09-21 11:00", at="2020-09-17 09:00")
        self.calls_off(jo, cast.ada)
        story.time_passes("2020-09-17 09:10", "2020-09-18 09:00")
        assert ServiceAlert.objects.count() == 1
        assert letters(cast.sam) == ["1 note about the service"]
        assert "Ada" not in story.browser_of(cast.sam).reads("/alerts/")


class TestScenario17:
    """Dr Jo's session on Thu 17 Sep, 10:00: Dev does not join."""

    FIRST = "About Thursday 17\u00a0September, 10am"
    SECOND = "Still there, if you like: about Thursday 17\u00a0September"

    @pytest.fixture
    def session(self, cast, story):
        cast.take(cast.dev, cast.dr_jo, "2020-09-17 10:00", at="2020-09-15 12:00")
        story.time_passes("2020-09-17 10:30")
        session = Booking.objects.get(person=cast.dev)
        story.browser_of(cast.jo).post(
            f"/bookings/{session.public_id}/outcome/", {"took_place": "no"}
        )
        story.time_passes("2020-09-17 10:31")
        session.refresh_from_db()
        return session

    def notes(self, cast, letters):
        ours = (self.FIRST, self.SECOND)
        return [subject for subject in letters(cast.dev) if subject in ours]

    def test_it_did_not_happen_and_is_called_nothing_else(self, cast, session, story):
        assert session.did_not_happen_at == london("2020-09-17 10:30")
        page = story.browser_of(cast.dev).reads(f"/bookings/{session.public_id}/")
        assert "This did not happen" in page
        for word in ("missed", "no-show", "attend", "failed", "overdue"):
            assert word not in page.lower()

    def test_that_working_day_a_note_with_open_questions_and_three_times(
        self, cast, session, story, letters
    ):
        story.time_passes("2020-09-17 10:41")
        assert self.notes(cast, letters) == [self.FIRST]
        said = next(one.body for one in mail.outbox if one.subject == self.FIRST)
        assert "There is nothing to explain." in said
        questions = [line for line in said.splitlines() if line.endswith("?")]
        assert len(questions) == 3
        assert len([line for line in said.splitlines() if line.startswith("- ")]) == 3

    def test_a_second_note_after_three_working_days_and_then_quiet(
        self, cast, session, story, letters
    ):
        story.time_passes("2020-09-17 10:41", "2020-09-21 18:00")
        assert self.notes(cast, letters) == [self.FIRST]
        story.time_passes("2020-09-22 10:41", "2020-09-29 12:00", "2020-10-20 12:00")
        assert self.notes(cast, letters) == [self.FIRST, self.SECOND]

    def test_nobody_else_hears_and_the_next_offer_is_as_always(
        self, cast, session, story, letters
    ):
        lou = story.browser_of(cast.lou)
        seen = [masked(lou.get(page)) for page in PAGES]
        Booking.objects.filter(pk=session.pk).update(did_not_happen_at=None)
        assert [masked(lou.get(page)) for page in PAGES] == seen
        story.time_passes("2020-09-22 12:00")
        for person in (cast.lou, cast.fay, cast.sam):
            assert letters(person) == []
        cast.interviewed(cast.dev, "2020-09-24 11:00")
        cast.interviewed(cast.bem, "2020-09-24 11:00")
        his, another = cast.offer_of(cast.dev), cast.offer_of(cast.bem)
        assert (his.window_until, his.open_until) == (
            another.window_until,
            another.open_until,
        )


class TestScenario18:
    """Dev replies: "I was on a bus, can we do phone?" """

    def test_a_new_time_by_phone_and_the_earlier_one_shows_talked_since(
        self, cast, story
    ):
        cast.take(
            cast.dev,
            cast.dr_jo,
            "2020-09-17 10:00",
            at="2020-09-15 12:00",
            mode="video",
        )
        story.time_passes("2020-09-17 10:30")
        session = Booking.objects.get(person=cast.dev)
        door = f"/bookings/{session.public_id}/"
        jo, dev = story.browser_of(cast.jo), story.browser_of(cast.dev)
        jo.post(f"{door}outcome/", {"took_place": "no"})
        story.time_passes("2020-09-17 10:41")
        [first, *_] = dev.get(door).context["three"]
        dev.post(
            f"{door}again/", {"start": first[0].start.isoformat(), "mode": "phone"}
        )
        new = Booking.objects.filter(person=cast.dev).latest("pk")
        assert (new.mode, new.supporter, new.agreed_at) == (
            "phone",
            cast.dr_jo,
            story.now,
        )
        assert "A new time is agreed" in dev.reads(door)
        story.time_passes("2020-09-25 12:00")
        for browser in (jo, dev):
            assert "Talked since" in browser.reads(door)


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
        next_one = second.context["choices"][0]
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
