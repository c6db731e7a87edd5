"""`/post/`: why messages do not leave, and nothing about who gets them."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import outbox
from notifications.channels import circuit
from notifications.models import Heartbeat, Message, State
from tests.factories import join, make_person
from tests.notifications.makers import owe
from wellbeing.models import Role


@pytest.fixture
def look(team, at, settings, browse):
    """The page as the administrator sees it, without its markup."""
    settings.DEMO_AT = at
    team.ann = join(team.study, make_person("Ann Machine"), Role.ADMINISTRATOR)
    browser = browse(team.ann)

    def seen(query: str = "") -> str:
        html = browser.get(f"/post/{query}").content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

    return seen


def failed(person, at, number=1, **extra) -> Message:
    """A reminder that nobody could deliver, due an hour ago."""
    row = owe(person, at - timedelta(hours=1), key=f"failed:{number}")
    found = {"state": State.DEAD, "reason": "the mail came back", "settled_at": at}
    Message.objects.filter(pk=row.pk).update(**{**found, **extra})
    return row


def test_the_oldest_due_message_comes_first_then_the_sender(look, team, at):
    owe(team.ada, at - timedelta(minutes=20))
    Heartbeat.objects.create(name="sender", beat_at=at - timedelta(minutes=2))
    assert (
        "Oldest due message has waited 20 minutes A sender was last heard 2 minutes ago"
        " Needs a look A message has been due for 1200 seconds." in look()
    )


def test_a_short_wait_is_not_told_to_the_second(look, team, at):
    owe(team.ada, at - timedelta(seconds=41))
    assert "Oldest due message has waited Less than a minute" in look()


def test_a_shut_channel_says_why_and_until_when(look, at):
    circuit.close(channel="email", reason="the mail server does not let us in", at=at)
    assert (
        "Email Shut until 4:15pm. The mail server does not let us in. Messages wait."
        " Text message Not set up. What would be a text goes as email." in look()
    )
    assert "Needs a look No sender has run yet. A channel is shut." in look()


def test_when_all_is_well_nothing_needs_a_look(look, at):
    Heartbeat.objects.create(name="sender", beat_at=at)
    assert (
        "A sender was last heard Less than a minute ago"
        " Needs a look Nothing. All is well. Email Open" in look()
    )


def test_what_was_not_sent_has_a_reason(look, team, at):
    failed(team.ada, at)
    assert (
        "Tuesday 15 September, in the afternoon About somebody’s work or time,"
        " by email. Not sent: it could not be delivered. The mail came back." in look()
    )


def test_what_is_due_and_has_not_left_stands_on_the_list(look, team, at):
    owe(team.ada, at - timedelta(seconds=61))
    assert "Waiting for its time. No sender has taken it up yet." in look()


def test_what_is_due_just_now_or_later_does_not(look, team, at):
    owe(team.ada, at - timedelta(seconds=59))
    owe(team.ada, at, key="later", not_before=at + timedelta(hours=1))
    assert "Nothing. Every message left on time." in look()


def test_what_is_still_to_come_is_on_no_list_whatever_became_of_it(look, team, at):
    row = owe(team.ada, at, not_before=at + timedelta(hours=1))
    Message.objects.filter(pk=row.pk).update(state=State.DEAD, reason="it came back")
    assert "Nothing. Every message left on time." in look()


@pytest.mark.parametrize("purpose", ["offer", "booking_notice", "request_notice"])
def test_an_offer_an_agreed_time_and_a_request_look_alike(look, team, at, purpose):
    failed(team.ada, at, purpose="check_in", template="check_in")
    before = look()
    Message.objects.update(purpose=purpose, template="request_new", person=team.jo)
    assert look() == before


def test_no_name_no_address_and_no_words_are_shown(look, team, at):
    failed(team.ada, at, address="somewhere@example.org")
    html = look()
    found = [
        word
        for word in (
            *("Okafor", "Ada", "@", "Community", "booking", "reminder"),
            *(str(row.public_id) for row in Message.objects.all()),
        )
        if word in html
    ]
    assert found == []


def test_what_somebody_chose_is_one_sentence_for_every_choice(look, team, at):
    failed(team.ada, at, state=State.WITHHELD, reason="the account is closed")
    before = look()
    Message.objects.update(reason="the person has quiet hours")
    assert look() == before
    assert "The person’s own settings keep it back." in before


def test_what_was_taken_back_is_on_no_list_with_no_reason(look, team, at):
    owe(team.ada, at - timedelta(hours=1))
    outbox.withdraw(group="booking:1", at=at, reason="the offer was answered")
    html = look()
    assert "answered" not in html.replace("somebody answer", "")
    assert "Nothing. Every message left on time." in html
    assert "Not sent: no longer needed Fewer than 5" in html


def test_numbers_that_move_with_an_answer_are_rounded(look, team, at):
    for number in range(4):
        owe(team.ada, at, key=f"few:{number}", not_before=at + timedelta(hours=1))
    assert "Waiting for its time Fewer than 5" in look()
    for number in range(4, 13):
        owe(team.ada, at, key=f"few:{number}", not_before=at + timedelta(hours=1))
    html = look()
    assert "Waiting for its time About 10" in html
    assert "Arrived" not in html


def test_faults_are_counted_to_the_last(look, team, at):
    failed(team.ada, at, 1)
    failed(team.ada, at, 2, state=State.RETRY)
    html = look()
    assert "Not sent: it could not be delivered 1" in html
    assert "To be tried again 1" in html


def test_the_page_asks_no_more_for_three_rows_than_for_one(look, team, at):
    asked = []
    for count in (1, 3):
        for number in range(count):
            failed(team.bem, at, number + 10 * count)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            look()
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] <= 13


def test_a_long_list_has_pages(look, team, at):
    for number in range(26):
        failed(team.ada, at, number)
    assert look().count("The mail came back.") == 25
    assert look("?page=2").count("The mail came back.") == 1
    assert "Page 2 of 2" in look("?page=99")


@pytest.mark.parametrize("who", ["ada", "jo", "lou", "fay", "sam", "charlie"])
def test_for_everybody_else_there_is_no_such_page(look, team, at, browse, who):
    failed(getattr(team, who), at)
    browser = browse(getattr(team, who))
    answer, unknown = browser.get("/post/"), browser.get("/nowhere/")
    assert answer.status_code == 404
    assert answer.content == unknown.content


def test_the_post_goes_on_when_the_support_of_a_study_is_over(look, team, at):
    team.study.closed_on = team.study.support_ends_on = at.date()
    team.study.save()
    assert "Nothing. Every message left on time." in look()


def test_an_administrator_needs_a_second_factor_even_then(look, team, at, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    team.study.closed_on = team.study.support_ends_on = at.date()
    team.study.save()
    with pytest.raises(ValueError, match="substring not found"):
        look()


def test_the_way_to_the_page_is_in_the_menu_and_at_home(look, team, browse):
    html = browse(team.ann).get("/").content.decode()
    assert html.count('href="/post/"') == 2
    assert 'href="/post/"' not in browse(team.sam).get("/").content.decode()


def test_the_command_opens_the_page_for_one_person(team, at, settings, browse):
    settings.DEMO_AT = at
    for _ in range(2):
        call_command("administrator", team.sam.email, study=team.study.name)
    assert browse(team.sam).get("/post/").status_code == 200
    assert browse(team.lou).get("/post/").status_code == 404


@pytest.mark.parametrize(
    ("address", "study", "said"),
    [
        ("nobody@example.org", "Community support", "Nobody has an account"),
        ("", "Nowhere", "There is no study of this name."),
    ],
)
def test_the_command_says_whom_or_what_it_does_not_know(team, address, study, said):
    with pytest.raises(CommandError, match=said):
        call_command("administrator", address or team.sam.email, study=study)
