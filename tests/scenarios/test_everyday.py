"""Everyday: what follows from an interview, and from none (scenarios 1 to 10)."""

from uuid import uuid4

import pytest

from notifications.models import Message
from sessions.models import Booking, SupportRequest
from tests.notifications.conftest import sms_settings, texts  # noqa: F401
from tests.scenarios.cast import london
from tests.scenarios.conftest import PAGES, masked, words_of
from tests.words import without_ids
from wellbeing import facts, planning, studies
from wellbeing.models import Activity, Exposure, Offer, Role
from wellbeing.protocol import lengths

CHECK_IN = "A message for you"


def states(person):
    """Of each offer to a person what it is about and how it stands."""
    rows = Offer.objects.filter(person=person).order_by("pk")
    return [(row.rule, facts.state_of(row)) for row in rows]


@pytest.fixture
def met(cast):
    """Ada has met Dr Jo before, on Tuesday 1 September."""
    cast.take(cast.ada, cast.dr_jo, "2020-09-01 11:00", at="2020-08-31 12:00")
    return cast


class TestScenario1:
    """Tue 15 Sep 2020. Ada logs a Teams interview, 14:05 to 15:40, companion present,
    Gil facilitating. It was hard. She wants Dr Jo as last time, inside 24 hours, by
    phone, and no SMS at night."""

    @pytest.fixture
    def logged(self, met, story):
        story.it_is("2020-09-15 15:40")
        met.browser = story.browser_of(met.ada)
        answer = met.browser.logs(
            minutes="95", companion="on", with_whom=met.gil.public_id
        )
        met.activity = Activity.objects.get()
        met.saved = answer.headers["Location"]
        return met

    def takes_the_phone_time_at_11(self, cast):
        offer = cast.offer_of(cast.ada)
        page = cast.browser.get(
            "/times/",
            {"offer": offer.public_id, "who": cast.jo.public_id, "how": "phone"},
        )
        value = f"{cast.jo.public_id} debrief {london('2020-09-16 11:00').isoformat()}"
        shown = [
            choice.value
            for day in page.context["times"].days
            for _, choices in day.parts
            for choice in choices
        ]
        assert f"{value} phone" in shown
        return cast.browser.post(
            "/times/",
            {"offer": offer.public_id, "slot": f"{value} phone", "mode": "phone"},
        )

    def test_there_are_two_exposures_and_no_word_about_the_participant(self, logged):
        assert set(logged.activity.exposures.values_list("person__name", "role")) == {
            ("Ada Okafor", "interviewer"),
            ("Gil Torres", "facilitator"),
        }
        assert (logged.activity.minutes, logged.activity.companion) == (95, True)
        written = {
            field.name: getattr(logged.activity, field.name)
            for field in Activity._meta.fields
            if field.get_internal_type() in {"CharField", "TextField"}
        }
        assert {name: words for name, words in written.items() if words} == {
            "kind": "interview",
            "code": "209",
            "mode": "teams",
        }

    def test_that_it_was_hard_shows_a_menu_and_is_kept_nowhere(self, logged):
        before = Message.objects.count()
        page = logged.browser.reads(f"{logged.saved}menu/")
        assert "What would help, if anything?" in page
        for words in ("Debrief: choose a time", "Short call: choose a time"):
            assert words in page
        assert Message.objects.count() == before
        assert {field.name for field in Activity._meta.fields}.isdisjoint(
            {"flag", "hard", "feeling", "notes"}
        )

    def test_the_times_of_dr_jo_by_phone_start_inside_24_hours(self, logged):
        offer = logged.offer_of(logged.ada)
        page = logged.browser.get(
            "/times/",
            {"offer": offer.public_id, "who": logged.jo.public_id, "how": "phone"},
        )
        times = page.context["times"]
        assert times.known == logged.dr_jo
        assert times.first_known.slot.start < london("2020-09-16 15:40")
        assert "phone" in times.first_known.slot.modes

    def test_the_request_goes_to_dr_jo_only(self, logged, story):
        self.takes_the_phone_time_at_11(logged)
        held = SupportRequest.objects.filter(
            person=logged.ada, asked_at=london("2020-09-15 15:40")
        )
        assert [one.holder for one in held] == [logged.dr_jo]
        assert "Ada Okafor" in story.browser_of(logged.jo).reads("/requests/")
        for page in ("/requests/", "/week/"):
            assert "Ada" not in story.browser_of(logged.kim).reads(page)

    def test_email_now_sms_at_nine_and_nothing_at_night(
        self,
        logged,
        story,
        letters,
        texts,  # noqa: F811
    ):
        logged.texts(logged.ada, "+447700900123")
        self.takes_the_phone_time_at_11(logged)
        story.time_passes("2020-09-15 15:41")
        assert letters(logged.ada) == ["Your time on Wednesday 16\u00a0September, 11am"]
        story.time_passes("2020-09-15 20:00", "2020-09-16 03:00", "2020-09-16 08:59")
        assert len(letters(logged.ada)) == 1
        assert texts.texts == []
        story.time_passes("2020-09-16 09:00")
        [text] = texts.texts
        assert text["to"] == "+447700900123"
        assert "Wednesday 16 September, 11am" in text["body"]
        for word in ("Jo", "psycholog", "debrief", "209", "Lived"):
            assert word not in without_ids(text["body"])

    def test_lou_sees_one_interview_of_95_minutes_and_nothing_else(self, logged, story):
        lou = story.browser_of(logged.lou)
        before = [masked(lou.get(page)) for page in PAGES]
        row = next(
            row
            for row in lou.get("/load/").context["load"].rows
            if row.person == "Ada Okafor"
        )
        assert [(one.count, one.unit) for one in row.week] == [
            (1, "interview"),
            (95, "minutes"),
        ]
        self.takes_the_phone_time_at_11(logged)
        assert [masked(lou.get(page)) for page in PAGES] == before
        for page in (
            logged.saved,
            f"/offers/{logged.offer_of(logged.ada).public_id}/",
            f"/bookings/{logged.pencil_of(logged.ada).public_id}/",
        ):
            assert lou.get(page).status_code == 404


class TestScenario2:
    """The same interview, Gil's side: his own private offer with the same menu."""

    @pytest.fixture
    def gil(self, met, story):
        story.it_is("2020-09-15 15:40")
        ada = story.browser_of(met.ada)
        saved = ada.logs(minutes="95", talk="keep", with_whom=met.gil.public_id)
        ada.get(f"{saved.headers['Location']}menu/")
        return story.browser_of(met.gil)

    def test_gil_has_the_same_menu_in_an_offer_of_his_own(self, met, gil):
        mine, hers = met.offer_of(met.gil), met.offer_of(met.ada)
        assert (mine.rule, mine.version, mine.made_at) == (
            hers.rule,
            hers.version,
            hers.made_at,
        )
        assert gil.get(f"/offers/{mine.public_id}/").status_code == 200
        assert gil.get(f"/offers/{hers.public_id}/").status_code == 404

    def test_he_is_not_told_that_ada_asked_or_that_it_was_hard(self, met, gil):
        activity = Activity.objects.get()
        hers = met.pencil_of(met.ada)
        page = gil.reads(f"/activities/{activity.public_id}/")
        assert str(hers.public_id) not in page
        assert "hard" not in page.replace("That one was hard, or it is adding up", "")
        assert gil.get(f"/bookings/{hers.public_id}/").status_code == 404

    def test_when_gil_declines_ada_is_not_told(self, met, gil, story):
        ada = story.browser_of(met.ada)
        activity = Activity.objects.get()
        pages = ("/", f"/activities/{activity.public_id}/", "/support/")
        before = [masked(ada.get(page)) for page in pages]
        told = Message.objects.filter(person=met.ada).count()
        gil.post(f"/offers/{met.offer_of(met.gil).public_id}/not-now/")
        assert facts.state_of(met.offer_of(met.gil)) == "declined"
        assert [masked(ada.get(page)) for page in pages] == before
        assert Message.objects.filter(person=met.ada).count() == told


class TestScenario3:
    """Cleo logs a 40-minute Zoom interview, no flag, and picks "not this time"."""

    @pytest.fixture
    def cleo(self, cast, story):
        story.it_is("2020-09-15 11:00")
        browser = story.browser_of(cast.cleo)
        browser.before = masked(browser.get("/support/"))
        browser.logs(minutes="40", mode="zoom", talk="no")
        return browser

    def test_the_offer_is_declined_and_only_cleo_can_see_it(self, cast, cleo, story):
        offer = cast.offer_of(cast.cleo)
        address = f"/offers/{offer.public_id}/"
        assert facts.state_of(offer) == "declined"
        assert "Not this time. That is fine." in cleo.reads(address)
        for other in (cast.lou, cast.fay, cast.jo, cast.sam, cast.gil, cast.charlie):
            assert story.browser_of(other).get(address).status_code == 404

    def test_no_reminder_comes_and_the_check_in_comes_as_usual(
        self, cast, cleo, story, letters
    ):
        story.time_passes("2020-09-15 11:01", "2020-09-16 09:59")
        assert letters(cast.cleo) == []
        story.time_passes("2020-09-16 10:00", "2020-09-17 11:01", "2020-09-21 12:00")
        assert letters(cast.cleo) == [CHECK_IN]

    def test_the_way_to_ask_on_any_day_is_unchanged(self, cleo):
        assert masked(cleo.get("/support/")) == cleo.before

    def test_the_next_interview_makes_a_fresh_offer(self, cast, cleo, story):
        story.it_is("2020-09-17 11:00")
        cleo.logs(minutes="40", mode="zoom", code="210")
        assert states(cast.cleo) == [
            ("after_interview", "declined"),
            ("after_interview", "open"),
        ]


class TestScenario4:
    """Dev does nothing with an offer made on Thu 10 Sep."""

    @pytest.fixture
    def dev(self, cast, story):
        story.it_is("2020-09-10 15:00")
        browser = story.browser_of(cast.dev)
        browser.logs()
        return browser

    def test_one_gentle_reminder_on_the_second_day_and_then_silence(
        self, cast, dev, story, letters
    ):
        def told():
            return [subject for subject in letters(cast.dev) if subject != CHECK_IN]

        story.time_passes("2020-09-10 15:01", "2020-09-11 15:00", "2020-09-12 14:59")
        assert told() == ["A time is kept for you: Friday 11\u00a0September, 9:30am"]
        story.time_passes("2020-09-12 15:00")
        assert told()[1:] == ["Still there for you, if you want it"]
        story.time_passes("2020-09-14 15:00", "2020-09-16 15:00", "2020-09-18 15:00")
        assert len(told()) == 2

    def test_after_seven_days_it_becomes_the_standing_offer(self, cast, dev, story):
        story.time_passes("2020-09-17 14:59")
        assert states(cast.dev) == [("after_interview", "open")]
        story.time_passes("2020-09-17 15:00")
        assert states(cast.dev) == [("after_interview", "lapsed")]
        page = dev.reads(f"/offers/{cast.offer_of(cast.dev).public_id}/")
        assert "You can ask on any day" in page
        for word in ("missed", "overdue", "failed", "lapsed"):
            assert word not in page.lower()
        assert dev.get("/times/").context["times"].first_any is not None


class TestScenario5:
    """Esi, no interview logged this month, wants to talk."""

    def test_she_books_on_any_day_with_no_reason_and_the_same_promise(
        self, cast, story
    ):
        at = story.it_is("2020-09-15 12:00")
        esi = story.browser_of(cast.esi)
        page = esi.get("/times/")
        document = facts.document_of(studies_version(cast))
        after = document.offers["after_interview"]
        assert page.context["times"].promised_by == lengths.after(
            at, after.window, document.calendar
        )
        assert "<textarea" not in page.content.decode()
        first = page.context["times"].first_any
        answer = esi.post("/times/", {"slot": first.value})
        kept = Booking.objects.get(person=cast.esi)
        assert answer.headers["Location"] == f"/bookings/{kept.public_id}/"
        assert kept.agreed_at == at
        assert Offer.objects.filter(person=cast.esi).count() == 0

    def test_whom_she_asked_sees_the_time_and_lou_sees_nothing(self, cast, story):
        story.it_is("2020-09-15 12:00")
        lou = story.browser_of(cast.lou)
        before = [masked(lou.get(page)) for page in PAGES]
        esi = story.browser_of(cast.esi)
        first = esi.get("/times/").context["times"].first_any
        esi.post("/times/", {"slot": first.value})
        assert [masked(lou.get(page)) for page in PAGES] == before


def studies_version(cast):
    return cast.study.protocol_versions.latest("number")


class TestScenario6:
    """Ada has two interviews on Fri 18 Sep: 10:00 to 10:45, 14:00 to 15:10."""

    @pytest.fixture
    def first(self, cast, story):
        cast.interviewed(cast.ada, "2020-08-20 12:00")
        cast.prepare(cast.ada)
        story.it_is("2020-09-15 12:00")
        cast.planned(
            cast.ada, "2020-09-18 10:00", at="2020-09-15 12:00", minutes=45, code="301"
        )
        return cast

    def plans_the_second(self, lou, cast, **more):
        return lou.post(
            "/plan/",
            {
                "study": cast.study.public_id,
                "code": "302",
                "interviewer": cast.ada.public_id,
                "facilitator": "",
                "day": "2020-09-18",
                "start_time": "14:00",
                "minutes": "70",
                "mode": "teams",
                "submission": uuid4(),
                **more,
            },
        )

    def test_planning_the_second_tells_softly_and_they_may_go_on(self, first, story):
        lou = story.browser_of(first.lou)
        page = self.plans_the_second(lou, first)
        said = "This would be number 2 on that day. The agreed pace is 1."
        assert page.status_code == 200
        assert said in words_of(page)
        assert "Plan it all the same" in words_of(page)
        assert Activity.objects.planned().count() == 1
        self.plans_the_second(lou, first, seen=f"Ada Okafor: {said}")
        assert Activity.objects.planned().count() == 2

    def test_other_days_are_one_press_away(self, first, story):
        page = self.plans_the_second(story.browser_of(first.lou), first)
        assert [value for value, _ in page.context["days"]] == [
            "2020-09-21",
            "2020-09-22",
            "2020-09-23",
        ]

    def test_ada_reads_it_too_beside_the_second_with_other_days(self, first, story):
        said = "This would be number 2 on that day. The agreed pace is 1."
        ada, lou = story.browser_of(first.ada), story.browser_of(first.lou)
        assert said not in ada.reads("/")
        self.plans_the_second(lou, first, seen=f"Ada Okafor: {said}")
        told = {one.activity.code: one for one in ada.get("/").context["planned"]}
        assert [len(told[code].told) for code in ("301", "302")] == [0, 1]
        page = ada.reads("/")
        assert f"{said} You can go on as planned." in page
        assert "Monday 21 September, Tuesday 22 September" in page
        assert "Lou Brennan planned it and can move it." in page
        assert said not in story.browser_of(first.gil).reads("/")

    def test_after_both_one_offer_speaks_for_them_and_one_talk_closes_both(
        self, first, story
    ):
        ada = story.browser_of(first.ada)
        story.it_is("2020-09-18 10:45")
        ada.logs(minutes="45")
        story.it_is("2020-09-18 15:10")
        ada.logs(minutes="70", code="302", which="other")
        done = Exposure.objects.filter(
            person=first.ada, activity__starts_at__gt=london("2020-09-18 00:00")
        )
        assert (done.count(), sum(one.activity.minutes for one in done)) == (2, 115)
        offer = Offer.objects.open(story.now).get(person=first.ada, merged_into=None)
        assert [facts.state_of(one) for one in offer.merged.all()] == ["joined"]
        page = ada.reads(f"/offers/{offer.public_id}/")
        assert "It is for 2 pieces of work." in page
        ada.post(f"/offers/{offer.public_id}/keep/")
        agreed = Booking.objects.filter(person=first.ada, agreed_at__isnull=False)
        assert agreed.count() == 1
        assert Offer.objects.open(story.now).filter(merged_into=None).count() == 0


class TestScenario7:
    """Esi's first interview is planned for Mon 21 Sep, 11:00."""

    @pytest.fixture
    def plan(self, cast, story):
        cast.prepare(cast.esi)
        activity = cast.planned(cast.esi, "2020-09-21 11:00", at="2020-09-15 12:00")
        story.time_passes("2020-09-15 12:01")
        return activity

    def pencil(self, cast):
        return cast.pencil_of(cast.esi, "before_first")

    def test_a_time_with_dr_jo_is_pencilled_for_after_it(self, cast, plan, letters):
        pencil = self.pencil(cast)
        assert pencil.supporter == cast.dr_jo
        assert pencil.starts_at == london("2020-09-21 14:00")
        assert pencil.agreed_at is None
        assert letters(cast.esi) == [
            "A time is kept for you: Monday 21\u00a0September, 2pm"
        ]

    def test_she_can_keep_it(self, cast, plan, story):
        offer = cast.offer_of(cast.esi, "before_first")
        story.browser_of(cast.esi).post(f"/offers/{offer.public_id}/keep/")
        assert self.pencil(cast).agreed_at == story.now

    def test_she_can_move_it(self, cast, plan, story):
        esi = story.browser_of(cast.esi)
        pencil = self.pencil(cast)
        esi.post(
            f"/bookings/{pencil.public_id}/times/",
            {"start": london("2020-09-22 10:00").isoformat(), "mode": "phone"},
        )
        pencil.refresh_from_db()
        assert pencil.starts_at == london("2020-09-22 10:00")

    def test_she_can_let_it_go(self, cast, plan, story):
        offer = cast.offer_of(cast.esi, "before_first")
        story.browser_of(cast.esi).post(f"/offers/{offer.public_id}/not-now/")
        assert self.pencil(cast).freed_because == "declined"

    def test_when_the_interview_moves_the_pencil_moves_with_notice(
        self, cast, plan, story, letters
    ):
        planning.move(
            activity=plan,
            start=london("2020-09-23 11:00"),
            minutes=60,
            by=cast.lou,
            at=story.now,
        )
        story.time_passes("2020-09-15 12:02")
        assert self.pencil(cast).starts_at == london("2020-09-23 14:00")
        holding = Booking.objects.holding(story.now).filter(person=cast.esi)
        assert holding.get() == self.pencil(cast)
        assert letters(cast.esi)[1:] == [
            "A time is kept for you: Wednesday 23\u00a0September, 2pm"
        ]


class TestScenario8:
    """Bem asks for "a quiet hour instead"."""

    def test_it_is_his_paid_time_and_nobody_elses_business(self, cast, story):
        story.it_is("2020-09-15 15:00")
        bem = story.browser_of(cast.bem)
        bem.logs()
        offer = cast.offer_of(cast.bem)
        lou = story.browser_of(cast.lou)
        before = [masked(lou.get(page)) for page in PAGES]
        bem.post(f"/offers/{offer.public_id}/quiet/")
        offer.refresh_from_db()
        assert (offer.accepted_as, offer.accepted_at) == ("quiet_time", story.now)
        assert "A quiet paid hour is yours" in bem.reads(f"/offers/{offer.public_id}/")
        assert offer.booking.freed_because == "declined"
        assert SupportRequest.objects.count() == 0
        assert [masked(lou.get(page)) for page in PAGES] == before
        for other in (cast.lou, cast.sam, cast.jo, cast.kim):
            page = f"/offers/{offer.public_id}/"
            assert story.browser_of(other).get(page).status_code == 404
        assert "2 hours a month" in bem.reads("/protocol/")


class TestScenario9:
    """Mo finishes coding the second transcript of the week, 5 h 10 min in all."""

    def code(self, story, mo, transcript, minutes):
        page = mo.get("/log/coding/")
        return mo.post(
            "/log/coding/",
            {
                "submission": page.context["form"]["submission"].value(),
                "when": "now",
                "code": transcript,
                "minutes": minutes,
                "how": "alone",
            },
        )

    def test_the_count_is_reached_first_and_a_third_is_told_softly(self, cast, story):
        mo = story.browser_of(cast.mo)
        story.it_is("2020-09-15 13:00")
        self.code(story, mo, "101", 150)
        assert states(cast.mo) == []
        story.it_is("2020-09-17 13:00")
        self.code(story, mo, "102", 160)
        offer = cast.offer_of(cast.mo, "after_coding")
        assert (offer.because["count"], offer.because["minutes"]) == ("2", "310")
        page = mo.reads(f"/offers/{offer.public_id}/")
        assert "you have now logged 2 transcripts, 5 hours 10 minutes in all" in page
        told = planning.notices(
            study=cast.study,
            person=cast.mo,
            start=london("2020-09-18 10:00"),
            minutes=120,
            kind="coding",
            at=story.now,
        )
        assert [(one.level, one.sentence) for one in told] == [
            ("soft", "This would be number 3 in 7 days. The agreed pace is 2.")
        ]


class TestScenario10:
    """Six people code one transcript together for 2 h."""

    def test_one_event_six_exposures_one_closing_round_six_offers(self, cast, story):
        others = [cast.ada, cast.bem, cast.cleo, cast.dev, cast.esi]
        for person in others:
            studies.join(
                study=cast.study,
                person=person,
                roles=[Role.CODER],
                since=london("2020-09-01 00:00").date(),
                at=london("2020-09-01 09:00"),
            )
        story.it_is("2020-09-16 12:00")
        mo = story.browser_of(cast.mo)
        page = mo.get("/log/coding/")
        saved = mo.post(
            "/log/coding/",
            {
                "submission": page.context["form"]["submission"].value(),
                "when": "now",
                "code": "101",
                "minutes": "120",
                "how": "together",
                "others": [str(person.public_id) for person in others],
            },
        )
        activity = Activity.objects.get()
        assert (activity.kind, activity.minutes) == ("group_coding", 120)
        assert activity.exposures.count() == 6
        assert activity.closing_minutes == 15
        said = "the last 15 minutes of it to close together"
        assert said in mo.reads(saved.headers["Location"])
        offered = Offer.objects.filter(rule="after_coding_together")
        assert {one.person for one in offered} == {cast.mo, *others}
        for offer in offered.exclude(person=cast.mo):
            assert mo.get(f"/offers/{offer.public_id}/").status_code == 404
