"""moto, which stands for DynamoDB and Cognito: moto_server.py PORT.

With one thread: with several, two writes of the same item may both find their condition to hold.
"""
import sys

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
