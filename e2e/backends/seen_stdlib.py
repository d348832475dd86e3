"""A server of Python's http.server: python3 seen_stdlib.py PORT. That module leaves bodies to its users; read here as many do."""
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def parse_request(self):
        line = self.raw_requestline.decode("latin-1").strip()
        seen.write(line + "\n")
        ok = super().parse_request()
        if ok:
            self.body()
            self.send_response(200)
            self.send_header("X-Seen", line)
            self.send_header("Content-Length", "0")
            self.end_headers()
        return ok

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
        else:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def __getattr__(self, name):
        if name.startswith("do_"):
            return lambda: None
        raise AttributeError(name)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # bodies that end too soon


seen = open(os.environ["SEEN"], "a", buffering=1, encoding="latin-1")
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
