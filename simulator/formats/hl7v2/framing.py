"""MLLP, the minimal lower layer protocol: how messages follow each other on a TCP connection.

A frame is <VT> message <FS><CR> (HL7 v2.5.1 implementation guide, appendix C). Bytes in, bytes out, no sockets.
"""

from simulator.errors import ReadError

START, END, CARRIAGE_RETURN = b"\x0b", b"\x1c", b"\x0d"
LARGEST = 4 * 2**20
"""Bytes of a message beyond which a sender is taken for broken or hostile."""


def frame(message: bytes) -> bytes:
    """A message as it goes over the wire; ReadError if it holds a framing byte."""
    if START in message or END in message:
        raise ReadError("an HL7 message may not hold the bytes 0x0B and 0x1C, which frame it")
    return START + message + END + CARRIAGE_RETURN


class Deframer:
    """Takes bytes as they arrive and gives whole messages; never holds more than `largest` and one piece fed to it."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._held = bytearray()
        self._seen = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete, in order.

        ReadError names what is no MLLP: bytes between frames, an end without its carriage return, a message too long.
        The connection should then be closed; messages completed by the same bytes are lost with it.
        """
        self._held += data
        messages = []
        while self._held:
            message = self._next()
            if message is None:
                break
            messages.append(message)
        return messages

    def close(self) -> None:
        """The end of the connection; ReadError if it came in the middle of a message."""
        if self._held:
            raise ReadError(f"MLLP: the connection ended inside a message, after {len(self._held)} bytes of it")

    def _next(self) -> bytes | None:
        if self._held[:1] != START:
            raise ReadError(f"MLLP: 0x{self._held[0]:02X} where a message should begin with 0x0B")
        end = self._held.find(END, self._seen)
        again = self._held.find(START, max(1, self._seen), None if end < 0 else end)
        if again >= 0:
            raise ReadError(f"MLLP: 0x0B inside a message, after {again} bytes; the one before has no end")
        if (len(self._held) if end < 0 else end) - 1 > self._largest:
            raise ReadError(f"MLLP: a message of more than {self._largest} bytes")
        if end < 0:
            self._seen = len(self._held)
            return None
        if len(self._held) == end + 1:
            self._seen = end
            return None
        if self._held[end + 1 : end + 2] != CARRIAGE_RETURN:
            raise ReadError(f"MLLP: 0x{self._held[end + 1]:02X} where 0x0D should follow the end of a message")
        message = bytes(self._held[1:end])
        del self._held[: end + 2]
        self._seen = 0
        return message
