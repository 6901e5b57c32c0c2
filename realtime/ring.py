"""As much of Linux's io_uring as telling many sockets the same takes: so many sends in one system call.

The layout is that of include/uapi/linux/io_uring.h. Every send is asked not to wait, so it is over when the
call returns; were one not, the ring is put away with the bytes it may still read, and never used again.
One ring is for one process and one thread at a time (realtime/fan_out.py).
"""

import ctypes
import mmap
import os
import sys
from array import array
from contextlib import suppress
from errno import EAGAIN, EINTR, EIO
from socket import MSG_DONTWAIT, socketpair
from struct import unpack_from

LARGEST = 64 * 1024
"""Bytes of a message; ours are a few hundred."""
NOTHING_YET, UNKNOWN = -EAGAIN, -EIO
_PLACES = 1024
_SETUP, _ENTER = 425, 426
_SINGLE_MMAP, _NO_DROP = 1, 2
_SENDS_AT, _GET_EVENTS = 0x10000000, 1
_SEND, _WORDS, _LONGS = 26, 16, 8
_32_BITS = 0xFFFFFFFF
_put_away: list[object] = []


class NoRing(Exception):
    """This kernel has no such call, or refuses it."""


class Ring:
    """Raises NoRing. `is_sound` until a send was still under way when it should have been over."""

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise NoRing("this is not Linux")
        self._call = ctypes.CDLL(None, use_errno=True).syscall
        given = bytearray(120)
        self._views: list[memoryview] = []
        self._mapped: list[mmap.mmap] = []
        self._number = self._call(_SETUP, _PLACES, (ctypes.c_char * len(given)).from_buffer(given))
        if self._number < 0:
            raise NoRing(os.strerror(ctypes.get_errno()))
        try:
            self._map(given)
            self._write_what_never_changes()
            self._try_out()
        except (OSError, ValueError) as error:
            self.close()
            raise NoRing(str(error)) from error
        self.is_sound = True

    def send(self, to: "array[int]", some: bytes) -> dict[int, int]:
        """Who did not take all of it: place in `to` -> bytes taken, or an errno below zero.

        NOTHING_YET: not a byte. UNKNOWN: nobody knows how many; such a connection has to end.
        """
        self._bytes[: len(some)] = some
        short: dict[int, int] = {}
        for first in range(0, len(to), _PLACES):
            part = to[first : first + _PLACES]
            short |= {first + place: taken for place, taken in self._send_part(part, len(some)).items()}
        return short

    def close(self) -> None:
        """Whatever still runs is called off."""
        for view in self._views:
            view.release()
        for mapped in self._mapped:
            mapped.close()
        if self._number >= 0:
            os.close(self._number)
            self._number = -1

    def _map(self, given: bytearray) -> None:
        places, results, _, _, _, features = unpack_from("6I", given)
        if not features & _SINGLE_MMAP or not features & _NO_DROP:
            raise ValueError("its io_uring is too old")
        self._sq_head, self._sq_tail, _, _, _, _, order = (one // 4 for one in unpack_from("7I", given, 40))
        self._cq_head, self._cq_tail, _, _, _, found = (one // 4 for one in unpack_from("6I", given, 80))
        self._order, self._found, self._results = order, found, results
        size = 4 * max(order + places, found + 4 * results)
        self._mapped = [mmap.mmap(self._number, size), mmap.mmap(self._number, 64 * places, offset=_SENDS_AT)]
        rings, sends = (memoryview(one) for one in self._mapped)
        self._ring, self._signed = rings.cast("I"), rings.cast("i")
        self._words, self._longs = sends.cast("i"), sends.cast("Q")
        self._views = [self._ring, self._signed, self._words, self._longs, rings, sends]

    def _write_what_never_changes(self) -> None:
        """The place of each send is also the name of its result; the bytes are always ours."""
        memory = ctypes.create_string_buffer(LARGEST)
        self._bytes = memoryview(memory).cast("B")
        self._places = array("I", range(_PLACES))
        self._words[0::_WORDS] = array("i", [_SEND]) * _PLACES
        self._words[7::_WORDS] = array("i", [MSG_DONTWAIT]) * _PLACES
        self._longs[2::_LONGS] = array("Q", [ctypes.addressof(memory)]) * _PLACES
        self._longs[4::_LONGS] = array("Q", range(_PLACES))

    def _try_out(self) -> None:
        """A socket that takes one message and then no more says whether this kernel does what we rely on."""
        ours, theirs = socketpair()
        with ours, theirs:
            ours.setblocking(False)
            self.is_sound = True
            mine = array("i", [ours.fileno()])
            first = self._send_part(mine, 1)
            with suppress(BlockingIOError):
                while True:
                    ours.send(bytes(LARGEST))
            full = self._send_part(mine, 1)
        if first or full != {0: NOTHING_YET} or not self.is_sound:
            raise ValueError("its io_uring does not send at once")

    def _send_part(self, to: "array[int]", size: int) -> dict[int, int]:
        """A short message fits into one place each, so that no result can be lost for want of room."""
        count = len(to)
        if not self.is_sound:
            return dict.fromkeys(range(count), NOTHING_YET)
        self._words[1 : _WORDS * count : _WORDS] = to
        self._words[6 : _WORDS * count : _WORDS] = array("i", [size]) * count
        begun = self._begin(count)
        short = self._short(begun, size)
        return short | dict.fromkeys(range(begun, count), NOTHING_YET)

    def _begin(self, count: int) -> int:
        """How many the kernel took on; the others are taken back."""
        ring, order = self._ring, self._order
        tail = ring[self._sq_tail]
        start = tail % _PLACES
        ring[order + start : order + _PLACES] = self._places[: _PLACES - start]
        ring[order : order + start] = self._places[_PLACES - start :]
        ring[self._sq_tail] = (tail + count) & _32_BITS
        begun = self._enter(count)
        if begun < count:
            ring[self._sq_tail] = ring[self._sq_head]
        return begun

    def _enter(self, count: int) -> int:
        begun = 0
        while begun < count:
            some = self._call(_ENTER, self._number, count - begun, 0, _GET_EVENTS, None, 0)
            if some > 0:
                begun += some
            elif some == 0 or ctypes.get_errno() != EINTR:
                break
        return begun

    def _short(self, begun: int, size: int) -> dict[int, int]:
        head = self._ring[self._cq_head]
        came = (self._ring[self._cq_tail] - head) & _32_BITS
        taken = self._column(2, head, came)
        is_whole = came == begun and taken.count(size) == begun
        names = [] if is_whole else self._column(0, head, came)
        self._ring[self._cq_head] = (head + came) & _32_BITS
        if is_whole:
            return {}
        results = dict(zip(names, taken, strict=True))
        if came < begun:
            self._put_away()
        found = ((place, results.get(place, UNKNOWN)) for place in range(begun))
        return {place: one for place, one in found if one != size}

    def _column(self, word: int, head: int, count: int) -> list[int]:
        """One number of each result: the name of its send, or what came of it."""
        first = self._found + 4 * (head % self._results)
        end = self._found + 4 * self._results
        values = self._signed[first + word : min(first + 4 * count, end) : 4].tolist()
        rest = count - len(values)
        return values + self._signed[self._found + word : self._found + 4 * rest : 4].tolist()

    def _put_away(self) -> None:
        """The kernel calls off what still runs and may read our bytes until it has: they stay as they are."""
        self.is_sound = False
        _put_away.append(self._bytes)
        self.close()
