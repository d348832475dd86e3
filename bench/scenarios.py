"""What is measured: each scenario is one kind of load on one kind of port."""

import dataclasses

CLOSE = ("-H", "Connection: close")

# About 900 bytes, as a browser sends them.
BROWSER = tuple(
    word
    for line in (
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Accept-Language: en-GB,en;q=0.9,de;q=0.8",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Cookie: session=9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c; theme=dark; consent=1; _ga=GA1.2.1234567890.1234567890",
        "Cache-Control: no-cache",
        "Referer: https://www.example.com/some/long/path/index.html?query=value&other=thing",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Dest: document",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Site: same-origin",
        "X-Request-Id: 0123456789abcdef0123456789abcdef",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    )
    for word in ("-H", line)
)


# A message of 100 octets; measure.py adds it as the body.
CALL = ("-H", "content-type: application/grpc", "-H", "te: trailers", "-d", "$message")


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One load. `idle` opens connections and leaves them open instead, to see what each costs in memory."""

    name: str
    what: str
    port: str  # http, https, tcp or udp
    path: str
    load: tuple = ()  # arguments of wrk or h2load; for udp: clients, bytes of a datagram
    must: float = 0  # the least ratio of HAProxy's CPU per request to ours that a release may have
    idle: int = 0
    tool: str = "wrk"  # or h2load
    routed: bool = False  # for the proxy with many routes alone
    half: bool = False  # load at half the rate that saturates the first proxy, for latencies

    @property
    def compared(self):
        """The figure by which proxies are compared: less is better."""
        return "p99" if self.half else "cpu_us"

    def clients(self):
        return next(int(word[2:]) for word in self.load if word.startswith("-c"))

    def at(self, rate):
        """The same at so many requests/s, over all clients."""
        return dataclasses.replace(self, load=self.load + (f"--rps={max(1, int(rate / self.clients()))}",))


ALL = [
    Scenario("h1-64", "HTTP/1.1 keep-alive, 1 KiB, 64 connections", "http", "/1k", ("-c64",), must=1.05),
    Scenario("h1-browser", "the same with a browser-like head", "http", "/1k", ("-c64",) + BROWSER, must=1.1),
    Scenario("h1-512", "HTTP/1.1 keep-alive, 1 KiB, 512 connections", "http", "/1k", ("-c512",), must=1.15),
    Scenario("h1-100k", "HTTP/1.1 keep-alive, 100 KiB bodies", "http", "/100k", ("-c64",), must=1.15),
    Scenario("h1-10m", "HTTP/1.1 keep-alive, 10 MiB bodies", "http", "/10m", ("-c16",)),
    Scenario("h1-close", "HTTP/1.1, a connection for each request", "http", "/1k", ("-c64",) + CLOSE, must=0.95),
    Scenario("routes", "h1-64 with 10,000 routes over ten services (ours alone)", "http", "/r997/a", ("-c64", "-H", "Host: s7.example"), routed=True),
    Scenario("tls-64", "TLS 1.3 keep-alive, 1 KiB", "https", "/1k", ("-c64",), must=1.05),
    Scenario("tls-100k", "TLS 1.3 keep-alive, 100 KiB bodies", "https", "/100k", ("-c64",), must=1.0),
    Scenario("tls-close", "TLS 1.3, a full handshake for each request", "https", "/1k", ("-c64",) + CLOSE, must=1.3),
    Scenario("h2", "HTTP/2 under TLS, 1 KiB, 16 connections of 32 streams", "https", "/1k", ("-c16", "-m32"), must=1.0, tool="h2load"),
    Scenario("grpc", "gRPC unary under TLS, 16 connections of 32 streams", "https", "/grpc.Bench/Unary", ("-c16", "-m32") + CALL, tool="h2load"),
    Scenario("tcp-64", "TCP request and response, 1 KiB", "tcp", "/1k", ("-c64",), must=1.05),
    Scenario("tcp-close", "TCP, a connection for each request", "tcp", "/1k", ("-c64",) + CLOSE, must=0.9),
    Scenario("tcp-stream", "TCP stream of 64 MiB", "tcp", "/64m", ("-c8",), must=0.8),
    Scenario("udp", "UDP, a datagram of 100 bytes and its answer, 256 clients (HAProxy 2.6 relays none)", "udp", "", ("256", "100")),
    Scenario("half-h1", "p99 of HTTP/1.1 keep-alive, 1 KiB, 64 connections, at half of HAProxy's rate", "http", "/1k", ("--h1", "-c64"), 0.91, tool="h2load", half=True),
    Scenario("half-tls", "p99 of the same under TLS 1.3", "https", "/1k", ("--h1", "-c64"), 0.91, tool="h2load", half=True),
    Scenario("half-h2", "p99 of HTTP/2 under TLS, 1 KiB, 64 connections, at half of HAProxy's rate", "https", "/1k", ("-c64", "-m8"), 0.91, tool="h2load", half=True),
    Scenario("idle", "idle connections", "http", "/1k", idle=8000),
    Scenario("idle-tls", "idle connections under TLS", "https", "/1k", idle=8000),
]

BY_NAME = {scenario.name: scenario for scenario in ALL}
