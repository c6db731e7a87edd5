"""A mail server in a process of its own that takes everything and keeps nothing.

`python -m bench.sink PORT` serves until its standard input closes.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink


@contextmanager
def running() -> Iterator[int]:
    """The port of a running sink, which ends with the block or with this process."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        try:
            yield port
        finally:
            process.stdin.close()


if __name__ == "__main__":
    controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()
