"""
Clients of HTTP/2 on hyper-h2 that take more than they may: http2_limits.py ADDRESS PORT HOST WHAT. Prints what came of it, and how a client on
another connection fared meanwhile.
"""

import socket
import sys
import threading
from collections import Counter

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, ResponseReceived, SettingsAcknowledged, StreamEnded, StreamReset
from h2.settings import SettingCodes
from hpack import Encoder
from hyperframe.frame import ContinuationFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame

PATIENCE = 30
SLOW = "/delay/1000"
MANY = 150
FLOOD = 100_000


class Client:
    def __init__(self, address, port, host):
        self.host = host
        self.socket = socket.create_connection((address, int(port)), PATIENCE)
        self.http = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.http.initiate_connection()
        self.statuses = {}
        self.outcomes = {}
        self.agreed = False

    def send(self):
        self.socket.sendall(self.http.data_to_send())

    def fields(self, path):
        return [(":method", "GET"), (":scheme", "http"), (":authority", self.host), (":path", path)]

    def begin(self, path):
        stream = self.http.get_next_available_stream_id()
        self.http.send_headers(stream, self.fields(path), end_stream=True)
        return stream

    def read_until(self, condition):
        self.send()
        while not condition():
            octets = self.socket.recv(65536)
            if not octets:
                raise EOFError("the connection has ended")
            for event in self.http.receive_data(octets):
                match event:
                    case SettingsAcknowledged():
                        self.agreed = True
                    case ResponseReceived():
                        self.statuses[event.stream_id] = dict(event.headers)[":status"]
                    case StreamEnded():
                        self.outcomes[event.stream_id] = self.statuses[event.stream_id]
                    case StreamReset():
                        self.outcomes[event.stream_id] = ErrorCodes(event.error_code).name
                    case ConnectionTerminated():
                        raise EOFError(f"the connection is ended: {event.error_code!r}")
            self.send()

    def agree(self):
        self.read_until(lambda: self.agreed)
        return self

    def ask(self, paths):
        """All at once; what came of them, counted."""
        streams = [self.begin(path) for path in paths]
        self.read_until(lambda: all(stream in self.outcomes for stream in streams))
        return Counter(self.outcomes[stream] for stream in streams)


def tell(name, outcomes):
    print(name, *[f"{outcome} {times}" for outcome, times in sorted(outcomes.items())])


def excess(client):
    """More streams than allowed; those that were refused once more; and one that shows that the connection is whole."""
    outcomes = client.ask([SLOW] * MANY)
    tell("many", outcomes)
    tell("again", client.ask(["/"] * outcomes[ErrorCodes.REFUSED_STREAM.name]))
    tell("one", client.ask(["/"]))


def before_settings(client):
    excess(client)


def despite_settings(client):
    client.agree()
    client.http.remote_settings[SettingCodes.MAX_CONCURRENT_STREAMS] = 10 * MANY
    client.http.remote_settings.acknowledge()
    excess(client)


def headers(client, stream, flags):
    return HeadersFrame(stream, data=Encoder().encode(client.fields("/")), flags=flags).serialize()


def continuations(client):
    yield headers(client, 1, ["END_STREAM"])
    for _ in range(FLOOD):
        yield ContinuationFrame(1).serialize()


def rapid_reset(client):
    for i in range(FLOOD):
        yield headers(client, 2 * i + 1, ["END_STREAM", "END_HEADERS"])
        yield RstStreamFrame(2 * i + 1, error_code=ErrorCodes.CANCEL).serialize()


def pings(client):
    for _ in range(FLOOD):
        yield PingFrame(0, opaque_data=b"12345678").serialize()


def settings(client):
    for _ in range(FLOOD):
        yield SettingsFrame(0).serialize()


def flood(client, frames):
    """Frames as fast as they are taken; how the connection ends."""
    client.agree()

    def pour():
        try:
            for frame in frames:
                client.socket.sendall(frame)
        except OSError:
            pass  # cut off, as it should be

    threading.Thread(target=pour, daemon=True).start()
    received = b""
    while octets := client.socket.recv(65536):
        received += octets
        while len(received) >= 9:
            frame, length = Frame.parse_frame_header(memoryview(received[:9]))
            if len(received) < 9 + length:
                break
            frame.parse_body(memoryview(received[9 : 9 + length]))
            received = received[9 + length :]
            if isinstance(frame, GoAwayFrame):
                print("end", ErrorCodes(frame.error_code).name)
                return
    print("end without GOAWAY")


def bystander(client, over, seen):
    while not over.is_set():
        seen.update(client.ask(["/"]))


def main(address, port, host, what):
    other = Client(address, port, host).agree()
    over, seen = threading.Event(), Counter()
    watching = threading.Thread(target=bystander, args=(other, over, seen))
    watching.start()
    client = Client(address, port, host)
    attempt = {f.__name__: f for f in (before_settings, despite_settings, continuations, rapid_reset, pings, settings)}[what]
    if attempt in (before_settings, despite_settings):
        attempt(client)
    else:
        flood(client, attempt(client))
    over.set()
    watching.join()
    seen.update(other.ask(["/"]))
    print("other", *seen)


main(*sys.argv[1:])
