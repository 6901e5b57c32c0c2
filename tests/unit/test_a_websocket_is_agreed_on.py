"""The handshake, judged by another's client: who asks rightly gets in, and nobody gets compression."""

import pytest
from wsproto.connection import ConnectionType
from wsproto.events import AcceptConnection, Request
from wsproto.extensions import PerMessageDeflate
from wsproto.handshake import H11Handshake

from realtime.handshake import BadHandshake, accept


def asked(**more: str) -> dict[str, object]:
    """The WSGI request of a browser; `more` are its headers, and an empty one is left out."""
    headers = {
        "CONNECTION": "keep-alive, Upgrade",
        "UPGRADE": "websocket",
        "SEC_WEBSOCKET_VERSION": "13",
        "SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
        **more,
    }
    return {f"HTTP_{name}": value for name, value in headers.items() if value}


def test_the_example_of_the_standard() -> None:
    """RFC 6455, section 1.3."""
    answer = accept(asked(SEC_WEBSOCKET_EXTENSIONS="permessage-deflate; client_max_window_bits"))
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer
    assert b"extensions" not in answer.lower()


def test_a_client_that_offers_compression_is_content_without() -> None:
    client = H11Handshake(ConnectionType.CLIENT)
    request = client.send(Request(host="example.org", target="/", extensions=[PerMessageDeflate()]))
    lines = request.decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in lines if line)
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    assert "permessage-deflate" in str(environ["HTTP_SEC_WEBSOCKET_EXTENSIONS"])
    client.receive_data(accept(environ))
    (event,) = client.events()
    assert isinstance(event, AcceptConnection)
    assert event.extensions == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"SEC_WEBSOCKET_VERSION": "8"}, "426"),
        ({"SEC_WEBSOCKET_VERSION": ""}, "426"),
        ({"SEC_WEBSOCKET_KEY": ""}, "400"),
        ({"SEC_WEBSOCKET_KEY": "short"}, "400"),
        ({"SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZQ=="}, "400"),
        ({"CONNECTION": "close"}, "400"),
        ({"UPGRADE": "h2c"}, "400"),
    ],
)
def test_anything_else_is_refused(headers: dict[str, str], status: str) -> None:
    with pytest.raises(BadHandshake) as refused:
        accept(asked(**headers))
    assert refused.value.status.startswith(status)
