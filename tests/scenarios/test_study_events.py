"""What happens to the study, while support goes on (scenarios 29, 30 and 31)."""

from datetime import date
from uuid import uuid4

import pytest

from checkins import answers, choices
from checkins.models import Invitation
from sessions.models import Booking
from tests.scenarios.cast import SECOND, V2, london
from tests.scenarios.conftest import words_of
from wellbeing import facts, memberships, planning
from wellbeing.drafts import comments, signatures, texts
from wellbeing.models import Activity, Offer, ProtocolVersion


def plans(browser, cast, person, day, **more):
    form = {
        "study": cast.study.public_id,
        "code": uuid4().hex[:6],
        "interviewer": person.public_id,
        "facilitator": "",
        "day": day,
        "start_time": "14:00",
        "minutes": "60",
        "mode": "",
        "submission": uuid4(),
    }
    return browser.post("/plan/", form | more)


class TestScenario29:
    """The study is paused on 16 Mar 2020. Cleo interviewed on Fri 13 Mar and meets
    Dr Jo in person on Wed 18 Mar."""

    @pytest.fixture
    def cleo(self, cast, story):
        cast.take(
            cast.cleo,
            cast.dr_jo,
            "2020-03-18 11:00",
            at="2020-03-12 12:00",
            mode="in_person",
        )
        cast.prepare(cast.cleo, day="2020-03-02")
        cast.pauses("2020-03-16")
        story.time_passes("2020-03-16 09:00")
        return story.browser_of(cast.cleo)

    def test_the_session_stays_agreed(self, cast, cleo, story):
        story.time_passes("2020-03-17 09:00")
        kept = Booking.objects.get(person=cast.cleo)
        assert (kept.agreed_at, kept.freed_at) == (london("2020-03-12 12:00"), None)
        assert "Dr Jo Whitfield" in cleo.reads("/support/")

    def test_no_interview_can_be_planned(self, cast, cleo, story):
        page = plans(story.browser_of(cast.lou), cast, cast.cleo, "2020-03-19")
        assert page.status_code == 422
        assert "The study is paused" in words_of(page)
        assert Activity.objects.planned().count() == 0

    def test_what_happened_before_is_logged_and_offered_all_the_same(
        self, cast, cleo, story
    ):
        story.it_is("2020-03-20 10:00")
        cleo.logs(when="other", day="2020-03-13", finished="15:00", mode="in_person")
        done = Activity.objects.done().get()
        assert done.ends_at == london("2020-03-13 15:00")
        offer = cast.offer_of(cast.cleo)
        assert (offer.made_at, offer.time_in_window) == (story.now, None)
        assert facts.state_of(offer) == "open"
        assert offer.open_until == london("2020-03-27 10:00")

    def test_anybody_can_still_ask_on_any_day(self, cast, cleo, story):
        story.it_is("2020-05-06 10:00")
        times = cleo.get("/times/").context["times"]
        cleo.post("/times/", {"slot": times.first_any.value})
        assert Booking.objects.filter(person=cast.cleo).count() == 2

    def test_only_the_monthly_check_in_goes_on(self, cast, cleo, story):
        story.it_is("2020-03-16 10:00")
        choices.start_again(person=cast.cleo, at=story.now)
        cleo.logs(when="other", day="2020-03-13", finished="15:00", mode="in_person")
        for moment in ("2020-03-17 10:00", "2020-04-10 10:00", "2020-05-10 10:00"):
            story.time_passes(moment)
            # She skips each; two left without a word would be asked about instead.
            for one in Invitation.objects.open(story.now).for_person(cast.cleo):
                answers.skip(invitation=one, person=cast.cleo, at=story.now)
        mine = Invitation.objects.filter(
            person=cast.cleo, ask_at__gt=london("2020-03-16 00:00")
        )
        assert [one.ask_at for one in mine.order_by("ask_at")] == [
            london("2020-04-10 10:00"),
            london("2020-05-10 10:00"),
        ]


class TestScenario30:
    """The study resumes on Mon 27 Jul 2020, with version 2."""

    @pytest.fixture
    def back(self, cast, story):
        for person in (cast.ada, cast.bem):
            cast.interviewed(person, "2020-03-02 12:00", mode="in_person")
        cast.prepare(
            cast.ada,
            cast.bem,
            steps=["interview_training", "role_play", "live_observation"],
            day="2020-03-02",
        )
        cast.pauses("2020-03-16", until="2020-07-27")
        story.time_passes("2020-06-01 09:00", "2020-07-27 00:01")
        return cast

    def test_everybody_who_returns_is_offered_a_conversation(self, back, story):
        offers = Offer.objects.filter(rule="coming_back")
        assert {one.person for one in offers} == {
            back.ada,
            back.bem,
            back.cleo,
            back.dev,
            back.esi,
            back.fay,
            back.gil,
            back.mo,
        }
        mine = offers.get(person=back.ada)
        assert (mine.version.number, mine.made_at) == (2, story.now)
        story.it_is("2020-07-27 09:00")
        page = story.browser_of(back.ada).reads(f"/offers/{mine.public_id}/")
        assert "Because the study goes on after a while." in page

    def test_nobody_is_planned_before_the_remote_refresher(self, back, story):
        story.it_is("2020-07-27 09:00")
        lou = story.browser_of(back.lou)
        page = plans(lou, back, back.ada, "2020-07-28", mode="teams")
        assert "Ada Okafor, interviewer: remote refresher." in words_of(page)
        assert Activity.objects.planned().count() == 0
        back.prepare(back.ada, steps=["remote_refresher"])
        plans(lou, back, back.ada, "2020-07-28", mode="teams")
        assert Activity.objects.planned().count() == 1

    def test_the_limit_of_seven_days_is_two_for_fourteen_days(self, back, story):
        back.prepare(back.ada, steps=["remote_refresher"])
        for day in ("28", "30"):
            back.interviewed(back.ada, f"2020-07-{day} 12:00")
        lou = story.browser_of(back.lou)
        story.it_is("2020-07-30 16:00")
        page = plans(lou, back, back.ada, "2020-08-03")
        assert "This would be number 3 in 7 days. The limit is 2." in words_of(page)
        for day in ("06", "07"):
            back.interviewed(back.ada, f"2020-08-{day} 12:00")
        told = planning.notices(
            study=back.study,
            person=back.ada,
            start=london("2020-08-10 14:00"),
            minutes=60,
            at=london("2020-08-07 16:00"),
        )
        assert [(one.level, one.sentence) for one in told] == [
            ("soft", "This would be number 3 in 7 days. The agreed pace is 2.")
        ]

    def test_who_does_not_return_is_offered_an_ending_conversation(self, back, story):
        story.it_is("2020-07-27 09:00")
        for role in ("interviewer", "lived_experience"):
            memberships.end_role(
                study=back.study, person=back.bem, role=role, at=story.now
            )
        story.time_passes("2020-07-27 09:01")
        ending = back.offer_of(back.bem, "leaving")
        bem = story.browser_of(back.bem)
        page = bem.reads(f"/offers/{ending.public_id}/")
        assert "Because your work in the study has come to an end." in page
        assert bem.get("/times/").context["times"].first_any is not None


class TestScenario31:
    """Version 2 has the signatures of Dr Jo, Lou and Prof Ives, one of two of people
    with lived experience, and one open objection."""

    @pytest.fixture
    def draft(self, cast, story):
        ProtocolVersion.objects.filter(study=cast.study, number=2).delete()
        at = story.it_is("2020-07-20 12:00")
        draft = texts.start(
            study=cast.study, by=cast.ada, reason="Remote interviews.", at=at
        )
        draft = texts.change_text(
            draft=draft,
            by=cast.ada,
            text=V2,
            reason="Remote interviews.",
            seen=texts.digest_of(draft.text),
            at=at,
        )
        texts.send_to_review(draft=draft, by=cast.ada, seen=texts.digest_of(V2), at=at)
        for person, role in (
            (cast.jo, "psychologist"),
            (cast.lou, "coordinator"),
            (cast.ives, "chief_investigator"),
            (cast.ada, "lived_experience"),
        ):
            story.browser_of(person).post(
                f"/protocol/draft/{draft.public_id}/sign/",
                {"constituency": role, "seen": texts.digest_of(V2)},
            )
        comments.comment(
            draft=draft,
            by=cast.bem,
            text="A facilitator I do not know is one person too many.",
            objection=True,
            at=at,
        )
        draft.refresh_from_db()
        assert draft.signatures.count() == 4
        return draft

    def dates(self, story, person, draft):
        return story.browser_of(person).post(
            f"/protocol/draft/{draft.public_id}/activate/",
            {"active_from": "2020-07-27", "seen": texts.digest_of(draft.text)},
        )

    def test_nobody_can_put_it_in_force(self, cast, draft, story):
        for person in (cast.lou, cast.fay, cast.jo, cast.sam, cast.ives, cast.ada):
            self.dates(story, person, draft)
            draft.refresh_from_db()
            assert draft.version is None
        with pytest.raises(signatures.StillAwaited):
            signatures.activate(
                draft=draft,
                by=cast.lou,
                active_from=date(2020, 7, 27),
                ethics_reference="",
                seen=texts.digest_of(draft.text),
                at=story.now,
            )

    def test_version_1_stays_in_force(self, cast, draft, story):
        self.dates(story, cast.lou, draft)
        in_force = ProtocolVersion.objects.in_force(
            cast.study, london("2020-07-28 09:00")
        )
        assert in_force.number == 1

    def test_the_page_shows_who_is_awaited_and_the_objection(self, cast, draft, story):
        page = story.browser_of(cast.cleo).reads(f"/protocol/draft/{draft.public_id}/")
        assert "<b>1 of 2</b>" in page
        awaited = (
            "1 more, if they wish, of: Bem Adeyemi, Cleo Hartley, Dev Rao, Esi Mensah."
        )
        assert awaited in page
        assert "A facilitator I do not know is one person too many." in page

    def test_with_the_second_signature_the_objection_still_stands_in_the_way(
        self, cast, draft, story
    ):
        signatures.sign(
            draft=draft,
            by=cast.cleo,
            constituency="lived_experience",
            seen=texts.digest_of(draft.text),
            at=story.now,
        )
        self.dates(story, cast.lou, draft)
        draft.refresh_from_db()
        assert draft.version is None
        objection = draft.comments.get()
        comments.answer(
            comment=objection, by=cast.lou, text="You choose the person.", at=story.now
        )
        comments.settle(comment=objection, by=cast.bem, at=story.now)
        self.dates(story, cast.lou, draft)
        draft.refresh_from_db()
        assert draft.version.active_from == SECOND

    def test_an_outsider_sees_none_of_it(self, cast, draft, story):
        charlie = story.browser_of(cast.charlie)
        assert charlie.get(f"/protocol/draft/{draft.public_id}/").status_code == 404
