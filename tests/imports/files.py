"""Small logs as bytes, and the two whole ones that a study might keep."""

from pathlib import Path

from django.conf import settings

DATA = Path(settings.BASE_DIR) / "wellbeing" / "demo" / "data"
INTERVIEWS = DATA / "study_interviews.csv"
CODING = DATA / "study_coding.csv"
HEAD = "Interview,Date,Start,Finish,Interviewer"


def interviews(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def coding(*rows: str) -> bytes:
    return "\n".join(["Transcript,Date finished,Coder,Minutes", *rows, ""]).encode()
