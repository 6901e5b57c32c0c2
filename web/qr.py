"""A QR code as a drawing of our own page: no picture to fetch, nothing for others to log."""

import io

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """An <svg> of dark squares on light ones, in either theme: cameras expect that."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, scale=5, border=4, dark="#000", light="#fff",
        title="QR code for your app", svgclass="qr", lineclass=None,
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # nosec B704  # noqa: S704 - made of squares alone
