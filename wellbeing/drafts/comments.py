"""What people say of a draft in review. An objection stands until its maker is content.

Nobody settles the objection of another, whatever they are: a team that could overrule
one voice by a role would not need to ask it (domain F13).
"""

from collections.abc import Iterable
from datetime import datetime

from wellbeing.drafts import rights
from wellbeing.models import Draft, DraftComment
from wellbeing.people.models import User


class AlreadyAnswered(Exception):
    """Somebody answered first. The conversation can go on in comments."""


class NotOwn(Exception):
    """Only the one who objected can say that it is settled."""


def open_objections(comments: Iterable[DraftComment]) -> list[DraftComment]:
    """Those that keep the draft from being dated."""
    return [one for one in comments if one.objection and one.settled_at is None]


def comment(
    *, draft: Draft, by: User, text: str, objection: bool, at: datetime
) -> DraftComment:
    """Keep what one member says. The same words sent twice are one comment.

    Raises NotInReview, DraftOver, NotYours or StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at)
        rights.check_in_review(row)
        said = row.comments.filter(
            by=by, text=text, objection=objection, settled_at=None
        )
        return said.first() or DraftComment.objects.create(
            draft=row, by=by, at=at, text=text, objection=objection
        )


def answer(*, comment: DraftComment, by: User, text: str, at: datetime) -> None:
    """A writer's answer, once. It settles nothing by itself.

    Raises AlreadyAnswered, NotYours, StudyClosed or DraftOver.
    """
    with rights.in_turn(comment.draft) as draft:
        rights.check(study=draft.study, by=by, at=at, roles=rights.WRITING)
        if draft.version_id:
            raise rights.DraftOver
        rows = DraftComment.objects.filter(pk=comment.pk)
        if not rows.filter(answered_at=None).update(
            answer=text, answered_by=by, answered_at=at
        ) and not rows.filter(answer=text, answered_by=by):
            raise AlreadyAnswered


def settle(*, comment: DraftComment, by: User, at: datetime) -> None:
    """The one who objected is content, with an answer or without. Twice is once.

    Raises NotOwn, NotYours, StudyClosed or DraftOver.
    """
    with rights.in_turn(comment.draft) as draft:
        rights.check(study=draft.study, by=by, at=at)
        if draft.version_id:
            raise rights.DraftOver
        if comment.by_id != by.pk:
            raise NotOwn
        rows = DraftComment.objects.filter(pk=comment.pk, settled_at=None)
        rows.update(settled_at=at)
