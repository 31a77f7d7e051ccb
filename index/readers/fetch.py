"""A web address to bytes: only http and https, bounded in size and time, no way from the public web into private networks.

Each host is resolved once and the connection goes to the address that was checked, so that no second answer of a name
server leads elsewhere. An address that the user names may be private (an intranet); a redirect from another host may not.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from index.readers.reading import Limits, Reason, Refused

_REDIRECTS = 5
_SECONDS = 30.0
_CHUNK = 1 << 16
_AGENT = "Mozilla/5.0 (compatible; zhengda)"
_SAFE = "/:?=&%#@!$'()*+,;~[]-._"


def fetch(address: str, limits: Limits, seconds: float = _SECONDS) -> bytes:
    """The body of the page at `address`; raises Refused."""
    deadline = time.monotonic() + seconds
    at = _Place.of(address)
    named = at.netloc
    for _ in range(_REDIRECTS + 1):
        answer = _Hop(at, deadline, may_be_private=at.netloc == named).get(limits)
        if isinstance(answer, bytes):
            return answer
        at = _Place.of(answer, at.address)
    raise Refused(Reason.UNREACHABLE, f"转向超过 {_REDIRECTS} 次。请改用最后的网址。")


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart: where to connect to, and what to ask there."""

    address: str
    scheme: str
    host: str
    port: int
    netloc: str
    path: str

    @classmethod
    def of(cls, address: str, base: str = "") -> _Place:
        """The place that `address` names, seen from `base`; raises Refused."""
        try:
            whole = quote(urljoin(base, address), safe=_SAFE)
            parts = urlsplit(whole)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError as error:
            raise Refused(Reason.UNREACHABLE, "网址写法不对。请检查。") from error
        if parts.scheme not in ("http", "https") or not host:
            raise Refused(Reason.HOSTILE, f"网址（或它转向的网址）不是 http、https：{address[:80]}。没有取。")
        port = port or (443 if parts.scheme == "https" else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(whole, parts.scheme, host, port, parts.netloc.rpartition("@")[2], path)


class _Hop:
    """One request of a chain of redirects."""

    def __init__(self, place: _Place, deadline: float, *, may_be_private: bool) -> None:
        self._place, self._deadline, self._may_be_private = place, deadline, may_be_private

    def get(self, limits: Limits) -> bytes | str:
        """The body, or the address that the answer redirects to."""
        connection = http.client.HTTPConnection(self._place.host, self._place.port)
        try:
            connection.sock = self._socket()
            headers = {"Host": self._place.netloc, "User-Agent": _AGENT, "Accept": "text/html,*/*"}
            connection.request("GET", self._place.path, headers={**headers, "Accept-Encoding": "identity"})
            return self._answer(connection, limits)
        except TimeoutError as error:
            raise Refused(Reason.TOO_SLOW, "网站没有及时答复。请稍后再试，或下载后放入。") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refused(
                Reason.UNREACHABLE, f"取不到这个网址（{type(error).__name__}）。请检查网址与网络。"
            ) from error
        finally:
            connection.close()

    def _answer(self, connection: http.client.HTTPConnection, limits: Limits) -> bytes | str:
        with connection.getresponse() as answer:
            if answer.status in (301, 302, 303, 307, 308) and (location := answer.getheader("Location")):
                return location
            if answer.status != 200:
                raise Refused(Reason.UNREACHABLE, f"网站答复 {answer.status}。请检查网址。")
            body = bytearray()
            while chunk := self._chunk(connection, answer):
                body += chunk
                if len(body) > limits.size:
                    raise Refused(Reason.TOO_LARGE, f"网页过大（上限 {limits.size >> 20} MB）。请下载后拆分放入。")
            return bytes(body)

    def _chunk(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:  # the connection gives its socket up to the answer where that ends it
            connection.sock.settimeout(left)
        return answer.read1(_CHUNK)

    def _socket(self) -> socket.socket:
        """A connection to the host, at an address that was looked at."""
        left = max(0.1, self._deadline - time.monotonic())
        found = socket.getaddrinfo(self._place.host, self._place.port, type=socket.SOCK_STREAM)
        place = found[0][4]
        if not self._may_be_private and any(not _public(str(entry[4][0])) for entry in found):
            raise Refused(Reason.HOSTILE, "网址转向了内部网络的地址，没有取。请核对来源。")
        plain = socket.create_connection((str(place[0]), self._place.port), timeout=left)
        if self._place.scheme == "http":
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self._place.host)
        except BaseException:
            plain.close()
            raise


def _public(address: str) -> bool:
    """Whether an IP address is of the open internet, also behind IPv4-in-IPv6 forms."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (inner or ip).is_global and not ip.is_multicast
