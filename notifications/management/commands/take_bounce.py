"""`manage.py take_bounce < mail`: a mail that came back, as a mail server pipes it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications import mail_news

# More than any report with the returned mail inside; the rest is not read.
LARGEST = 1_000_000


class Command(BaseCommand):
    help = "Read a mail that came back from standard input and note what it says."

    def handle(self, *args: Any, **options: Any) -> None:
        ours = mail_news.take_bounce(sys.stdin.buffer.read(LARGEST))
        self.stdout.write("Noted." if ours else "Not a report about a mail of ours.")
