"""One interface for every way out. Each way is made for one message to one person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from foundation.push_key import PushKey
from foundation.text_service import TextService
from jobs.channels.posting import Poster
from jobs.channels.pushing import push
from jobs.channels.texting import send_text
from mail.notices import Notice
from mail.send import NotSent, Sender
from mail.written import Written
from scheduling.reminder_devices import PushAddress


class Way(Protocol):
    def send(self) -> None:
        """Hand the message on, for good. Raises NotSent."""


@dataclass(frozen=True)
class ByMail:
    sender: Sender
    mail: Written

    def send(self) -> None:
        self.sender.send(self.mail)


@dataclass(frozen=True)
class ByText:
    service: TextService
    poster: Poster
    number: str
    notice: Notice

    def send(self) -> None:
        send_text(self.service, self.poster, self.number, self.notice.text)


@dataclass(frozen=True)
class ByPush:
    """To each of somebody's devices, by their ids. `forget` is told which are there no more."""

    key: PushKey
    poster: Poster
    devices: tuple[tuple[str, PushAddress], ...]
    notice: Notice
    forget: Callable[[str], None]

    def send(self) -> None:
        """One device reached is enough. Raises NotSent when none was."""
        troubles = [trouble for one in self.devices if (trouble := self._send_to(*one)) is not None]
        if len(troubles) == len(self.devices):
            raise NotSent("no device was reached", retry=any(one.retry for one in troubles))

    def _send_to(self, device_id: str, address: PushAddress) -> NotSent | None:
        try:
            if not push(self.key, self.poster, address, self.notice):
                self.forget(device_id)
                return NotSent("the device is gone", retry=False)
        except NotSent as trouble:
            return trouble
        return None


@dataclass(frozen=True)
class OrElse:
    """`first`, and `second` where the first is refused for good: a reminder is not lost by its way."""

    first: Way
    second: Way

    def send(self) -> None:
        try:
            self.first.send()
        except NotSent as trouble:
            if trouble.retry:
                raise
            self.second.send()
