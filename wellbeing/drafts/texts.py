"""The words of a draft: begun, changed, sent to review, taken back, put away."""

import hashlib
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from wellbeing.drafts import rights
from wellbeing.drafts.rights import DraftOver, TextMoved
from wellbeing.models import Draft, ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.finding import Finding
from wellbeing.protocol.lint import lint
from wellbeing.protocol.reading import read
from wellbeing.protocol.values import BadProtocol

# What the very first draft of a study begins from: a file, and what it suits.
EXAMPLES = {
    "interviews": "Interviews, with facilitators and coding",
    "survey": "A survey with field teams at several places",
    "transcripts": "Transcribing and coding, without interviews",
}


class DraftThere(Exception):
    """The study has a draft already; there is one at a time."""


class InReview(Exception):
    """A text in review is not changed. Take it back first."""


class NotReady(Exception):
    """`sentences` say what keeps the text from going to review."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(f"{len(sentences)} things to look at first")
        self.sentences = sentences


class SignedMeanwhile(Exception):
    """There are other signatures by now than those that the person has seen."""


def digest_of(text: str) -> str:
    """What a signature is given for: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def tidy(text: str) -> str:
    """The text with one kind of line end, as a browser may have changed them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return f"{lines}\n"


@lru_cache(maxsize=64)
def document_of(text: str) -> Protocol:
    """The document in a text, read once per process. Raises BadProtocol."""
    return read(text)


def newest_version(study: Study) -> ProtocolVersion | None:
    """The version that was agreed last: in force, or dated to start."""
    return ProtocolVersion.objects.filter(study=study).order_by("number").last()


def findings(text: str) -> list[Finding]:
    """What the lint says of a text that reads."""
    return lint(document_of(text))


def example(name: str) -> str:
    """The text of one of `EXAMPLES`."""
    folder = settings.BASE_DIR / "wellbeing" / "protocols"
    return str((folder / f"{name}.yaml").read_text())


def start(
    *, study: Study, by: User, reason: str, at: datetime, begin_with: str = "interviews"
) -> Draft:
    """Begin a draft from the version agreed last; the first one of a study from the
    example `begin_with`, one of `EXAMPLES`.

    Raises NotYours, StudyClosed or DraftThere.
    """
    with rights.in_turn_of_study(study) as row:
        rights.check(study=row, by=by, at=at, roles=rights.WRITING)
        if open_draft(row):
            raise DraftThere
        newest = newest_version(row)
        return Draft.objects.create(
            study=row,
            text=tidy(newest.text if newest else example(begin_with)),
            reason=reason,
            written_by=by,
            made_at=at,
            changed_at=at,
        )


def open_draft(study: Study) -> Draft | None:
    """The draft of the study that is being written or in review."""
    rows = Draft.objects.filter(study=study, version=None, withdrawn_at=None)
    return rows.first()


def change_text(
    *, draft: Draft, by: User, text: str, reason: str, seen: str, at: datetime
) -> Draft:
    """Put a whole text that reads in place of the one with the digest `seen`.

    Raises BadProtocol with every problem, TextMoved when somebody else changed it
    since, InReview, DraftOver, NotYours or StudyClosed; nothing is saved then. Saving
    the same twice is harmless.
    """
    text = tidy(text)
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at, roles=rights.WRITING)
        _check_being_written(row)
        if digest_of(row.text) != seen and row.text != text:
            raise TextMoved
        document_of(text)
        row.text, row.reason, row.changed_at = text, reason, at
        row.save(update_fields=["text", "reason", "changed_at"])
        return row


def send_to_review(*, draft: Draft, by: User, seen: str, at: datetime) -> None:
    """Open the draft for comments and signatures. Sending twice changes nothing.

    Raises NotReady with a sentence for each thing that has to be put right, TextMoved,
    DraftOver, NotYours or StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at, roles=rights.WRITING)
        if row.version_id:
            raise DraftOver
        if digest_of(row.text) != seen:
            raise TextMoved
        if sentences := in_the_way(row.text):
            raise NotReady(sentences)
        if row.sent_at is None:
            row.sent_at = at
            row.save(update_fields=["sent_at"])


def in_the_way(text: str) -> list[str]:
    """What has to be put right before review: one sentence each, or none."""
    try:
        found = findings(text)
    except BadProtocol as problem:
        return problem.problems
    return [f"{one.where}: {one.sentence}" for one in found if one.level == "must"]


def take_back(*, draft: Draft, by: User, seen_signatures: int, at: datetime) -> None:
    """Out of review, so that the text can be changed. Signatures come off; comments,
    objections and their answers stay.

    Whoever does it has seen how many signatures that costs: raises SignedMeanwhile
    when there are others by now. Also DraftOver, NotYours, StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at, roles=rights.WRITING)
        if row.version_id:
            raise DraftOver
        if row.sent_at is None:
            return
        if row.signatures.count() != seen_signatures:
            raise SignedMeanwhile
        row.signatures.all().delete()
        row.sent_at = None
        row.save(update_fields=["sent_at"])


def withdraw(*, draft: Draft, by: User, at: datetime) -> None:
    """Put the draft away, with all that was said of it. Another can be begun then.

    Raises DraftOver, NotYours or StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at, roles=rights.WRITING)
        if row.version_id:
            raise DraftOver
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])


def _check_being_written(draft: Draft) -> None:
    if draft.version_id:
        raise DraftOver
    if draft.sent_at is not None:
        raise InReview
