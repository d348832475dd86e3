"""gRPC for a while over one channel: grpc_load.py ADDRESS PORT HOST AUTHORITY SECONDS. Unary calls, and one stream both ways all the while."""

import sys
import time
from queue import SimpleQueue

import grpc

from tally import Tally

PATIENCE = 20

address, port, host, authority, seconds = sys.argv[1:]
tally = Tally(seconds)
with open(authority, "rb") as file:
    credentials = grpc.ssl_channel_credentials(file.read())
options = (("grpc.ssl_target_name_override", host), ("grpc.default_authority", host))
with grpc.secure_channel(f"{address}:{port}", credentials, options) as channel:
    say = channel.unary_unary("/steelyard.Echo/Say")
    questions = SimpleQueue()
    answers = channel.stream_stream("/steelyard.Echo/Talk")(iter(questions.get, None), timeout=float(seconds) + PATIENCE)
    try:
        while tally.goes_on():
            for message in (b"a", b"b" * 1_000, b"c" * 100_000):
                tally.count(None if say(message, timeout=PATIENCE) == message else "not the echo of a call")
                questions.put(message)
                tally.count(None if next(answers) == message else "not the echo in a stream")
            time.sleep(0.05)
        questions.put(None)
        if list(answers):
            tally.count("more than the echo")
    except grpc.RpcError as e:
        tally.count(f"{e.code().name}: {e.details()}")
tally.tell()
