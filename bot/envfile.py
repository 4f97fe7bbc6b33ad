"""The `.env` file: set-up writes its own lines and leaves every other as it is. Only its owner can read it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

_PLAIN = re.compile(r"[A-Za-z0-9_./:@+,=-]*")
_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")


def write(path: Path, values: Mapping[str, str]) -> None:
    """Sets these values: in their lines where the file has them, at its end otherwise."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept: list[str] = []
    left = dict(values)
    for line in lines:
        name = _name(line)
        if name in left:
            kept.append(_line(name, left.pop(name)))
        elif name not in values:  # the last of several lines would win: ours is the only one
            kept.append(line)
    kept += [_line(name, value) for name, value in left.items()]
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(kept) + "\n")
    new.replace(path)


def _name(line: str) -> str:
    match = _NAME.match(line)
    return match[1] if match else ""


def _line(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"
