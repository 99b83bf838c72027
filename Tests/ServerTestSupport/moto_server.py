"""moto, which stands for DynamoDB and Cognito, on a port of its own, which it prints.

One request at a time: with several, two writes of the same item may both find their condition to hold. Connections stay,
as those of the real services do, and one on which nothing comes holds nobody up: both of which the server that moto
brings along cannot.
"""
import waitress
from moto.server import DomainDispatcherApplication, create_backend_app

server = waitress.create_server(DomainDispatcherApplication(create_backend_app), host="127.0.0.1", port=0, threads=1)
print(server.effective_port, flush=True)
server.run()
