"""Addresses that are secrets stay out of the logs."""

import logging
import re

SECRET = re.compile(r"/cal/[\w-]+\.ics")


class WithoutSecrets(logging.Filter):
    """Writes `/cal/….ics` in place of the address of somebody's feed."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if SECRET.search(said):
            record.msg, record.args = SECRET.sub("/cal/….ics", said), ()
        return True
