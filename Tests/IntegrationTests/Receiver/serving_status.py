"""gRPC's own health server: serving_status.py PORT; the service `shop.Orders` serves, `shop.Mail` does not."""
import sys
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
states = health.HealthServicer()
health_pb2_grpc.add_HealthServicer_to_server(states, server)
states.set("", health_pb2.HealthCheckResponse.SERVING)
states.set("shop.Orders", health_pb2.HealthCheckResponse.SERVING)
states.set("shop.Mail", health_pb2.HealthCheckResponse.NOT_SERVING)
server.add_insecure_port("127.0.0.1:" + sys.argv[1])
server.start()
server.wait_for_termination()
