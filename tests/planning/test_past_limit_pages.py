"""The pages around a limit: asking, deciding, answering, and who sees what."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import rendering
from notifications.models import Message
from tests.factories import join, make_person
from tests.planning.story import THURSDAY, days_before, done, plan
from tests.words import without_ids
from wellbeing import past_limits, planning
from wellbeing.lib import clock
from wellbeing.models import Activity, PastLimit, Prepared, Role

WHY = "Only this day suits the <b>participant</b>."
SAFE = "Only this day suits the &lt;b&gt;participant&lt;/b&gt;."


@pytest.fixture
def team(team):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    return team


@pytest.fixture
def wish(team, at):
    return past_limits.ask(
        wanted=planning.Wanted(
            team.study, "209", team.bem, team.gil, THURSDAY, 60, "teams"
        ),
        reason=WHY,
        by=team.lou,
        at=at,
    )


def form(team, **changes):
    return {
        "study": team.study.public_id,
        "code": "209",
        "interviewer": team.bem.public_id,
        "facilitator": "",
        "day": "2026-09-17",
        "start_time": "14:00",
        "minutes": "60",
        "mode": "teams",
        "submission": uuid4(),
        "reason": WHY,
        **changes,
    }


def ask(browser, team, **changes):
    return browser.post(reverse("past_limit_ask"), form(team, **changes))


def page_of(wish):
    return reverse("past_limit", args=[wish.public_id])


def say(browser, wish, door, word):
    address = reverse(f"past_limit_{door}", args=[wish.public_id])
    return browser.post(address, {"word": word}, follow=True).content.decode()


def test_at_a_limit_the_page_offers_to_ask(as_, team):
    page = as_(team.lou).post(reverse("plan"), form(team)).content.decode()
    assert "Ask to go past the limit" in page
    assert f'formaction="{reverse("past_limit_ask")}"' in page
    assert "Bem Adeyemi says yes or no in the app" in page


def test_another_interviewer_is_one_press_away(as_, team):
    browser = as_(team.lou)
    page = browser.post(reverse("plan"), form(team)).content.decode()
    assert f'name="other_person" value="{team.ada.public_id}"' in page
    browser.post(reverse("plan"), form(team, other_person=team.ada.public_id))
    assert [e.person for e in Activity.objects.planned().get().exposures.all()] == [
        team.ada
    ]


def test_asking_leads_to_the_page_of_the_wish_and_twice_makes_one(as_, team):
    browser = as_(team.lou)
    for _ in range(2):
        answer = ask(browser, team)
        wish = PastLimit.objects.get()
        assert answer.headers["Location"] == page_of(wish)
    page = browser.get(page_of(wish)).content.decode()
    assert SAFE in page
    assert "It waits for an answer." in page
    assert 'name="word"' not in page
    assert Activity.objects.planned().count() == 0


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Write in a sentence why you ask."),
        ("  ", "Write in a sentence why you ask."),
        ("x" * 301, "Keep it to 300 characters."),
        ("a\0b", "Write in a sentence why you ask."),
    ],
)
def test_without_a_reason_the_page_asks_for_one_and_nothing_is_lost(
    as_, team, reason, sentence
):
    answer = ask(as_(team.lou), team, reason=reason)
    assert answer.status_code == 422
    assert answer.context["reason"].errors == {"reason": [sentence]}
    page = answer.content.decode()
    assert 'id="id_reason_error"' in page
    assert 'value="209"' in page
    assert PastLimit.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "2026-09-15"}, "day", "That is past. If it has happened, log it."),
        (
            {"day": "2026-09-28"},
            "__all__",
            "No limit stops this any more. It can be planned as usual.",
        ),
    ],
)
def test_what_stands_against_asking_is_said(as_, team, changes, field, sentence):
    answer = ask(as_(team.lou), team, **changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert PastLimit.objects.count() == 0


def test_a_lone_coordinator_reads_why_nobody_can_be_asked(as_, team, at):
    team.fay.memberships.filter(role=Role.COORDINATOR).update(until_date=at.date())
    browser = as_(team.lou)
    page = browser.post(reverse("plan"), form(team)).content.decode()
    assert "the study has none at the moment" in page
    assert "formaction" not in page
    assert ask(browser, team).context["form"].non_field_errors() == [
        "Another coordinator would have to agree, and the study has none at the moment."
    ]


def test_a_facilitator_at_a_limit_is_asked_and_the_interviewer_is_not(as_, team):
    swapped = form(team, interviewer=team.ada.public_id, facilitator=team.bem.public_id)
    page = as_(team.lou).post(reverse("plan"), swapped).content.decode()
    assert "Another coordinator decides, and Bem Adeyemi says yes or no" in page
    people = {"interviewer": team.ada.public_id, "facilitator": team.bem.public_id}
    ask(as_(team.lou), team, **people)
    wish = PastLimit.objects.get()
    address = reverse("past_limit", args=[wish.public_id])
    assert "A question for you" in as_(team.bem).get(address).content.decode()
    assert as_(team.ada).get(address).status_code == 404
    as_(team.bem).post(
        reverse("past_limit_answer", args=[wish.public_id]), {"word": "yes"}
    )
    wish.refresh_from_db()
    assert (wish.facilitator_yes, wish.person_yes) == (True, None)


def test_asking_for_somebody_who_is_not_prepared_names_the_step(as_, team):
    Prepared.objects.filter(person=team.bem, step="role_play").delete()
    answer = ask(as_(team.lou), team)
    assert answer.status_code == 422
    assert "Bem Adeyemi, interviewer: role-play." in answer.content.decode()


def test_the_person_sees_who_asked_and_why_and_says_yes(as_, team, wish):
    page = as_(team.bem).get(page_of(wish)).content.decode()
    for words in (
        "A question for you",
        "Lou Brennan asks whether this interview may be planned for you",
        SAFE,
        "This would be number 4 in 7 days. The limit is 3.",
        "Thursday 17\u00a0September, 2pm, London time, for 1 hour",
        "Yes and no are both fine.",
    ):
        assert words in page
    assert "Thank you. Your yes is kept." in say(as_(team.bem), wish, "answer", "yes")
    assert "You said yes" in as_(team.bem).get(page_of(wish)).content.decode()
    said = say(as_(team.fay), wish, "decide", "yes")
    assert "Planned: Thursday 17\u00a0September, 2pm, London time." in said
    assert "It is planned." in said
    assert Activity.objects.planned().count() == 1


def test_a_no_is_final_and_looks_the_same_whoever_said_it(as_, team, wish, at):
    assert "Thank you. It is not planned." in say(as_(team.bem), wish, "answer", "no")
    by_person = as_(team.lou).get(page_of(wish)).content
    PastLimit.objects.update(
        person_yes=None,
        person_answered_at=None,
        decided_yes=False,
        decided_by=team.fay,
        decided_at=at,
    )
    assert as_(team.lou).get(page_of(wish)).content == by_person
    assert "It is not planned." in by_person.decode()


def test_a_coordinator_cannot_see_whether_the_person_has_answered(as_, team, wish, at):
    def seen():
        return [
            masked(as_(who).get(page_of(wish)).content.decode())
            for who in (team.lou, team.fay)
        ] + [masked(as_(team.lou).get(reverse("plan")).content.decode())]

    before = seen()
    past_limits.answer(wish=wish, by=team.bem, yes=True, at=at)
    assert seen() == before


def masked(page):
    """Without the form's own random values."""
    return [
        line
        for line in page.splitlines()
        if "csrfmiddlewaretoken" not in line and 'name="submission"' not in line
    ]


@pytest.mark.parametrize("word", ["", "perhaps", "YES"])
def test_a_post_without_a_word_changes_nothing(as_, team, wish, word):
    say(as_(team.bem), wish, "answer", word)
    say(as_(team.fay), wish, "decide", word)
    row = PastLimit.objects.get()
    assert (row.person_yes, row.decided_yes, row.decided_by) == (None, None, None)
    assert row.person_answered_at is None


def test_a_look_never_answers(as_, team, wish):
    for door in ("answer", "decide"):
        address = reverse(f"past_limit_{door}", args=[wish.public_id])
        assert as_(team.fay).get(address).status_code == 405
    as_(team.bem).get(page_of(wish), {"word": "yes"})
    assert PastLimit.objects.get().person_yes is None


@pytest.mark.parametrize("who", ["ada", "gil", "jo", "sam", "charlie"])
def test_others_find_nothing_there(as_, team, wish, who):
    browser = as_(getattr(team, who))
    unknown = uuid4()
    assert browser.get(page_of(wish)).status_code == 404
    for door in ("answer", "decide"):
        for key in (wish.public_id, unknown):
            address = reverse(f"past_limit_{door}", args=[key])
            assert browser.post(address, {"word": "yes"}).status_code == 404
    assert ask(browser, team).status_code == 404
    row = PastLimit.objects.get()
    assert (row.person_yes, row.decided_yes) == (None, None)


def test_each_answers_only_at_their_own_door(as_, team, wish):
    answer = reverse("past_limit_answer", args=[wish.public_id])
    assert as_(team.fay).post(answer, {"word": "yes"}).status_code == 404
    assert as_(team.lou).post(answer, {"word": "yes"}).status_code == 404
    decide = reverse("past_limit_decide", args=[wish.public_id])
    assert as_(team.bem).post(decide, {"word": "yes"}).status_code == 404
    page = say(as_(team.lou), wish, "decide", "yes")
    assert "Another coordinator decides about this one." in page
    row = PastLimit.objects.get()
    assert (row.person_yes, row.decided_yes) == (None, None)


def test_fay_may_ask_for_herself_and_only_lou_decides(as_, team):
    done(team, team.fay, *days_before(THURSDAY, 2, 3, 5))
    ask(as_(team.fay), team, interviewer=team.fay.public_id)
    wish = PastLimit.objects.get()
    page = as_(team.fay).get(page_of(wish)).content.decode()
    assert "Yes, plan it" not in page
    say(as_(team.fay), wish, "decide", "yes")
    assert Activity.objects.planned().count() == 0
    say(as_(team.lou), wish, "decide", "yes")
    assert Activity.objects.planned().count() == 1


def test_a_role_that_ended_closes_the_door(as_, team, wish, at):
    team.fay.memberships.filter(role=Role.COORDINATOR).update(until_date=at.date())
    browser = as_(team.fay)
    assert browser.get(page_of(wish)).status_code == 404
    address = reverse("past_limit_decide", args=[wish.public_id])
    assert browser.post(address, {"word": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        ("pause", "The study is paused and plans nothing. Support goes on as before."),
        ("number", "The study has another interview with this number now"),
        ("leave", "Somebody is no longer in the team on that day"),
        ("step", "Something is still to be noted before this interview"),
        ("more", "It would go further past the limit now"),
    ],
)
def test_a_yes_that_cannot_plan_it_says_why(as_, team, wish, at, spoil, sentence):
    past_limits.decide(wish=wish, by=team.fay, yes=True, at=at)
    {
        "pause": lambda: team.study.pauses.create(starts_on=at.date(), reason="x"),
        "number": lambda: plan(team, at, interviewer=team.ada),
        "leave": lambda: team.gil.memberships.update(until_date=THURSDAY.date()),
        "step": lambda: Prepared.objects.filter(person=team.bem).delete(),
        "more": lambda: done(team, team.bem, THURSDAY - timedelta(days=1)),
    }[spoil]()
    before = Activity.objects.planned().count()
    page = say(as_(team.bem), wish, "answer", "yes")
    assert sentence in page
    assert "Yes, plan it" in page
    assert Activity.objects.planned().count() == before


def test_after_the_start_the_page_only_says_that_it_is_not_planned(
    as_, team, wish, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: THURSDAY)
    for who in (team.bem, team.fay):
        page = as_(who).get(page_of(wish)).content.decode()
        assert "It is not planned." in page
        assert "Yes, plan it" not in page
    assert "There is nothing left to answer." in say(
        as_(team.bem), wish, "answer", "yes"
    )


def test_what_waits_stands_on_the_plan_page_and_on_the_persons_own(as_, team, wish):
    for who, address in ((team.fay, reverse("plan")), (team.bem, reverse("prepared"))):
        assert page_of(wish) in as_(who).get(address).content.decode()
    assert page_of(wish) not in as_(team.ada).get(reverse("prepared")).content.decode()
    assert page_of(wish) not in as_(team.charlie).get(reverse("plan")).content.decode()
    assert SAFE not in as_(team.fay).get(reverse("plan")).content.decode()


def test_the_letter_is_quiet_and_leads_to_the_page(team, wish, at):
    letter = rendering.letter(Message.objects.get(), at=at, to="bem@example.org")
    assert letter.subject == "Somebody asks for your yes"
    for face in (letter.subject, letter.text, letter.html):
        for word in ("209", "interview", "Community", "participant", "Lou", "limit"):
            assert word not in without_ids(face)
    assert f"http://testserver{page_of(wish)}" in letter.text


def test_the_plan_page_asks_as_much_for_three_wishes_as_for_one(
    as_, team, wish, at, django_assert_num_queries
):
    browser = as_(team.fay)
    join(team.study, make_person("Max Ito"), Role.COORDINATOR)
    browser.get(reverse("plan"))
    with CaptureQueriesContext(connection) as with_one:
        browser.get(reverse("plan"))
    for who in (team.ada, team.fay):
        done(team, who, *days_before(THURSDAY, 2, 3, 5))
        past_limits.ask(
            wanted=planning.Wanted(
                team.study, who.name[:3], who, None, THURSDAY, 60, ""
            ),
            reason=WHY,
            by=team.lou,
            at=at,
        )
    with django_assert_num_queries(len(with_one)):
        page = browser.get(reverse("plan")).content.decode()
    assert page.count("/asked/") == 3
