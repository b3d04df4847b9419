"""A socket that carries frames, with a deadline for every wait."""

from __future__ import annotations

import select
import socket
import time
from typing import Any

from .decoding import PREFIX, Caps, Closed, decode, lengths

#: Most bytes that are read at once.
_CHUNK = 1 << 16


class Channel:
    """A socket that carries frames; every wait has a deadline on the monotonic clock, or none."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.setblocking(False)
        self._read = bytearray()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, frames: bytes, deadline: float | None = None) -> None:
        """Send encoded frames.

        Raises:
            Closed: the other side is gone.
            TimeoutError: it did not take them in time.
        """
        view = memoryview(frames)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                select.select([], [self._socket], [], _left(deadline))
            except OSError:
                raise Closed("the other side is gone") from None

    def receive(self, caps: Caps, deadline: float | None = None) -> Any:
        """Receive a value.

        Raises:
            Closed: the other side is gone.
            WireError: what came is not a frame.
            TimeoutError: the frame was not complete in time.
        """
        header, body = self.receive_frame(caps, deadline)
        return decode(header, body, caps)

    def receive_frame(self, caps: Caps, deadline: float | None = None) -> tuple[bytes, bytearray]:
        """Receive the header and the body of a frame as they are."""
        self._wait_for(PREFIX, deadline)
        header, body = lengths(self._read[:PREFIX], caps)
        start, end = PREFIX + header, PREFIX + header + body
        self._wait_for(end, deadline)
        frame = bytes(self._read[PREFIX:start]), self._read[start:end]
        del self._read[:end]
        return frame

    def _wait_for(self, count: int, deadline: float | None) -> None:
        """Read until so many bytes are there."""
        while len(self._read) < count:
            try:
                got = self._socket.recv(_CHUNK)
            except BlockingIOError:
                select.select([self._socket], [], [], _left(deadline))
                continue
            except OSError:
                got = b""
            if not got:
                raise Closed("the other side is gone")
            self._read += got


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
