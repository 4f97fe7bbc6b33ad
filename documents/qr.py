"""A link as a picture that another phone can read."""

import io

import segno


def png(link: str) -> bytes:
    """A QR code, about 300 pixels wide, with the quiet border that readers need."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def terminal(link: str) -> str:
    """The same in characters, for a terminal."""
    out = io.StringIO()
    segno.make(link, error="m").terminal(out, compact=True)
    return out.getvalue()
