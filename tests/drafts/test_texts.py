"""Writing a draft: who may, one at a time, whole or not at all."""

from datetime import date, timedelta

import pytest

from tests.drafts.story import LONGER, REASON, TEXT, object_to, send, sign
from tests.factories import join, make_person, make_study
from wellbeing.drafts import rights, texts
from wellbeing.models import Draft, DraftComment, Pause, ProtocolVersion, Signature
from wellbeing.protocol.values import BadProtocol


def start(team, by, at):
    return texts.start(study=team.study, by=by, reason=REASON, at=at)


@pytest.mark.parametrize("name", ["cleo", "lou", "fay", "sam"])
def test_coordinators_leads_and_lived_experience_may_write(team, at, name):
    draft = start(team, getattr(team, name), at)
    assert (draft.text, draft.reason) == (TEXT, REASON)


@pytest.mark.parametrize("name", ["ada", "gil", "jo", "charlie"])
def test_nobody_else_may_begin_a_draft(team, at, name):
    with pytest.raises(rights.NotYours):
        start(team, getattr(team, name), at)
    assert Draft.objects.count() == 0


def test_a_writer_whose_role_ended_yesterday_is_no_writer(team, at):
    team.cleo.memberships.update(until_date=at.date())
    with pytest.raises(rights.NotYours):
        start(team, team.cleo, at)


def test_there_is_one_draft_at_a_time(team, at):
    start(team, team.cleo, at)
    with pytest.raises(texts.DraftThere):
        start(team, team.lou, at)


def test_when_one_is_put_away_another_can_begin(team, at):
    first = start(team, team.cleo, at)
    texts.withdraw(draft=first, by=team.lou, at=at)
    second = start(team, team.lou, at)
    assert texts.open_draft(team.study) == second


def test_a_first_draft_begins_with_an_example_that_reads(at, db):
    study = make_study()
    lead = join(study, make_person("Lea Lead"), "lead")
    draft = texts.start(study=study, by=lead, reason="The first.", at=at)
    assert texts.document_of(draft.text).protocol == "Interviews"


def test_a_closed_study_is_only_read(team, at):
    team.study.closed_on = at.date()
    team.study.save()
    with pytest.raises(rights.StudyClosed):
        start(team, team.lou, at)


def test_a_pause_of_the_study_stops_none_of_it(team, at):
    Pause.objects.create(study=team.study, starts_on=date(2026, 9, 1), reason="A pause")
    draft = team.review(at)
    assert sign(draft, team.cleo, "lived_experience", at).person == team.cleo


def test_a_text_that_does_not_read_saves_nothing(team, at):
    draft = start(team, team.cleo, at)
    with pytest.raises(BadProtocol) as problem:
        team.change(draft, TEXT.replace("P7D", "soon"), at)
    draft.refresh_from_db()
    assert draft.text == TEXT
    assert len(problem.value.problems) > 1


def test_a_second_tab_does_not_write_over_the_first(team, at):
    draft = start(team, team.cleo, at)
    seen = texts.digest_of(draft.text)
    team.change(draft, LONGER, at)
    with pytest.raises(texts.TextMoved):
        texts.change_text(
            draft=draft,
            by=team.lou,
            text=TEXT.replace("P90D", "P60D"),
            reason=REASON,
            seen=seen,
            at=at,
        )
    draft.refresh_from_db()
    assert draft.text == LONGER


def test_saving_the_same_twice_is_harmless(team, at):
    draft = start(team, team.cleo, at)
    seen = texts.digest_of(draft.text)
    for _ in range(2):
        texts.change_text(
            draft=draft, by=team.cleo, text=LONGER, reason=REASON, seen=seen, at=at
        )
    draft.refresh_from_db()
    assert draft.text == LONGER


def test_line_ends_of_a_browser_are_no_change(team, at):
    draft = team.write(at)
    again = team.change(draft, LONGER.replace("\n", "\r\n"), at)
    assert again.text == LONGER


def test_what_the_lint_says_must_be_put_right_keeps_it_from_review(
    team, at, monkeypatch
):
    sentence = "Nobody is offered anything after coding."
    finding = texts.Finding("must", "activities.coding", sentence)
    monkeypatch.setattr(texts, "findings", lambda text: [finding])
    draft = team.write(at)
    with pytest.raises(texts.NotReady) as refusal:
        send(draft, team.cleo, at)
    assert refusal.value.sentences == [f"activities.coding: {sentence}"]
    assert not Draft.objects.in_review().exists()


def test_what_is_only_worth_a_thought_does_not(team, at, monkeypatch):
    finding = texts.Finding("should", "here", "Think again.")
    monkeypatch.setattr(texts, "findings", lambda text: [finding])
    send(team.write(at), team.cleo, at)
    assert Draft.objects.in_review().count() == 1


def test_sending_twice_changes_nothing(team, at):
    draft = team.review(at)
    send(draft, team.lou, at + timedelta(hours=1))
    draft.refresh_from_db()
    assert draft.sent_at == at


def test_what_is_sent_is_what_was_seen(team, at):
    draft = team.write(at)
    with pytest.raises(texts.TextMoved):
        texts.send_to_review(
            draft=draft, by=team.cleo, seen=texts.digest_of(TEXT), at=at
        )


def test_a_text_in_review_is_not_changed(team, at):
    draft = team.review(at)
    with pytest.raises(texts.InReview):
        team.change(draft, TEXT, at)


def test_taking_it_back_takes_every_signature_off_and_keeps_what_was_said(team, at):
    draft = team.signed(at)
    object_to(draft, team.ada, at)
    texts.take_back(draft=draft, by=team.cleo, seen_signatures=4, at=at)
    draft.refresh_from_db()
    assert draft.sent_at is None
    assert (Signature.objects.count(), DraftComment.objects.count()) == (0, 1)


def test_the_same_text_sent_again_has_no_signature(team, at):
    draft = team.signed(at)
    texts.take_back(draft=draft, by=team.cleo, seen_signatures=4, at=at)
    send(draft, team.cleo, at)
    assert draft.signatures.count() == 0


def test_nobody_takes_off_a_signature_that_they_have_not_seen(team, at):
    draft = team.review(at)
    sign(draft, team.jo, "psychologist", at)
    with pytest.raises(texts.SignedMeanwhile):
        texts.take_back(draft=draft, by=team.cleo, seen_signatures=0, at=at)
    assert draft.signatures.count() == 1


def test_what_is_put_away_stays_put_away(team, at):
    draft = team.review(at)
    texts.withdraw(draft=draft, by=team.cleo, at=at)
    for again in (
        lambda: texts.withdraw(draft=draft, by=team.cleo, at=at),
        lambda: send(draft, team.cleo, at),
        lambda: team.change(draft, TEXT, at),
        lambda: sign(draft, team.jo, "psychologist", at),
        lambda: object_to(draft, team.ada, at),
    ):
        with pytest.raises(rights.DraftOver):
            again()
    assert ProtocolVersion.objects.count() == 1
