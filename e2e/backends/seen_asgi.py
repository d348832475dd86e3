"""An application for uvicorn."""
import os

seen = open(os.environ["SEEN"], "a", buffering=1, encoding="latin-1")


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    query = "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""
    line = f"{scope['method']} {scope['raw_path'].decode('latin-1')}{query} HTTP/{scope['http_version']}"
    seen.write(line + "\n")
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-seen", line.encode("latin-1")), (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
