"""An OpenTelemetry receiver built on the official opentelemetry-proto package; tells what it has understood.

Arguments: PORT [SECUREPORT CERTIFICATE KEY]; on the second port the same over TLS. POST /v1/{traces,metrics,logs} as collectors have it; GET /received gives what came, decoded strictly
(an unknown field or a wrong type is an error), GET /raw what came as it came, PUT /answer the status to answer with.
OTLP's JSON has trace and span ids in hexadecimal where protobuf's JSON has base64, so they are converted on the way.
"""
import base64
import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}
IDS = {"traceId", "spanId", "parentSpanId"}
lock = threading.Lock()
received = {"traces": [], "metrics": [], "logs": [], "errors": [], "headers": []}
raw = []
answer = {"status": 200}


def convert(value, change):
    if isinstance(value, dict):
        return {k: change(v) if k in IDS and isinstance(v, str) else convert(v, change) for k, v in value.items()}
    return [convert(v, change) for v in value] if isinstance(value, list) else value


def to_base64(text):
    if text != text.lower():
        raise ValueError("ids are lowercase hexadecimal: " + text)
    return base64.b64encode(bytes.fromhex(text)).decode()


def to_hex(text):
    return base64.b64decode(text).hex()


def plain(attributes):
    result = {}
    for attribute in attributes:
        kind = attribute.value.WhichOneof("value")
        value = getattr(attribute.value, kind) if kind else None
        result[attribute.key] = value if isinstance(value, (str, int, float, bool)) else str(value)
    return result


def spans(message):
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield {
                    "resource": plain(resource.resource.attributes), "scope": scope.scope.name, "name": span.name,
                    "kind": span.kind, "traceId": span.trace_id.hex(), "spanId": span.span_id.hex(),
                    "parentSpanId": span.parent_span_id.hex(), "traceState": span.trace_state,
                    "start": span.start_time_unix_nano / 1e9, "end": span.end_time_unix_nano / 1e9,
                    "attributes": plain(span.attributes), "status": span.status.code,
                    "events": [{"name": e.name, "attributes": plain(e.attributes)} for e in span.events],
                }


def points(message):
    for resource in message.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                for point in getattr(metric, kind).data_points:
                    entry = {
                        "resource": plain(resource.resource.attributes), "name": metric.name, "kind": kind,
                        "unit": metric.unit, "attributes": plain(point.attributes),
                        "time": point.time_unix_nano / 1e9, "start": point.start_time_unix_nano / 1e9,
                    }
                    if kind == "histogram":
                        entry.update(count=point.count, sum=point.sum, buckets=list(point.bucket_counts),
                                     bounds=list(point.explicit_bounds),
                                     exemplars=[e.trace_id.hex() for e in point.exemplars])
                        assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
                        assert sum(point.bucket_counts) == point.count
                    else:
                        entry["value"] = point.as_int if point.WhichOneof("value") == "as_int" else point.as_double
                    if kind == "sum":
                        entry.update(monotonic=metric.sum.is_monotonic, temporality=metric.sum.aggregation_temporality)
                    yield entry


def records(message):
    for resource in message.resource_logs:
        for scope in resource.scope_logs:
            for record in scope.log_records:
                yield {
                    "resource": plain(resource.resource.attributes), "logger": scope.scope.name,
                    "body": record.body.string_value, "severity": record.severity_number,
                    "severityText": record.severity_text, "traceId": record.trace_id.hex(),
                    "spanId": record.span_id.hex(), "attributes": plain(record.attributes),
                }


READERS = {"traces": spans, "metrics": points, "logs": records}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def do_GET(self):
        with lock:
            self.reply(200, raw if self.path == "/raw" else received)

    def do_PUT(self):
        with lock:
            answer["status"] = int(self.body())
        self.reply(200, {})

    def do_POST(self):
        text = self.body()
        with lock:
            raw.append(text)
            received["headers"].append(self.headers.get("Authorization", ""))
            if answer["status"] != 200:
                return self.reply(answer["status"], {})
            try:
                message = REQUESTS[self.path]()
                assert self.headers.get("Content-Type") == "application/json"
                json_format.ParseDict(convert(json.loads(text), to_base64), message)
                signal = self.path.rsplit("/", 1)[1]
                found = list(READERS[signal](message))
                received[signal] = found if signal == "metrics" else received[signal] + found
            except Exception as error:
                received["errors"].append(f"{self.path}: {type(error).__name__}: {error}")
                return self.reply(400, {"message": str(error)})
        self.reply(200, {})


if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    secure = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    # The handshake in the request's own thread, so that one that hangs holds nobody up.
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
