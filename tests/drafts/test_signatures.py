"""Signing for oneself, and a version that nobody can force."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.drafts.story import LONGER, TEXT, activate, agree, object_to, sign
from tests.factories import join
from wellbeing.drafts import comments, rights, signatures, texts
from wellbeing.models import NextLook, ProtocolVersion, Signature

NEED = "need: {lived_experience: 2, psychologist: 1, coordinator: 1}"


def needing(need, text=LONGER):
    assert NEED in text
    return text.replace(NEED, f"need: {{{need}}}")


def test_a_signature_carries_the_digest_of_the_text(team, at):
    draft = team.review(at)
    made = sign(draft, team.jo, "psychologist", at)
    assert made.text_digest == texts.digest_of(LONGER)


def test_signing_twice_is_once(team, at):
    draft = team.review(at)
    assert sign(draft, team.jo, "psychologist", at) == sign(
        draft, team.jo, "psychologist", at
    )
    assert Signature.objects.count() == 1


def test_one_person_signs_for_one_constituency(team, at):
    join(team.study, team.lou, "lived_experience")
    draft = team.review(at)
    sign(draft, team.lou, "coordinator", at)
    with pytest.raises(signatures.AlreadySigned):
        sign(draft, team.lou, "lived_experience", at)


@pytest.mark.parametrize("name", ["ada", "gil", "sam", "lou", "charlie"])
def test_nobody_signs_for_a_role_that_they_do_not_hold(team, at, name):
    draft = team.review(at)
    with pytest.raises(rights.NotYours):
        sign(draft, getattr(team, name), "lived_experience", at)


def test_a_role_that_ended_yesterday_signs_nothing_today(team, at):
    draft = team.review(at)
    join(team.study, team.jo, "interviewer")
    team.jo.memberships.filter(role="psychologist").update(until_date=at.date())
    with pytest.raises(rights.NotYours):
        sign(draft, team.jo, "psychologist", at)


def test_a_role_that_nobody_asks_for_signs_nothing(team, at):
    draft = team.review(at)
    with pytest.raises(signatures.NotAsked):
        sign(draft, team.sam, "lead", at)


def test_nobody_signs_words_that_they_have_not_seen(team, at):
    draft = team.review(at)
    with pytest.raises(texts.TextMoved):
        signatures.sign(
            draft=draft,
            by=team.jo,
            constituency="psychologist",
            seen=texts.digest_of(TEXT),
            at=at,
        )


def test_a_draft_that_is_being_written_is_not_signed(team, at):
    with pytest.raises(rights.NotInReview):
        sign(team.write(at), team.jo, "psychologist", at)


def test_one_may_take_ones_own_signature_back(team, at):
    draft = team.signed(at)
    signatures.unsign(draft=draft, by=team.esi, at=at)
    with pytest.raises(signatures.StillAwaited):
        activate(draft, team.lou, at)
    sign(draft, team.esi, "lived_experience", at)
    assert activate(draft, team.lou, at).number == 2


def test_a_draft_cannot_ask_for_fewer_than_what_is_agreed(team, at):
    draft = team.review(at, needing("coordinator: 1"))
    sign(draft, team.lou, "coordinator", at)
    with pytest.raises(signatures.StillAwaited):
        activate(draft, team.lou, at)


def test_a_draft_that_asks_for_more_gets_more(team, at):
    need = "lived_experience: 2, psychologist: 2, coordinator: 1"
    draft = team.signed(at, needing(need))
    with pytest.raises(signatures.StillAwaited):
        activate(draft, team.lou, at)
    sign(draft, team.kim, "psychologist", at)
    assert activate(draft, team.lou, at).number == 2


def test_a_version_that_is_dated_to_start_is_asked_too(team, at):
    more = needing("lived_experience: 2, psychologist: 2, coordinator: 1", TEXT)
    agree(team.study, more, since=at + timedelta(days=3), at=at)
    draft = team.signed(at)
    with pytest.raises(signatures.StillAwaited):
        activate(draft, team.lou, at)


# --- nobody can force it ------------------------------------------------------------


def test_with_one_signature_missing_and_one_objection_open_nobody_starts_it(team, at):
    draft = team.review(at)
    for person, role in (
        (team.cleo, "lived_experience"),
        (team.jo, "psychologist"),
        (team.lou, "coordinator"),
    ):
        sign(draft, person, role, at)
    object_to(draft, team.ada, at)
    for person in (team.lou, team.fay):
        with pytest.raises(signatures.StillAwaited):
            activate(draft, person, at)
    sign(draft, team.esi, "lived_experience", at)
    with pytest.raises(signatures.ObjectionOpen):
        activate(draft, team.lou, at)
    assert ProtocolVersion.objects.in_force(team.study, at).number == 1


@pytest.mark.parametrize("name", ["ada", "jo", "sam", "cleo", "charlie"])
def test_only_a_coordinator_gives_the_date(team, at, name):
    draft = team.signed(at)
    with pytest.raises(rights.NotYours):
        activate(draft, getattr(team, name), at)


def test_a_signature_under_other_words_does_not_count(team, at):
    draft = team.signed(at)
    Signature.objects.filter(person=team.esi).update(text_digest="0" * 64)
    with pytest.raises(signatures.StillAwaited):
        activate(draft, team.lou, at)


def test_the_date_is_given_to_the_words_that_were_seen(team, at):
    draft = team.signed(at)
    with pytest.raises(texts.TextMoved):
        activate(draft, team.lou, at, seen=texts.digest_of(TEXT))


def test_the_signature_of_somebody_who_has_left_since_still_holds(team, at):
    draft = team.signed(at)
    team.esi.memberships.update(until_date=at.date())
    assert activate(draft, team.lou, at).number == 2


def test_an_answered_objection_starts_only_when_its_maker_is_content(team, at):
    draft = team.signed(at)
    row = object_to(draft, team.ada, at)
    comments.answer(comment=row, by=team.cleo, text="It is a choice.", at=at)
    with pytest.raises(signatures.ObjectionOpen):
        activate(draft, team.lou, at)
    comments.settle(comment=row, by=team.ada, at=at)
    assert activate(draft, team.lou, at).number == 2


# --- the date -----------------------------------------------------------------------


def test_a_version_becomes_what_was_signed_and_everybody_is_looked_at(team, at):
    NextLook.objects.all().delete()
    draft = team.signed(at)
    made = activate(draft, team.lou, at, ethics_reference="REC 26/114")
    draft.refresh_from_db()
    assert (made.text, made.reason, made.active_from) == (LONGER, draft.reason, at)
    assert (draft.version, draft.ethics_reference) == (made, "REC 26/114")
    looked_at = set(NextLook.objects.values_list("person", flat=True))
    assert looked_at == {row.person_id for row in team.study.memberships.all()}


def test_today_never_reaches_back(team, at):
    made = activate(team.signed(at), team.lou, at)
    earlier = ProtocolVersion.objects.in_force(team.study, at - timedelta(minutes=1))
    assert (made.active_from, earlier.number) == (at, 1)


def test_a_later_day_starts_at_midnight_in_the_zone_of_the_study(team, at):
    made = activate(team.signed(at), team.lou, at, active_from=date(2026, 9, 21))
    assert made.active_from == datetime(2026, 9, 20, 23, tzinfo=UTC)
    assert ProtocolVersion.objects.in_force(team.study, at).number == 1


@pytest.mark.parametrize("day", [date(2026, 9, 14), date(2029, 1, 1)])
def test_a_day_past_or_far_away_is_none(team, at, day):
    with pytest.raises(signatures.NotThatDay) as refusal:
        activate(team.signed(at), team.lou, at, active_from=day)
    assert refusal.value.earliest == at.date()


def test_a_version_does_not_start_before_one_that_is_dated_already(team, at):
    agree(team.study, TEXT, since=datetime(2026, 9, 20, 23, tzinfo=UTC), at=at)
    draft = team.signed(at)
    with pytest.raises(signatures.NotThatDay) as refusal:
        activate(draft, team.lou, at)
    assert refusal.value.earliest == date(2026, 9, 22)
    day = refusal.value.earliest
    assert activate(draft, team.lou, at, active_from=day).number == 3


def test_dating_twice_gives_one_version(team, at):
    draft = team.signed(at)
    assert activate(draft, team.lou, at) == activate(draft, team.fay, at)
    assert ProtocolVersion.objects.count() == 2


def test_after_that_nothing_of_it_changes(team, at):
    draft = team.signed(at)
    activate(draft, team.lou, at)
    for change in (
        lambda: sign(draft, team.kim, "psychologist", at),
        lambda: signatures.unsign(draft=draft, by=team.jo, at=at),
        lambda: texts.take_back(draft=draft, by=team.lou, seen_signatures=4, at=at),
        lambda: texts.withdraw(draft=draft, by=team.lou, at=at),
        lambda: team.change(draft, TEXT, at),
    ):
        with pytest.raises(rights.DraftOver):
            change()
    assert draft.signatures.count() == 4
