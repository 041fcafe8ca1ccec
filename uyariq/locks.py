"""Where Rasa keeps the locks of conversations: in this process, or in Redis when several bots share the work."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore

from uyariq.errors import UsageError

SCHEMES = ("redis", "rediss")
PORT = 6379


def lock_store(redis_url: str) -> LockStore:
    """The store of an address such as redis://:secret@10.0.0.5:6379/1; without one, this process's own."""
    if not redis_url:
        return InMemoryLockStore()
    try:
        address = urlsplit(redis_url)
        port, database = address.port or PORT, int(address.path.strip("/") or 0)
    except ValueError as error:
        raise _unknown() from error
    if address.scheme not in SCHEMES or not address.hostname:
        raise _unknown()
    return RedisLockStore(
        host=address.hostname,
        port=port,
        db=database,
        username=unquote(address.username) if address.username else None,
        password=unquote(address.password) if address.password else None,
        use_ssl=address.scheme == "rediss",
        key_prefix="uyariq",
    )


def _unknown() -> UsageError:
    return UsageError("UYARIQ_REDIS_URL no es una dirección de Redis, como redis://:clave@10.0.0.5:6379/0.")
