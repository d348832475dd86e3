"""A WebSocket: websocket.py ADDRESS PORT HOST. Sends three messages, one of them large, and prints what comes back."""

import socket
import sys

from websockets.sync.client import connect

address, port, host = sys.argv[1:]
with connect(f"ws://{host}/", sock=socket.create_connection((address, int(port)), 20)) as connection:
    for message in ("one", "two", "x" * 300_000):
        connection.send(message)
        answer = connection.recv(timeout=20)
        print(answer if len(answer) < 10 else len(answer))
