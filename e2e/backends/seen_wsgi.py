"""An application for gunicorn."""
import os

seen = open(os.environ["SEEN"], "a", buffering=1, encoding="latin-1")


def app(environ, start_response):
    line = f"{environ['REQUEST_METHOD']} {environ['RAW_URI']} {environ['SERVER_PROTOCOL']}"
    seen.write(line + "\n")
    environ["wsgi.input"].read()
    start_response("200 OK", [("X-Seen", line), ("Content-Length", "0")])
    return [b""]
