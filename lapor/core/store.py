"""Bytes by their SHA-256 in a folder: written first, named by a row later, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path


class FolderStore:
    """A folder of files named by the SHA-256 of their bytes, spread over 256 subfolders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not all(letter in "0123456789abcdef" for letter in key):
            raise ValueError("not a store key")
        return self.folder / key[:2] / key

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its key; storing the same bytes again changes nothing."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        return key

    def get(self, key: str) -> bytes:
        """The bytes of ``key``; raises FileNotFoundError when they are gone."""
        return self._path(key).read_bytes()
