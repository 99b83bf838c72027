"""A small service that keeps its orders in a real Redis and a real PostgreSQL: orders_service.py PORT REDIS_PORT POSTGRES_PORT.

Every request counts in Redis and asks PostgreSQL, each over a connection of its own; when either fails it answers 500, /health 503.
Standard library only: the few bytes of both protocols are written here.
"""
import http.server
import socket
import struct
import sys

REDIS = ("127.0.0.1", int(sys.argv[2]))
POSTGRES = ("127.0.0.1", int(sys.argv[3]))
LIMIT = 0.3


def count():
    with socket.create_connection(REDIS, LIMIT) as connection:
        connection.sendall(b"*2\r\n$4\r\nINCR\r\n$6\r\norders\r\n")
        answer = connection.recv(64)
        if not answer.startswith(b":"):
            raise OSError("Redis answers %r" % answer)
        return int(answer[1:].strip())


def exactly(connection, length):
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise OSError("PostgreSQL has closed the connection")
        data += more
    return data


def until_ready(connection):
    rows = 0
    while True:
        kind = exactly(connection, 1)
        body = exactly(connection, struct.unpack("!I", exactly(connection, 4))[0] - 4)
        if kind == b"E":
            raise OSError("PostgreSQL answers %r" % body)
        rows += kind == b"D"
        if kind == b"Z":
            return rows


def ask():
    with socket.create_connection(POSTGRES, LIMIT) as connection:
        body = struct.pack("!I", 196608) + b"user\0postgres\0database\0postgres\0\0"
        connection.sendall(struct.pack("!I", len(body) + 4) + body)
        until_ready(connection)
        query = b"SELECT 1\0"
        connection.sendall(b"Q" + struct.pack("!I", len(query) + 4) + query)
        if until_ready(connection) != 1:
            raise OSError("PostgreSQL gives no row")
        connection.sendall(b"X\0\0\0\4")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            number = count()
            ask()
            status, text = 200, "order %d" % number
        except OSError as error:
            status, text = (503 if self.path == "/health" else 500), str(error)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
