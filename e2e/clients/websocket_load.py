"""One WebSocket for a while: websocket_load.py ADDRESS PORT URI AUTHORITY SECONDS. Messages small and large, and their echoes."""

import socket
import ssl
import sys
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tally import Tally

address, port, uri, authority, seconds = sys.argv[1:]
tally = Tally(seconds)
encrypted = {"ssl": ssl.create_default_context(cafile=authority)} if uri.startswith("wss:") else {}
try:
    with connect(uri, sock=socket.create_connection((address, int(port)), 20), **encrypted) as connection:
        while tally.goes_on():
            for size in (10, 1_000, 100_000):
                connection.send("x" * size)
                got = len(connection.recv(timeout=20))
                tally.count(None if got == size else f"{got} of {size} characters")
            time.sleep(0.05)
except (OSError, WebSocketException) as e:
    tally.count(e)
tally.tell()
