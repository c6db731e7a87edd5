"""A text message service for one machine, that sends nothing.

It answers like the real one as far as Alongside uses it: create, fetch, list by number,
signed status callbacks, and the refusals that matter. Each accepted text becomes one
line of a JSON file, so that tests can count and a demo can show it. Numbers choose
their fate by their last four digits: see FATES.

    python -m wellbeing.demo.sms_stand_in --port 8025 --store var/texts.jsonl
"""

import argparse
import base64
import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "stand-in-token"  # noqa: S105 - opens nothing but this stand-in
SERVICE_SID = "MG" + "0" * 32
SLOW_SECONDS = 4.0

# The last four digits of a number: HTTP status and error code.
FATES: dict[str, tuple[int, int]] = {
    "0000": (400, 21211),
    "0610": (400, 21610),
    "0429": (429, 20429),
    "0500": (500, 20500),
}
SLOW = "0408"  # taken at once, answered after SLOW_SECONDS


class StandIn:
    """The service and its memory. `start` serves from a thread; `stop` ends it."""

    def __init__(
        self,
        *,
        port: int = 0,
        store: Path | None = None,
        callbacks: bool = False,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self.store = store
        self.callbacks = callbacks
        self.slow_seconds = slow_seconds
        self.texts: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.stand_in = self
        if store is not None and store.exists():
            self.texts = [json.loads(line) for line in store.read_text().splitlines()]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> "StandIn":
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """Keep one text and give it a sid."""
        text: dict[str, Any] = {
            "sid": "SM" + secrets.token_hex(16),
            "to": form["To"],
            "body": form["Body"],
            "status": "queued",
            "created": datetime.now(UTC).isoformat(),
            "callback": form.get("StatusCallback", ""),
            "validity": form.get("ValidityPeriod", ""),
        }
        with self._lock:
            self.texts.append(text)
            if self.store is not None:
                with self.store.open("a") as file:
                    file.write(json.dumps(text) + "\n")
        if self.callbacks and text["callback"]:
            threading.Thread(target=self._call_back, args=(text,), daemon=True).start()
        return text

    def find(self, sid: str) -> dict[str, Any] | None:
        with self._lock:
            return next((text for text in self.texts if text["sid"] == sid), None)

    def sent_to(self, phone: str) -> list[dict[str, Any]]:
        """The latest first, as the real one lists them."""
        with self._lock:
            return [text for text in reversed(self.texts) if text["to"] == phone]

    def _call_back(self, text: dict[str, Any]) -> None:
        for status in ("sent", "delivered"):
            time.sleep(0.2)
            text["status"] = status
            form = {
                "AccountSid": ACCOUNT_SID,
                "MessageSid": text["sid"],
                "MessageStatus": status,
                "To": text["to"],
            }
            headers = {"X-Twilio-Signature": signature(text["callback"], form)}
            request = urllib.request.Request(  # noqa: S310 - the address is our own
                text["callback"], urlencode(form).encode(), headers
            )
            try:
                urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
            except (urllib.error.URLError, OSError):
                continue


def signature(url: str, form: dict[str, str]) -> str:
    """HMAC-SHA1 over the address and the sorted names and values, as documented."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    mac = hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Many senders at once must find a place in the queue.
    request_queue_size = 64
    stand_in: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        form = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
        if not self._let_in():
            return self._refuse(401, 20003)
        if self._path() != "Messages.json":
            return self._refuse(404, 20404)
        if not form.get("To") or not form.get("Body"):
            return self._refuse(400, 21602)
        last = form["To"][-4:]
        if last in FATES:
            return self._refuse(*FATES[last])
        text = self.server.stand_in.take(form)
        if last == SLOW:
            time.sleep(self.server.stand_in.slow_seconds)
        return self._answer(201, _shown(text))

    def do_GET(self) -> None:
        if not self._let_in():
            return self._refuse(401, 20003)
        path = self._path()
        if path == "Messages.json":
            wanted = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
            found = self.server.stand_in.sent_to(wanted)
            return self._answer(
                200, {"messages": [_shown(text) for text in found], "page": 0}
            )
        sid = path.removeprefix("Messages/").removesuffix(".json")
        text = self.server.stand_in.find(sid)
        if text is None:
            return self._refuse(404, 20404)
        return self._answer(200, _shown(text))

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: numbers do not belong in a log."""

    def _path(self) -> str:
        return urlsplit(self.path).path.partition(f"/Accounts/{ACCOUNT_SID}/")[2]

    def _let_in(self) -> bool:
        wanted = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given, f"Basic {wanted}")

    def _refuse(self, status: int, code: int) -> None:
        reason = HTTPStatus(status).phrase
        self._answer(status, {"code": code, "message": reason, "status": status})

    def _answer(self, status: int, payload: dict[str, Any]) -> None:
        content = json.dumps(payload).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                self.send_header("Retry-After", "20")
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            # The caller gave up waiting, which is what SLOW is for.
            self.close_connection = True


def _shown(text: dict[str, Any]) -> dict[str, Any]:
    created = format_datetime(datetime.fromisoformat(text["created"]))
    return {
        "sid": text["sid"],
        "account_sid": ACCOUNT_SID,
        "to": text["to"],
        "body": text["body"],
        "status": text["status"],
        "direction": "outbound-api",
        "date_created": created,
        "date_sent": None,
        "error_code": text.get("error_code"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description="A text message service that sends nothing."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--callbacks", action="store_true")
    options = parser.parse_args()
    options.store.parent.mkdir(parents=True, exist_ok=True)
    try:
        StandIn(
            port=options.port, store=options.store, callbacks=options.callbacks
        ).serve()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
