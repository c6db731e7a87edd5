"""The page for support on any day, and asking somebody by name."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import Message
from sessions import requests
from sessions.models import Booking, SupportRequest
from tests.factories import join, make_person, make_supporter
from tests.vault.dump import everything_stored
from tests.wellbeing.stories import asked, logged, sept, take, text_of

CANARY = "A canary sings at midnight, said Zebedee."


@pytest.fixture
def ada(agreed, clock, browse):
    return browse(agreed.ada)


def form_of(client, agreed, **changes):
    page = client.get("/support/ask/")
    data = {
        "submission": page.context["form"]["submission"].value(),
        "holder": agreed.jo.public_id,
        "kind": "debrief",
        "modes": ["phone", "video"],
        "note": "",
    }
    return data | changes


# --- the page -----------------------------------------------------------------------


def test_my_times_stand_in_order_with_whom_and_how(ada, agreed, at):
    logged(agreed, at)
    take(agreed, at, start=sept(17, 14), supporter=agreed.dr_kim, kind="short_call")
    page = ada.get("/support/")
    rows = [(b["row"].starts_at, b["kind"]) for b in page.context["bookings"]]
    assert rows == [(sept(16, 9, 30), "debrief"), (sept(17, 14), "short call")]
    text = text_of(page)
    assert "Short call, By phone, with Dr Kim Sato" in text
    assert text.count("Kept for you until tomorrow, 7:30am") == 1


def test_a_time_that_is_over_or_gone_back_is_not_listed(ada, agreed, at, clock):
    offer = logged(agreed, at)
    clock(offer.booking.pencilled_until)
    assert ada.get("/support/").context["bookings"] == []


def test_an_open_offer_is_listed_once(ada, agreed, at):
    offer = logged(agreed, at)
    logged(agreed, at + timedelta(minutes=1), code="210")
    panels = ada.get("/support/").context["offers"]
    assert [panel.offer for panel in panels] == [offer]


def test_what_one_asked_for_names_its_holder_and_the_cover(ada, agreed, at):
    asked(agreed, at)
    text = text_of(ada.get("/support/"))
    assert "<b>Dr Jo Whitfield</b> has held your request since today, 4pm." in text
    assert "They answer with a time by tomorrow, 11:30am." in text
    assert "If they cannot, we ask Dr Kim Sato." in text


def test_without_cover_the_page_says_that_the_lead_is_told(ada, agreed, at):
    asked(agreed, at, holder=agreed.dr_kim)
    text = text_of(ada.get("/support/"))
    assert "If they cannot, the lead is told, without your name." in text


def test_cover_is_asked_for_with_the_persons_yes(ada, agreed, at, clock):
    request = asked(agreed, at)
    requests.ask_cover(at=request.answer_due)
    clock(request.answer_due)
    assert f"/requests/{request.public_id}/" in text_of(ada.get("/support/"))
    ada.post(f"/requests/{request.public_id}/cover/")
    text = text_of(ada.get("/support/"))
    assert "<b>Dr Kim Sato</b> has held your request since" in text


def test_a_request_that_is_closed_or_has_its_time_is_not_listed(ada, agreed, at):
    first = asked(agreed, at)
    second = asked(agreed, at, holder=agreed.dr_kim, submission="two")
    assert set(ada.get("/support/").context["requests"]) == {first, second}
    requests.close(request=first, at=at)
    requests.offer_time(
        request=second,
        start=sept(16, 14),
        mode="phone",
        until=sept(16, 10),
        reminders=[],
        by=agreed.kim,
        at=at,
    )
    assert list(ada.get("/support/").context["requests"]) == []


def test_nobody_sees_what_another_asked_for(agreed, at, clock, browse):
    asked(agreed, at)
    take(agreed, at, start=sept(17, 14))
    for person in (agreed.bem, agreed.fay):
        page = browse(person).get("/support/")
        assert list(page.context["requests"]) == page.context["bookings"] == []
    assert "Dr Jo" not in text_of(browse(agreed.charlie).get("/support/"))
    for person in (agreed.lou, agreed.jo, agreed.sam):
        assert browse(person).get("/support/").status_code == 404


def test_the_page_costs_the_same_for_one_and_for_three(
    ada, agreed, at, django_assert_num_queries
):
    for number in range(3):
        asked(agreed, at, submission=str(number))
        take(agreed, at, start=sept(17, 10 + 2 * number))
        if number == 1:
            continue
        with django_assert_num_queries(12):
            page = ada.get("/support/")
        assert len(page.context["bookings"]) == number + 1


# --- asking -------------------------------------------------------------------------


def test_who_is_asked_holds_it_from_this_moment(ada, agreed, at):
    answer = ada.post("/support/ask/", form_of(ada, agreed))
    assert answer.headers["Location"] == "/support/"
    request = SupportRequest.objects.get()
    assert (request.holder, request.held_since) == (agreed.dr_jo, at)
    assert (request.kind, request.minutes) == ("debrief", 50)
    assert request.modes == ["phone", "video"]
    assert (request.answer_due, request.promised_by) == (sept(16, 11, 30), sept(17, 16))
    assert request.note is None
    told = Message.objects.get()
    assert (told.person, told.template) == (agreed.jo, "request_new")
    page = text_of(ada.get("/support/"))
    assert "Dr Jo Whitfield has your request now, and holds it for you." in page


def test_the_same_form_twice_makes_one_request(ada, agreed):
    data = form_of(ada, agreed)
    answers = {ada.post("/support/ask/", data).headers["Location"] for _ in range(3)}
    assert answers == {"/support/"}
    assert (SupportRequest.objects.count(), Message.objects.count()) == (1, 1)


def test_a_form_opened_again_is_another_request(ada, agreed):
    for _ in range(2):
        ada.post("/support/ask/", form_of(ada, agreed))
    assert SupportRequest.objects.count() == 2


def test_a_note_is_in_no_table_in_clear_and_opens_for_the_holder_alone(ada, agreed):
    ada.post("/support/ask/", form_of(ada, agreed, note=f"  {CANARY}\n"))
    stored = everything_stored().lower()
    for word in (CANARY, "canary", "Zebedee"):
        assert word.lower().encode() not in stored
    request = SupportRequest.objects.select_related("note").get()
    assert requests.read_note(request=request, reader=agreed.jo) == CANARY
    assert "canary" not in text_of(ada.get("/support/")).lower()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"holder": ""}, "holder", "Choose who you would like to ask."),
        ({"holder": "nobody"}, "holder", "Choose one of these people."),
        ({"kind": ""}, "kind", "Choose what you would like."),
        ({"kind": "tea"}, "kind", "Choose one of these."),
        ({"kind": "quiet_time"}, "kind", "Choose one of these."),
        (
            {"kind": "peer"},
            "kind",
            "Dr Jo Whitfield does not do this. Choose another kind.",
        ),
        ({"modes": ["phone", "pigeon"]}, "modes", "Choose among these ways."),
        ({"note": "x" * 1001}, "note", "Keep the note under 1,000 characters."),
        ({"submission": "x"}, "submission", "Open the page again, please."),
        ({"submission": ""}, "submission", "Open the page again, please."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(
    ada, agreed, changes, field, sentence
):
    data = form_of(ada, agreed, **({"note": "Kept for me."} | changes))
    answer = ada.post("/support/ask/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    page = text_of(answer)
    times_said = 1 if field == "submission" else 2
    assert page.count(sentence.replace("’", "&#x27;")) == times_said
    assert data["note"][:20] in page
    assert "<title>Error: Ask for a time" in page
    assert SupportRequest.objects.count() == 0


def test_a_null_character_is_no_error_page(ada, agreed):
    data = form_of(ada, agreed, note="a\x00b", holder="\x00", submission="\x00")
    assert ada.post("/support/ask/", data).status_code == 422


def test_nobody_outside_the_study_can_be_asked(ada, agreed):
    far = make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    answer = ada.post(
        "/support/ask/", form_of(ada, agreed, holder=far.person.public_id)
    )
    assert answer.context["form"].errors == {"holder": ["Choose one of these people."]}
    assert "Dr Far" not in text_of(answer)


def test_a_peer_can_be_asked_for_what_a_peer_does(ada, agreed):
    peer = make_supporter(join(agreed.study, make_person("Pat Peer"), "peer_supporter"))
    data = form_of(ada, agreed, holder=peer.person.public_id, kind="peer")
    assert ada.post("/support/ask/", data).status_code == 302
    assert (SupportRequest.objects.get().holder, Booking.objects.count()) == (peer, 0)


def test_asking_is_for_people_whose_work_exposes_them(agreed, clock, browse):
    for person in (agreed.lou, agreed.jo, agreed.sam):
        assert browse(person).get("/support/ask/").status_code == 404
        data = {"holder": agreed.kim.public_id, "submission": uuid4()}
        assert browse(person).post("/support/ask/", data).status_code == 404
    assert SupportRequest.objects.count() == 0
