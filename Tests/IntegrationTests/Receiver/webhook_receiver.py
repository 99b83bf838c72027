"""A receiver of signed webhooks that verifies them by itself (Standard Webhooks, with Python's own hmac).

Arguments: PORT SECRET. POST /hook takes a notice: 401 where signature, id or time are wrong, the configured status
otherwise. GET /received tells what was taken, what was refused and why. PUT /answer sets the statuses to answer with, in
order, the last for ever.
"""
import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
secret = sys.argv[2].encode()
state = {"taken": [], "refused": [], "attempts": 0, "answers": [200]}


def verify(headers, body):
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isdigit():
        return "no id or time"
    if abs(time.time() - int(stamp)) > 300:
        return "too old"
    expected = base64.b64encode(
        hmac.new(secret, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    ).decode()
    given = [part.split(",", 1)[1] for part in headers.get("webhook-signature", "").split() if part.startswith("v1,")]
    return None if any(hmac.compare_digest(expected, each) for each in given) else "wrong signature"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        with lock:
            self.reply(200, {key: state[key] for key in ("taken", "refused", "attempts")})

    def do_PUT(self):
        with lock:
            state["answers"] = json.loads(self.body())
        self.reply(200, {})

    def do_POST(self):
        body = self.body()
        fault = verify(self.headers, body)
        with lock:
            state["attempts"] += 1
            if fault:
                state["refused"].append(fault)
                return self.reply(401, {"error": fault})
            status = state["answers"].pop(0) if len(state["answers"]) > 1 else state["answers"][0]
            if status < 300:
                state["taken"].append({"id": self.headers["webhook-id"], **json.loads(body)})
        self.reply(status, {})


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
