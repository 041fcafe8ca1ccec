"""A file that only a key or a passphrase opens: written and read piece by piece, a missing or swapped piece is noticed.

AES-256-GCM over pieces of one MiB; each nonce counts the pieces and marks the last one (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"UYARIQ1"
BY_KEY, BY_PASSPHRASE = b"k", b"p"
_SALT = 32
_PIECE = 1 << 20
_TAG = 16
_LAST, _MORE = b"\x01", b"\x00"
_SCRYPT_WORK = 2**17


class CannotOpen(ValueError):
    """Another key or passphrase, a damaged file, or none of ours."""


def seal(source: BinaryIO, target: BinaryIO, *, secret: bytes | None = None, passphrase: str | None = None) -> None:
    """Write the source, sealed; exactly one of secret and passphrase."""
    kind, salt = (BY_PASSPHRASE if passphrase is not None else BY_KEY), os.urandom(_SALT)
    header = MAGIC + kind + salt
    cipher = AESGCM(_key(kind, salt, secret, passphrase))
    target.write(header)
    for number, piece, last in _pieces(source, _PIECE):
        target.write(cipher.encrypt(_nonce(number, last), piece, header))


def unseal(
    source: BinaryIO, target: BinaryIO, *, secrets: tuple[bytes, ...] = (), passphrase: str | None = None
) -> None:
    """Write what is inside. secrets: any of them may be the one. Raises CannotOpen."""
    header = source.read(len(MAGIC) + 1 + _SALT)
    kind, salt = header[len(MAGIC) : len(MAGIC) + 1], header[len(MAGIC) + 1 :]
    if not header.startswith(MAGIC) or len(salt) != _SALT or kind not in (BY_KEY, BY_PASSPHRASE):
        raise CannotOpen("not a sealed file")
    pieces = _pieces(source, _PIECE + _TAG)
    first = next(pieces)
    cipher, opened = _which(kind, salt, header, first, secrets, passphrase)
    target.write(opened)
    for number, piece, last in pieces:
        target.write(_open(cipher, number, piece, last, header))


def needs_passphrase(source: BinaryIO) -> bool:
    """Whether the file was sealed with a passphrase; reads its first bytes."""
    return source.read(len(MAGIC) + 1) == MAGIC + BY_PASSPHRASE


def _which(
    kind: bytes,
    salt: bytes,
    header: bytes,
    first: tuple[int, bytes, bool],
    secrets: tuple[bytes, ...],
    passphrase: str | None,
) -> tuple[AESGCM, bytes]:
    number, piece, last = first
    makes: list[Callable[[], bytes]] = [lambda one=one: _key(kind, salt, one, None) for one in secrets]  # type: ignore[misc]
    if kind == BY_PASSPHRASE:
        makes = [lambda: _key(kind, salt, None, passphrase)] if passphrase is not None else []
    for make in makes:
        cipher = AESGCM(make())
        try:
            return cipher, _open(cipher, number, piece, last, header)
        except CannotOpen:
            continue
    raise CannotOpen("another key")


def _open(cipher: AESGCM, number: int, piece: bytes, last: bool, header: bytes) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last), piece, header)
    except InvalidTag as error:
        raise CannotOpen("another key, or changed bytes") from error


def _pieces(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """(number, piece, whether it is the last one); an empty source has one empty piece."""
    number, piece = 0, source.read(size)
    while True:
        following = source.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (_LAST if last else _MORE)


def _key(kind: bytes, salt: bytes, secret: bytes | None, passphrase: str | None) -> bytes:
    if kind == BY_PASSPHRASE:
        assert passphrase is not None
        return Scrypt(salt=salt, length=32, n=_SCRYPT_WORK, r=8, p=1).derive(passphrase.encode())
    assert secret is not None
    return HKDF(hashes.SHA256(), length=32, salt=salt, info=b"uyariq backup").derive(secret)
