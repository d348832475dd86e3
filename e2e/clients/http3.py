"""A client of HTTP/3 on aioquic: http3.py ADDRESS PORT HOST. Does what clients do, and one thing that none may, and prints what came of it."""

import asyncio
import ssl
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import ErrorCode, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated

PATIENCE = 30


class Response:
    def __init__(self):
        self.fields = {}
        self.body = b""
        self.complete = asyncio.get_running_loop().create_future()

    def status(self):
        return self.fields[b":status"].decode()


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.responses = {}
        self.closed = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event):
        if isinstance(event, ConnectionTerminated) and not self.closed.done():
            self.closed.set_result(event.error_code)
            for response in self.responses.values():
                if not response.complete.done():
                    response.complete.set_exception(ConnectionError(f"closed with {event.error_code:#x}"))
        for part in self.http.handle_event(event):
            response = self.responses.get(part.stream_id)
            if response is None:
                continue
            if isinstance(part, HeadersReceived):
                response.fields.update(part.headers)
            elif isinstance(part, DataReceived):
                response.body += part.data
            if part.stream_ended and not response.complete.done():
                response.complete.set_result(None)

    def begin(self, method, host, path, body=None):
        stream = self._quic.get_next_available_stream_id()
        self.responses[stream] = Response()
        self.http.send_headers(
            stream,
            [(b":method", method), (b":scheme", b"https"), (b":authority", host.encode()), (b":path", path.encode())],
            end_stream=body is None,
        )
        if body is not None:
            self.http.send_data(stream, body, end_stream=True)
        self.transmit()
        return stream

    async def ask(self, method, host, path, body=None):
        response = self.responses[self.begin(method, host, path, body)]
        await asyncio.wait_for(response.complete, PATIENCE)
        return response

    def cancel(self, stream):
        self._quic.reset_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
        self._quic.stop_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
        del self.responses[stream]
        self.transmit()

    def write(self, octets):
        self._quic.send_stream_data(self._quic.get_next_available_stream_id(), octets, end_stream=True)
        self.transmit()


async def main(address, port, host):
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=["h3"], verify_mode=ssl.CERT_NONE, server_name=host
    )
    async with connect(address, int(port), configuration=configuration, create_protocol=Client) as client:
        response = await client.ask(b"GET", host, "/")
        print("get", response.status(), response.body.decode().strip())
        many = await asyncio.gather(*[client.ask(b"GET", host, f"/{i}") for i in range(300)])
        print("many", *sorted({one.status() for one in many}))
        response = await client.ask(b"POST", host, "/", bytes(2_000_000))
        print("large", response.status())
        for _ in range(20):
            client.cancel(client.begin(b"POST", host, "/", bytes(100)))
        print("after cancelling", (await client.ask(b"GET", host, "/")).status())
        print("other host", (await client.ask(b"GET", "other.example", "/")).status())
        client.write(b"\x00\x01x")
        print("DATA before HEADERS", hex(await asyncio.wait_for(client.closed, PATIENCE)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
