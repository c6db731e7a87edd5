"""Two people at once: what is signed is what was read, and nothing is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sessions.locks import LostTheRace
from tests.drafts.story import LONGER, activate, send, sign
from wellbeing.drafts import texts
from wellbeing.drafts.rights import DraftOver, NotInReview, TextMoved
from wellbeing.models import Draft, ProtocolVersion, Signature

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
CHANGED = LONGER.replace("review_every: P90D", "review_every: P60D")


def at_once(*acts):
    """Let all go together; what each came to, an exception by its class."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            act()
        except (TextMoved, NotInReview, DraftOver, LostTheRace) as refusal:
            return type(refusal)
        except texts.SignedMeanwhile:
            return texts.SignedMeanwhile
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_signatures_at_once_are_both_there(team, at):
    draft = team.review(at)
    came_to = at_once(
        lambda: sign(draft, team.cleo, "lived_experience", at),
        lambda: sign(draft, team.esi, "lived_experience", at),
        lambda: sign(draft, team.jo, "psychologist", at),
    )
    assert came_to == [None, None, None]
    assert Signature.objects.count() == 3


def test_one_signature_sent_four_times_at_once_is_one(team, at):
    draft = team.review(at)
    act = lambda: sign(draft, team.jo, "psychologist", at)  # noqa: E731
    assert at_once(act, act, act, act) == [None] * 4
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_no_signature_ends_under_words_that_its_giver_did_not_read(team, at, turn):
    draft = team.review(at)

    def rewrite():
        texts.take_back(draft=draft, by=team.cleo, seen_signatures=0, at=at)
        team.change(draft, CHANGED, at)
        send(Draft.objects.get(pk=draft.pk), team.cleo, at)

    at_once(lambda: sign(draft, team.jo, "psychologist", at), rewrite)
    draft.refresh_from_db()
    digests = set(draft.signatures.values_list("text_digest", flat=True))
    assert digests <= {texts.digest_of(draft.text)}


def test_a_version_dated_from_two_places_at_once_is_one(team, at):
    draft = team.signed(at)
    came_to = at_once(
        lambda: activate(draft, team.lou, at), lambda: activate(draft, team.fay, at)
    )
    assert came_to == [None, None]
    assert ProtocolVersion.objects.filter(study=team.study).count() == 2


def test_two_drafts_begun_at_once_are_one(team, at):
    def start(by):
        try:
            texts.start(study=team.study, by=by, reason="At once.", at=at)
        except texts.DraftThere:
            return

    at_once(lambda: start(team.lou), lambda: start(team.cleo))
    assert Draft.objects.count() == 1
