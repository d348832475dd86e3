"""HTTP/3 for a while over one connection: http3_load.py ADDRESS PORT HOST AUTHORITY SECONDS. Small requests, bodies both ways, cancelled requests."""

import asyncio
import sys

from aioquic.asyncio.client import connect
from aioquic.quic.configuration import QuicConfiguration

from http3 import Client
from tally import Tally

SENT = b"s" * 50_000
LARGE = 200_000


async def ask(client, tally, host, method, path, body, least):
    try:
        response = await client.ask(method, host, path, body)
        if response.status() != "200":
            tally.count("status " + response.status())
        elif len(response.body) < least:
            tally.count(f"only {len(response.body)} of {least} octets")
        else:
            tally.count()
    except (OSError, asyncio.TimeoutError) as e:
        tally.count(e)


async def main(address, port, host, authority, seconds):
    tally = Tally(seconds)
    configuration = QuicConfiguration(is_client=True, alpn_protocols=["h3"], server_name=host)
    configuration.load_verify_locations(authority)
    try:
        async with connect(address, int(port), configuration=configuration, create_protocol=Client) as client:
            while tally.goes_on():
                client.cancel(client.begin(b"GET", host, f"/bytes/{LARGE}"))
                await asyncio.gather(
                    *[ask(client, tally, host, b"GET", "/", None, 1) for _ in range(8)],
                    ask(client, tally, host, b"POST", "/echo", SENT, len(SENT)),
                    ask(client, tally, host, b"GET", f"/bytes/{LARGE}", None, LARGE),
                )
                client.responses.clear()
                await asyncio.sleep(0.2)
    except OSError as e:
        tally.count(e)
    tally.tell()


asyncio.run(main(*sys.argv[1:]))
