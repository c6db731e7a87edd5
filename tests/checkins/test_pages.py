"""The pages: one's own, calm, and closed to everybody else."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checkins import answers, choices
from checkins.models import Answer, Choice, Invitation
from notifications.models import Message
from tests.checkins.conftest import BECAUSE, same
from tests.vault.dump import everything_stored
from wellbeing.vault.models import Record

pytestmark = pytest.mark.usefixtures("frozen")

FULL = {"do": "save", "how": "staying", "full": "much", "help": ["short", "quiet"]}


@pytest.fixture
def ada(client, team):
    client.force_login(team.ada)
    return client


@pytest.fixture
def invitation(invite, team):
    return invite(readers=[team.jo, team.kim])


def _path(name, invitation):
    return reverse(name, args=[invitation.public_id])


def _words(response):
    return response.content.decode()


def _answered(team, at, invitation, said, **more):
    return answers.save(
        **{
            "invitation": invitation,
            "person": team.ada,
            "answers": said,
            "share": "me",
            "share_with": None,
            "again": "",
            "at": at,
            **more,
        }
    )


def test_the_form_asks_and_says_why_and_who_sees(ada, invitation):
    words = _words(ada.get(_path("check_in", invitation)))
    assert words.count("<legend>") == 5
    assert words.count('value="skip"><span>') == 5
    assert BECAUSE in words
    assert "Dr Jo Whitfield, this one only" in words
    assert words.count(" checked") == 1
    assert 'name="see" value="me" id="see" checked' in words
    assert "It is open until" in words
    assert "London time" in words


def test_answering_thanks_and_says_that_nobody_was_told(ada, team, invitation):
    response = ada.post(_path("check_in", invitation), FULL, follow=True)
    assert response.redirect_chain == [(_path("check_in_saved", invitation), 302)]
    words = _words(response)
    assert "Saved. Only you can see it." in words
    assert "<h1>Thank you. Nobody has been told.</h1>" in words
    assert 'href="/support/"' in words
    assert 'href="/help-now/"' in words
    read = answers.read(answer=Answer.objects.get(), reader=team.ada)
    assert read[0][1] == "It is staying with me"


@pytest.mark.parametrize("way", ["once", "person"])
def test_showing_it_to_somebody_says_so(ada, team, invitation, way):
    data = FULL | {"see": f"{way}:{team.jo.public_id}"}
    words = _words(ada.post(_path("check_in", invitation), data, follow=True))
    assert "Saved. Dr Jo Whitfield can read it. They are not sent a message." in words
    assert "You and Dr Jo Whitfield can read them." in words
    chosen = Choice.objects.filter(person=team.ada, shared_with=team.jo)
    assert chosen.exists() == (way == "person")


def test_the_next_form_starts_as_it_was_chosen(ada, team, invitation, invite):
    data = {"do": "save", "see": f"person:{team.jo.public_id}"}
    ada.post(_path("check_in", invitation), data)
    form = _words(ada.get(_path("check_in", invite("next"))))
    assert f'value="person:{team.jo.public_id}" checked' in form
    ada.post(reverse("check_ins_change"), {"do": "only_me"})
    form = _words(ada.get(_path("check_in", invite("next"))))
    assert 'value="me" id="see" checked' in form


def test_what_cannot_be_understood_gets_a_sentence_and_loses_nothing(ada, invitation):
    data = FULL | {"full": "brimming", "see": f"once:{uuid4()}"}
    response = ada.post(_path("check_in", invitation), data)
    words = _words(response)
    assert response.status_code == 422
    assert words.count('<p class="error-text"') == 2
    assert '<a href="#full">How full does your week feel? Choose from the list' in words
    assert 'value="staying" checked' in words
    assert 'value="short" id' not in words
    assert 'value="short" checked' in words
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "save", "see": "person:"},
        {"see": "once:not-an-id"},
        {"again": "\x00"},
        {"help": ["x" * 5000] * 3},
    ],
)
def test_odd_posts_never_break_the_page(ada, invitation, data):
    assert ada.post(_path("check_in", invitation), data).status_code in {302, 422}


def test_a_double_post_shows_the_first_as_saved(ada, team, invitation):
    path = _path("check_in", invitation)
    ada.post(path, FULL)
    response = ada.post(path, {"do": "save", "how": "fine"}, follow=True)
    assert "Saved. Only you can see it." in _words(response)
    read = answers.read(answer=Answer.objects.get(), reader=team.ada)
    assert read[0][1] == "It is staying with me"


def test_skip_all_leaves_it_out(ada, invitation):
    response = ada.post(_path("check_in", invitation), {"do": "skip"}, follow=True)
    assert "<h1>You left this one out</h1>" in _words(response)
    assert Answer.objects.count() == 0
    assert "Nothing is open" in _words(ada.get(reverse("check_ins")))


def test_posting_to_a_closed_one_changes_nothing(ada, at, invitation, settings):
    settings.DEMO_AT = invitation.closes_at
    for do in ("save", "skip"):
        response = ada.post(_path("check_in", invitation), {"do": do}, follow=True)
        assert "This check&#8209;in is not open" in _words(response)
    assert Invitation.objects.untouched().count() == 1


def test_reading_showing_hiding_and_deleting_ones_own(ada, team, at, invitation, said):
    answer = _answered(team, at, invitation, said)
    page, share = _path("check_in", invitation), _path("check_in_share", invitation)
    words = _words(ada.get(page))
    assert "A short call; Quiet paid time" in words
    assert "Only you. Never the coordinator" in words
    words = _words(ada.post(share, {"show": team.jo.public_id}, follow=True))
    assert "You and Dr Jo Whitfield. Never the coordinator" in words
    words = _words(ada.post(share, {"hide": team.jo.public_id}, follow=True))
    assert "Dr Jo Whitfield cannot open it any more." in words
    assert ada.post(share, {"show": team.lou.public_id}).status_code == 404
    assert ada.post(share, {"hide": team.ada.public_id}).status_code == 404
    delete = _path("check_in_delete", invitation)
    assert ada.get(delete).status_code == 200
    assert Record.objects.filter(pk=answer.record_id).exists()
    words = _words(ada.post(delete, follow=True))
    assert "Deleted. Nobody can read it any more." in words
    assert Record.objects.count() == 0
    assert "<h1>These answers are deleted</h1>" in _words(ada.get(page))


def test_an_answer_that_does_not_verify_says_so_and_shows_nothing(
    ada, team, at, invitation, said
):
    answer = _answered(team, at, invitation, said)
    Record.objects.filter(pk=answer.record_id).update(body=b"x" * 272)
    words = _words(ada.get(_path("check_in", invitation)))
    assert "they could not be opened" in words
    assert "staying" not in words


def test_the_chosen_reader_reads_it_and_nobody_else_does(
    client, team, at, invitation, said
):
    _answered(team, at, invitation, said, share="once", share_with=team.jo)
    path = _path("check_in_shared", invitation)
    client.force_login(team.jo)
    assert "Ada Okafor, Tuesday" in _words(client.get(reverse("check_ins")))
    assert "It is staying with me" in _words(client.get(path))
    for name in ("ada", "kim", "lou", "fay", "sam", "bem", "charlie"):
        client.force_login(getattr(team, name))
        foreign = client.get(path)
        unknown = client.get(reverse("check_in_shared", args=[uuid4()]))
        assert foreign.status_code == 404
        assert same(foreign) == same(unknown)


@pytest.mark.parametrize("name", ["jo", "lou", "fay", "sam", "bem", "charlie"])
def test_every_page_of_ada_is_the_same_404_for_others(
    client, team, at, invitation, said, name
):
    _answered(team, at, invitation, said, share="once", share_with=team.kim)
    client.force_login(getattr(team, name))
    for page in ("check_in", "check_in_saved", "check_in_delete", "check_in_shared"):
        foreign = client.get(_path(page, invitation))
        unknown = client.get(reverse(page, args=[uuid4()]))
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert same(foreign) == same(unknown)
    for page in ("check_in", "check_in_delete", "check_in_share"):
        assert client.post(_path(page, invitation), FULL).status_code == 404
    assert Record.objects.count() == 1


@pytest.mark.parametrize("name", ["lou", "sam", "jo", "charlie"])
def test_pages_of_others_are_the_same_bytes_whether_or_not_ada_answered(
    client, team, at, invitation, said, name
):
    client.force_login(getattr(team, name))
    pages = [reverse("check_ins"), _path("check_in", invitation)]
    before = [same(client.get(page)) for page in pages]
    _answered(team, at, invitation, said, again="pause")
    assert [same(client.get(page)) for page in pages] == before


def test_without_signing_in_the_way_leads_to_the_door(client, invitation):
    for page in ("check_in", "check_in_saved", "check_in_delete", "check_in_shared"):
        response = client.get(_path(page, invitation))
        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/")


def test_the_list_has_what_is_open_and_what_was_answered(ada, team, at, invite, said):
    first, _ = invite("one"), invite("two")
    _answered(team, at, first, said, share="once", share_with=team.jo)
    words = _words(ada.get(reverse("check_ins")))
    assert words.count("How are you? Open until") == 1
    assert "Tuesday 15\u00a0September 2026: you and Dr Jo Whitfield" in words


def test_pausing_starting_and_stopping_from_the_page(ada, team, at, invitation):
    change = reverse("check_ins_change")
    words = _words(ada.post(change, {"do": "pause"}, follow=True))
    assert "You have paused these" in words
    assert Invitation.objects.untouched().count() == 0
    words = _words(ada.post(change, {"do": "start"}, follow=True))
    assert "Nothing is open" in words
    words = _words(ada.post(change, {"do": "stop"}, follow=True))
    assert "You have stopped these" in words
    assert ada.post(change, {"do": "else"}).status_code == 404
    assert ada.get(change).status_code == 405
    assert choices.choice_of(team.ada).stopped_at == at


def test_opening_pages_writes_nothing(ada, team, at, invite, invitation, said):
    answered = invite("answered")
    _answered(team, at, answered, said, share="once", share_with=team.jo)
    before = _rows()
    for path in (
        reverse("check_ins"),
        _path("check_in", invitation),
        _path("check_in", answered),
        _path("check_in_saved", answered),
        _path("check_in_delete", answered),
    ):
        assert ada.get(path).status_code == 200
        assert ada.head(path).status_code == 200
    assert _rows() == before


def _rows():
    models = (Invitation, Answer, Choice, Message, Record)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_list_costs_the_same_for_one_and_for_three(
    ada, team, at, invite, said, django_assert_num_queries
):
    page, shown = reverse("check_ins"), {"share": "once"}
    for number in range(3):
        invite(f"open {number}")
        mine = invite(f"answered {number}")
        _answered(team, at, mine, said, share_with=team.jo, **shown)
        of_bem = invite(f"shown {number}", person=team.bem, readers=[team.ada])
        _answered(team, at, of_bem, said, person=team.bem, share_with=team.ada, **shown)
        if number == 0:
            with CaptureQueriesContext(connection) as for_one:
                ada.get(page)
    with django_assert_num_queries(len(for_one)):
        ada.get(page)
    ours = [q for q in for_one if "checkins_" in q["sql"] or "vault_" in q["sql"]]
    # What is open, what was answered, who reads it, what was shown to me, the choice.
    assert len(ours) == 5


def test_a_long_pause_is_no_matter_of_days(ada, team, at, invite, settings):
    ada.post(reverse("check_ins_change"), {"do": "pause"})
    settings.DEMO_AT = at + timedelta(hours=7)
    assert invite("later") is None
    assert "You have paused these" in _words(ada.get(reverse("check_ins")))


def test_a_whole_visit_leaves_no_answer_in_tables_logs_or_mail(
    ada, team, invitation, caplog, mailoutbox
):
    caplog.set_level(logging.DEBUG)
    data = FULL | {"see": f"once:{team.jo.public_id}", "again": "week"}
    ada.post(_path("check_in", invitation), data)
    ada.get(_path("check_in", invitation))
    ada.force_login(team.lou)
    ada.get(_path("check_in", invitation))
    shown = caplog.text + repr([m.message().as_string() for m in mailoutbox])
    for word in ("staying", "Quiet paid", "A short call", '"much"'):
        assert word not in shown
        assert word.encode() not in everything_stored()
