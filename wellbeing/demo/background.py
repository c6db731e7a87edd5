"""What stands around the story: training, a draft in review, an earlier study."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from wellbeing import preparation, studies
from wellbeing.demo import cast
from wellbeing.demo.cast import Cast
from wellbeing.drafts import comments, signatures, texts
from wellbeing.imports import batches
from wellbeing.models import Pause, Role, Study
from wellbeing.protocol import lengths

ZONE = "Europe/London"
DATA = Path(__file__).parent / "data"


def prepare(study: Study, people: Cast, opened: date) -> None:
    """Everybody has done what comes before; Esi has still to sit in on an interview."""
    for key, (_, roles, _) in cast.TEAM.items():
        steps = list(cast.STEPS) if Role.INTERVIEWER in roles else []
        if Role.CODER in roles:
            steps.append("analysis_training")
        for step in steps:
            if (key, step) != ("esi", "live_observation"):
                preparation.note(
                    study=study,
                    person=people[key],
                    step=step,
                    done_on=opened,
                    by=people["lou"],
                    at=lengths.at_wall_time(opened, time(18), ZONE),
                )


def draft_in_review(study: Study, people: Cast, at: datetime) -> None:
    """Version 3 is in review: one signature is awaited, and one objection is open."""
    begun = at - timedelta(days=6)
    newest = texts.newest_version(study)
    assert newest is not None  # noqa: S101 - the story has just made two
    draft = texts.start(
        study=study,
        by=people["cleo"],
        reason="The offer stays open for longer.",
        at=begun,
    )
    draft = texts.change_text(
        draft=draft,
        by=people["cleo"],
        text=newest.text.replace("open: P7D", "open: P10D", 1),
        reason=draft.reason,
        seen=texts.digest_of(draft.text),
        at=begun,
    )
    seen = texts.digest_of(draft.text)
    texts.send_to_review(draft=draft, by=people["cleo"], seen=seen, at=begun)
    for who, role in (
        ("cleo", "lived_experience"),
        ("jo", "psychologist"),
        ("lou", "coordinator"),
    ):
        signatures.sign(
            draft=draft,
            by=people[who],
            constituency=role,
            seen=seen,
            at=begun + timedelta(days=1),
        )
    comments.comment(
        draft=draft,
        by=people["ada"],
        objection=True,
        at=begun + timedelta(days=2),
        text="Ten days open can feel like being followed around. Seven was enough, "
        "and I can ask on any day anyway.",
    )


def finished_study(people: Cast, at: datetime) -> None:
    """The study of 2019 and 2020, brought in from the files that the team kept."""
    study = Study.objects.create(
        name="Services study, 2019 to 2020",
        time_zone=ZONE,
        opened_on=date(2019, 7, 1),
        finished_on=date(2020, 12, 1),
        analysis_from=date(2020, 12, 1),
        closed_on=date(2021, 3, 31),
        support_ends_on=date(2021, 6, 30),
    )
    began = datetime(2019, 7, 1, 8, tzinfo=UTC)
    for key in ("lou", "fay"):
        studies.join(
            study=study,
            person=people[key],
            roles=["coordinator"],
            since=date(2019, 7, 1),
            at=began,
        )
    for key in cast.EARLIER:
        studies.join(
            study=study,
            person=people[key],
            roles=cast.EARLIER[key],
            since=date(2019, 7, 1),
            at=began,
        )
    Pause.objects.create(
        study=study,
        starts_on=date(2020, 3, 16),
        ends_on=date(2020, 7, 27),
        reason="The pandemic.",
    )
    for name in ("study_interviews.csv", "study_coding.csv"):
        batches.bring_in(
            study=study,
            data=(DATA / name).read_bytes(),
            file_name=name,
            add_people=True,
            by=people["lou"],
            at=at,
        )
