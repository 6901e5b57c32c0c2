"""A multistatus answer (RFC 4918, section 13): what was asked of each resource, found or not."""

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from flask import Response

from web.dav.bodies import CALDAV, DAV, SERVER, Wanted

_PREFIXES = {DAV: "d", CALDAV: "c", SERVER: "s"}
_FIRST = '<?xml version="1.0" encoding="utf-8"?>'
_OPEN = f'{_FIRST}\n<d:multistatus xmlns:d="DAV:" xmlns:c="{CALDAV}" xmlns:s="{SERVER}">'
XML = "application/xml; charset=utf-8"

Properties = Mapping[str, str]
"""XML of each property's content by its `{namespace}name`."""


def multistatus(answers: Iterable[str], *, sync_token: str = "") -> Response:
    token = f"<d:sync-token>{escape(sync_token)}</d:sync-token>" if sync_token else ""
    body = "".join((_OPEN, *answers, token, "</d:multistatus>"))
    return Response(body, 207, content_type=XML)


def answer(href: str, properties: Properties, wanted: Wanted, *, usual: Sequence[str] = ()) -> str:
    """One resource. What it does not have is said as well, so that nobody asks again and again."""
    names = wanted.names if wanted.names is not None else tuple(usual or properties)
    found = [one for one in names if one in properties]
    missing = [one for one in names if one not in properties]
    shown = (element(one, "" if wanted.names_only else properties[one]) for one in found)
    told = _propstat(shown, "200 OK") if found or not missing else ""
    not_told = _propstat((element(one, "") for one in missing), "404 Not Found") if missing else ""
    return f"<d:response>{href_of(href)}{told}{not_told}</d:response>"


def _propstat(elements: Iterable[str], status: str) -> str:
    told = f"<d:prop>{''.join(elements)}</d:prop><d:status>HTTP/1.1 {status}</d:status>"
    return f"<d:propstat>{told}</d:propstat>"


def gone(href: str) -> str:
    return f"<d:response>{href_of(href)}<d:status>HTTP/1.1 404 Not Found</d:status></d:response>"


def error(status: int, name: str, words: str) -> Response:
    """A refusal with its precondition's name (RFC 4918, section 16) and words for people."""
    inner = f"{element(name, '')}<d:responsedescription>{escape(words)}</d:responsedescription>"
    body = f'<d:error xmlns:d="DAV:" xmlns:c="{CALDAV}">{inner}</d:error>'
    return Response(f"{_FIRST}\n{body}", status, content_type=XML)


def href_of(path: str) -> str:
    return f"<d:href>{escape(path)}</d:href>"


def element(name: str, content: str) -> str:
    """The element called `{namespace}name`, whatever its namespace."""
    namespace, _, local = name.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(namespace)
    if prefix is not None:
        tag, more = f"{prefix}:{local}", ""
    else:
        tag, more = local, f" xmlns={quoteattr(namespace)}"
    return f"<{tag}{more}>{content}</{tag}>" if content else f"<{tag}{more}/>"
