"""A gRPC server that sends back what it is sent, message by message: echo_grpc.py ADDRESS PORT. Messages are octets, not Protocol Buffers."""

import sys
from concurrent.futures import ThreadPoolExecutor

import grpc

METHODS = {
    "Say": grpc.unary_unary_rpc_method_handler(lambda message, context: message),
    "Talk": grpc.stream_stream_rpc_method_handler(lambda messages, context: messages),
}

server = grpc.server(ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("steelyard.Echo", METHODS),))
server.add_insecure_port(f"{sys.argv[1]}:{sys.argv[2]}")
server.start()
server.wait_for_termination()
