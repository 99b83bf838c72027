"""moto, which stands for DynamoDB and Cognito: moto_server.py PORT.

One request at a time: with several, two writes of the same item may both find their condition to hold. Connections have
threads of their own, so that one on which nothing comes holds nobody up.
"""
import io
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

dispatcher = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
    with turn:
        return list(dispatcher(environ, start_response))


run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True)
