"""The pages of the protocol and its drafts: for all of a study, and nobody else."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.locks import LostTheRace
from tests.drafts.story import LONGER, REASON, TEXT, activate, agree, object_to, sign
from tests.factories import join
from wellbeing.drafts import comments, proposals, signatures, texts
from wellbeing.models import (
    ChangeProposal,
    Draft,
    DraftComment,
    ProtocolVersion,
    Signature,
)


def url(draft, step=""):
    return f"/protocol/draft/{draft.public_id}/{step}"


def text_of(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def digest(draft):
    return texts.digest_of(draft.text)


def said(client, response):
    """The sentence on the page that a form led to."""
    page = client.get(response.headers["Location"])
    return [str(message) for message in page.context["messages"]]


STEPS = [
    "review/",
    "back/",
    "withdraw/",
    "comment/",
    "sign/",
    "unsign/",
    "activate/",
    "edit/",
]


# --- nothing for outsiders -----------------------------------------------------------


def test_an_outsider_gets_the_same_404_as_for_what_is_not_there(team, at, browse):
    draft = team.review(at)
    row = object_to(draft, team.ada, at)
    wish = proposals.propose(
        study=team.study, by=team.ada, named=False, text="Less.", at=at
    )
    charlie, nothing = browse(team.charlie), uuid4()
    pages = [
        ("get", url(draft), url(draft).replace(str(draft.public_id), str(nothing))),
        ("get", url(draft, "preview/"), f"/protocol/draft/{nothing}/preview/"),
        ("get", url(draft, "edit/"), f"/protocol/draft/{nothing}/edit/"),
        (
            "get",
            f"/protocol/proposals/{wish.public_id}/",
            f"/protocol/proposals/{nothing}/",
        ),
        (
            "get",
            f"/protocol/version/1/?study={team.study.public_id}",
            f"/protocol/version/1/?study={nothing}",
        ),
        *[
            ("post", url(draft, step), f"/protocol/draft/{nothing}/{step}")
            for step in STEPS
        ],
        (
            "post",
            url(draft, f"comment/{row.public_id}/settle/"),
            f"/protocol/draft/{nothing}/comment/{row.public_id}/settle/",
        ),
    ]
    for method, foreign, unknown in pages:
        answers = [getattr(charlie, method)(path) for path in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404], foreign
        bodies = [
            answer.content.replace(str(team.study.public_id).encode(), b"").replace(
                str(nothing).encode(), b""
            )
            for answer in answers
        ]
        bodies = [
            body.replace(str(draft.public_id).encode(), b"").replace(
                str(wish.public_id).encode(), b""
            )
            for body in bodies
        ]
        assert bodies[0] == bodies[1], foreign
    assert (Signature.objects.count(), DraftComment.objects.count()) == (0, 1)


def test_an_outsider_sees_no_draft_on_their_own_page(team, at, browse):
    team.review(at)
    page = browse(team.charlie).get("/protocol/")
    assert [life.study for life in page.context["lives"]] == [team.elsewhere]
    assert REASON not in page.content.decode()


def test_a_comment_of_another_draft_is_not_reached_through_ones_own(team, at, browse):
    draft = team.review(at)
    row = object_to(draft, team.ada, at)
    texts.withdraw(draft=draft, by=team.cleo, at=at)
    other = team.review(at)
    path = url(other, f"comment/{row.public_id}/settle/")
    assert browse(team.ada).post(path).status_code == 404


# --- the whole way ------------------------------------------------------------------


def test_a_draft_goes_the_whole_way_by_pages_alone(team, at, browse):
    cleo, lou = browse(team.cleo), browse(team.lou)
    made = cleo.post(
        "/protocol/draft/new/",
        {"study": str(team.study.public_id), "reason": REASON},
    )
    draft = Draft.objects.get()
    assert made.headers["Location"] == url(draft, "edit/")
    page = cleo.get(url(draft, "edit/"))
    data = {name: page.context["form"][name].value() for name in ("reason", "seen")}
    fields = {
        **data,
        **posted(page.context["form"]),
        "text": draft.text,
        "offers.after_interview.open": "10",
    }
    assert cleo.post(url(draft, "edit/"), fields).headers["Location"] == url(draft)
    draft.refresh_from_db()
    assert draft.text == LONGER
    cleo.post(url(draft, "review/"), {"seen": digest(draft)})
    browse(team.ada).post(
        url(draft, "comment/"), {"text": "Seven were enough.", "objection": "on"}
    )
    row = DraftComment.objects.get()
    cleo.post(
        url(draft, f"comment/{row.public_id}/answer/"),
        {f"{row.public_id}-text": "It is still a choice."},
    )
    for person, role in (
        (team.cleo, "lived_experience"),
        (team.esi, "lived_experience"),
        (team.jo, "psychologist"),
        (team.lou, "coordinator"),
    ):
        browse(person).post(
            url(draft, "sign/"), {"seen": digest(draft), "constituency": role}
        )
    dated = {"seen": digest(draft), "active_from": "2026-09-15"}
    assert lou.post(url(draft, "activate/"), dated).status_code == 422
    browse(team.ada).post(url(draft, f"comment/{row.public_id}/settle/"))
    assert lou.post(url(draft, "activate/"), dated).headers["Location"] == url(draft)
    assert ProtocolVersion.objects.in_force(team.study, at).text == LONGER


def posted(form):
    """The fields of an edit page, as a browser would send them back."""
    data = {}
    for leaf in form.leaves:
        if leaf.form == "length":
            amount, unit = form.fields[leaf.path].widget.decompress(leaf.value)
            data[leaf.path] = amount
            data[f"{leaf.path}_unit"] = unit
        else:
            data[leaf.path] = leaf.value
    return data


def test_the_page_shows_what_changes_who_objects_and_who_is_awaited(team, at, browse):
    draft = team.review(at)
    object_to(draft, team.ada, at)
    sign(draft, team.cleo, "lived_experience", at)
    page = text_of(browse(team.gil).get(url(draft)))
    for words in (
        "Version 2, in review",
        "stays open for <del>7</del> <ins>10</ins> days",
        "1 objection, open",
        "Seven days were enough.",
        "Lived-experience researcher: <b>1 of 2</b>",
        "1 more, if they wish, of: Esi Mensah.",
        "Psychologist: <b>0 of 1</b>",
    ):
        assert words in page


def test_with_a_signature_missing_the_page_has_no_way_to_start_it(team, at, browse):
    draft = team.signed(at)
    signatures.unsign(draft=draft, by=team.esi, at=at)
    assert "Start version 2" not in text_of(browse(team.lou).get(url(draft)))
    sign(draft, team.esi, "lived_experience", at)
    assert "Start version 2" in text_of(browse(team.lou).get(url(draft)))
    assert "Start version 2" not in text_of(browse(team.sam).get(url(draft)))
    object_to(draft, team.ada, at)
    assert "Start version 2" not in text_of(browse(team.lou).get(url(draft)))


@pytest.mark.parametrize("name", ["lou", "fay", "sam", "cleo", "ada"])
def test_no_door_starts_a_version_before_its_time(team, at, browse, name):
    draft = team.review(at)
    dated = {"seen": digest(draft), "active_from": "2026-09-15"}
    answer = browse(getattr(team, name)).post(url(draft, "activate/"), dated)
    assert answer.status_code == 422
    assert ProtocolVersion.objects.filter(study=team.study).count() == 1


def test_a_bad_day_keeps_what_was_typed(team, at, browse):
    draft = team.signed(at)
    answer = browse(team.lou).post(
        url(draft, "activate/"),
        {
            "seen": digest(draft),
            "active_from": "2026-09-01",
            "ethics_reference": "REC 26/114",
        },
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors["active_from"] == [
        "Choose a day from 15\u00a0September 2026 to 16\u00a0September 2027."
    ]
    assert form["ethics_reference"].value() == "REC 26/114"


@pytest.mark.parametrize("day", ["", "soon", "31/02/2026", "9" * 400, "\x00"])
def test_a_day_that_is_none_is_told_in_a_sentence(team, at, browse, day):
    draft = team.signed(at)
    data = {"seen": digest(draft), "active_from": day}
    assert browse(team.lou).post(url(draft, "activate/"), data).status_code == 422


def test_an_empty_comment_is_told_beside_its_field(team, at, browse):
    draft = team.review(at)
    answer = browse(team.ada).post(url(draft, "comment/"), {"text": " "})
    assert answer.status_code == 422
    form = answer.context["comment_form"]
    assert form.errors["text"] == ["Write what you would like to say."]


def test_an_empty_answer_stands_open_in_its_own_place(team, at, browse):
    draft = team.review(at)
    row = object_to(draft, team.ada, at)
    path = url(draft, f"comment/{row.public_id}/answer/")
    answer = browse(team.lou).post(path, {})
    assert answer.status_code == 422
    ((_, form),) = answer.context["objections"]
    assert form.errors["text"] == ["Write an answer."]


def test_what_cannot_be_done_is_told_in_a_sentence(team, at, browse):
    draft = team.review(at)
    ada = browse(team.ada)
    answer = ada.post(
        url(draft, "sign/"), {"seen": digest(draft), "constituency": "coordinator"}
    )
    assert said(ada, answer) == [
        "This is for people with another role in the study today."
    ]


@pytest.mark.parametrize("step", STEPS)
def test_garbage_breaks_nothing(team, at, browse, step):
    draft = team.review(at)
    for person in (team.ada, team.lou):
        data = dict.fromkeys(
            ("seen", "constituency", "signatures", "text", "active_from"),
            "\x00" + "9" * 5000,
        )
        answer = browse(person).post(url(draft, step), data)
        assert answer.status_code in {200, 302, 404, 422}
    assert Signature.objects.count() == 0


def test_a_lock_that_takes_too_long_is_told_in_a_sentence(
    team, at, browse, monkeypatch
):
    draft = team.review(at)

    def busy(**details):
        raise LostTheRace

    monkeypatch.setattr(signatures, "sign", busy)
    jo = browse(team.jo)
    answer = jo.post(url(draft, "sign/"), {})
    assert said(jo, answer) == [
        "Somebody else is busy with this just now. Press again, please."
    ]


def test_pages_that_act_do_not_act_on_get(team, at, browse):
    draft = team.review(at)
    for step in STEPS[:-1]:
        assert browse(team.lou).get(url(draft, step)).status_code == 405


def test_taking_it_back_says_first_what_it_costs(team, at, browse):
    draft = team.review(at)
    sign(draft, team.jo, "psychologist", at)
    lou = browse(team.lou)
    page = text_of(lou.get(url(draft, "edit/")))
    assert "1 signature would come off" in page
    sign(draft, team.esi, "lived_experience", at)
    answer = lou.post(url(draft, "back/"), {"signatures": "1"})
    assert said(lou, answer)[0].startswith("The signatures have changed")
    assert draft.signatures.count() == 2
    lou.post(url(draft, "back/"), {"signatures": "2"})
    assert draft.signatures.count() == 0


def test_a_person_without_a_writing_role_has_no_edit_page(team, at, browse):
    draft = team.write(at)
    for person in (team.ada, team.jo):
        assert browse(person).get(url(draft, "edit/")).status_code == 404


def test_the_preview_counts_and_names_nobody(team, at, browse):
    draft = team.write(at)
    page = browse(team.ada).get(url(draft, "preview/"))
    body = text_of(page)
    assert page.status_code == 200
    assert [name for name in ("Ada", "Bem", "Gil") if f"{name} " in body] == []


# --- versions and proposals ----------------------------------------------------------


def test_a_version_that_was_followed_can_still_be_read(team, at, browse):
    draft = team.signed(at)
    activate(draft, team.lou, at, ethics_reference="REC 26/114")
    ada = browse(team.ada)
    named = f"?study={team.study.public_id}"
    old = text_of(ada.get(f"/protocol/version/1/{named}"))
    new = text_of(ada.get(f"/protocol/version/2/{named}"))
    assert "stays open for 7 days" in old
    assert "until today, 4pm, London time" in old
    assert "REC 26/114" in new
    assert "Cleo Hartley, lived-experience researcher" in new
    assert ada.get(f"/protocol/version/3/{named}").status_code == 404
    assert ada.get("/protocol/version/1/?study=x").status_code == 404


def test_a_proposal_shows_a_name_only_when_its_writer_wished(team, at, browse):
    ada = browse(team.ada)
    named = {"study": str(team.study.public_id)}
    ada.post("/protocol/propose/", {**named, "text": "Without.", "named": ""})
    ada.post("/protocol/propose/", {**named, "text": "With.", "named": "on"})
    page = text_of(browse(team.lou).get("/protocol/proposals/"))
    assert "Without a name, Today, Tuesday 15 September" in page
    assert page.count("Ada Okafor") == 1


def test_everybody_sees_what_became_of_a_proposal(team, at, browse):
    row = proposals.propose(
        study=team.study, by=team.ada, named=False, text="Less.", at=at
    )
    path = f"/protocol/proposals/{row.public_id}/"
    assert browse(team.ada).post(path, {"outcome": "Yes."}).status_code == 422
    assert browse(team.sam).post(path, {"outcome": " "}).status_code == 422
    assert browse(team.sam).post(path, {"outcome": "In the draft."}).status_code == 302
    page = text_of(browse(team.bem).get("/protocol/proposals/"))
    assert "In the draft." in page


def test_a_study_that_is_not_mine_takes_no_proposal(team, browse):
    data = {"study": str(team.study.public_id), "text": "Let me in."}
    assert browse(team.charlie).post("/protocol/propose/", data).status_code == 404
    assert ChangeProposal.objects.count() == 0


def test_the_menu_page_says_when_to_look_again(team, browse, clock, at):
    page = text_of(browse(team.ada).get("/protocol/"))
    assert "The team looks at it every 90 days. That time has come round." in page
    agree(team.study, TEXT, since=at - timedelta(days=1))
    page = text_of(browse(team.ada).get("/protocol/"))
    assert "Next: Sunday 13 December." in page


def test_a_draft_of_today_shows_on_the_page_of_everybody(team, at, browse):
    draft = team.review(at)
    object_to(draft, team.ada, at)
    page = text_of(browse(team.jo).get("/protocol/"))
    assert "A draft is in review" in page
    assert "1 objection, open." in page
    assert url(draft) in page


# --- queries ------------------------------------------------------------------------


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_more_comments_and_signatures_cost_no_more_queries(team, at, browse):
    draft = team.review(at)
    gil = browse(team.gil)
    object_to(draft, team.ada, at)
    sign(draft, team.cleo, "lived_experience", at)
    few = queries(gil, url(draft))
    for person in (team.bem, team.jo, team.lou):
        row = object_to(draft, person, at)
        comments.answer(comment=row, by=team.sam, text="Yes.", at=at)
    sign(draft, team.jo, "psychologist", at)
    sign(draft, team.lou, "coordinator", at)
    assert queries(gil, url(draft)) == few


def test_more_proposals_cost_no_more_queries(team, at, browse):
    gil = browse(team.gil)

    def propose(text, by):
        proposals.propose(study=team.study, by=by, named=True, text=text, at=at)

    propose("One.", team.ada)
    few = queries(gil, "/protocol/proposals/")
    propose("Two.", team.bem)
    propose("Three.", team.jo)
    assert queries(gil, "/protocol/proposals/") == few


def test_more_versions_and_studies_cost_no_more_queries(team, at, browse):
    gil = browse(team.gil)
    object_to(team.review(at), team.ada, at)
    few = queries(gil, "/protocol/")
    for days in (1, 2):
        agree(team.study, TEXT, since=at - timedelta(days=days))
    agree(team.elsewhere)
    join(team.elsewhere, team.gil, "facilitator", since=date(2026, 1, 5))
    assert queries(gil, "/protocol/") == few
