"""A study with an agreed protocol, and a draft that goes the whole way."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tests.factories import Team, join, make_person
from wellbeing import studies
from wellbeing.drafts import comments, signatures, texts
from wellbeing.models import Role

TEXT = (Path(settings.BASE_DIR) / "wellbeing/protocols/interviews.yaml").read_text()
AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)
LONGER = TEXT.replace("    open: P7D", "    open: P10D", 1)
REASON = "The offer stays open for longer."


def agree(study, text=TEXT, *, since=AGREED, at=None):
    return studies.add_version(
        study=study, text=text, reason="Agreed.", active_from=since, at=at or since
    )


class Whole(Team):
    """The team with two lived-experience researchers, Cleo and Esi, and version 1."""

    def __init__(self) -> None:
        super().__init__()
        self.cleo = join(self.study, make_person("Cleo Hartley"), Role.LIVED_EXPERIENCE)
        self.esi = join(self.study, make_person("Esi Mensah"), Role.LIVED_EXPERIENCE)
        agree(self.study)

    def write(self, at, text=LONGER, by=None):
        """A draft with this text, being written."""
        by = by or self.cleo
        draft = texts.start(study=self.study, by=by, reason=REASON, at=at)
        return self.change(draft, text, at)

    def change(self, draft, text, at, by=None):
        return texts.change_text(
            draft=draft,
            by=by or self.cleo,
            text=text,
            reason=REASON,
            seen=texts.digest_of(draft.text),
            at=at,
        )

    def review(self, at, text=LONGER):
        """The same, sent to review."""
        draft = self.write(at, text)
        send(draft, self.cleo, at)
        draft.refresh_from_db()
        return draft

    def signed(self, at, text=LONGER):
        """The same, with every signature that is asked for."""
        draft = self.review(at, text)
        for person, role in (
            (self.cleo, "lived_experience"),
            (self.esi, "lived_experience"),
            (self.jo, "psychologist"),
            (self.lou, "coordinator"),
        ):
            sign(draft, person, role, at)
        return draft


def send(draft, by, at):
    texts.send_to_review(draft=draft, by=by, seen=texts.digest_of(draft.text), at=at)


def sign(draft, person, role, at):
    return signatures.sign(
        draft=draft,
        by=person,
        constituency=role,
        seen=texts.digest_of(draft.text),
        at=at,
    )


def activate(draft, by, at, **changes):
    details = {
        "draft": draft,
        "by": by,
        "active_from": at.date(),
        "ethics_reference": "",
        "seen": texts.digest_of(draft.text),
        "at": at,
    }
    return signatures.activate(**{**details, **changes})


def object_to(draft, person, at, text="Seven days were enough."):
    return comments.comment(draft=draft, by=person, text=text, objection=True, at=at)
