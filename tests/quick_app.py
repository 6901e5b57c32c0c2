"""What is the same in every application of a test process is worked out once.

A story gets a new application; without this it would wait for two hundred addresses and each of its
templates to be compiled anew, which takes longer than most stories.
"""

from types import CodeType
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_COMPILED = ("_parts", "_trace", "_converters", "arguments")
_BOUND = ("_build", "_build_unknown")
"""Functions that belong to their rule."""


def start_quickly() -> None:
    """For every application that this process makes from now on."""
    Flask.url_rule_class = KnownRule
    Flask.jinja_options = {"bytecode_cache": KnownTemplates()}


class KnownRule(Rule):
    """An address whose compiled form is taken over from the first rule that was written alike."""

    _first: ClassVar[dict[tuple[object, ...], Rule]] = {}

    def compile(self) -> None:
        written = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults))
        first = self._first.setdefault(written, self)
        if first is self:
            super().compile()
            return
        for name in _COMPILED:
            setattr(self, name, getattr(first, name))
        for name in _BOUND:
            setattr(self, name, getattr(first, name).__func__.__get__(self))


class KnownTemplates(BytecodeCache):
    """Compiled templates, kept in memory; one whose text was changed is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.kept[bucket.key] = bucket.checksum, bucket.code
