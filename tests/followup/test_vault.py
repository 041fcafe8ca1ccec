"""Names, phones and ids cannot be read without the key, and can be found again with it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.errors import VaultError
from followup.vault import Vault, secrets_from_text

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.text(max_size=80))
def test_what_was_encrypted_comes_back(value: str) -> None:
    """Any text survives, the empty one and one with odd characters too."""
    vault = Vault(NEW)
    assert vault.decrypt(vault.encrypt(value, "name"), "name") == value
    assert vault.decrypt_note(vault.encrypt_note(value)) == value
    assert vault.untoken(vault.token(value, "platform"), "platform") == value


def test_the_same_value_gives_the_same_bytes() -> None:
    """A person is found again by platform id or phone."""
    assert Vault(NEW).encrypt("+51999888777", "phone") == Vault(NEW).encrypt("+51999888777", "phone")


def test_the_same_value_of_another_kind_gives_other_bytes() -> None:
    """Nobody can tell that one person's name is another's code word."""
    vault = Vault(NEW)
    assert vault.encrypt("Rosa", "name")[1:] != vault.encrypt("Rosa", "contact_word")[1:]
    with pytest.raises(VaultError):
        vault.decrypt(vault.encrypt("Rosa", "name"), "phone")


def test_equal_notes_give_different_bytes() -> None:
    """Notes are not for looking up, so nothing may be told from comparing them."""
    vault = Vault(NEW)
    assert vault.encrypt_note("no contesta") != vault.encrypt_note("no contesta")


@pytest.mark.parametrize("place", [0, 1, 8, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    """Stored values cannot be altered unseen."""
    stored = bytearray(Vault(NEW).encrypt("Rosa", "name"))
    stored[place] ^= 2
    with pytest.raises(VaultError):
        Vault(NEW).decrypt(bytes(stored), "name")


@pytest.mark.parametrize("token", ["", "x", "ñ", "AAAA", "!!!!"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    """Whatever comes from outside as an id raises one kind of error."""
    with pytest.raises(VaultError):
        Vault(NEW).untoken(token, "platform")


def test_after_a_change_of_key_old_values_are_read_and_found() -> None:
    """The first byte says which key wrote a value."""
    stored = Vault(OLD).encrypt("+51999888777", "phone")
    both = Vault([OLD, NEW])
    assert both.decrypt(stored, "phone") == "+51999888777"
    assert stored in both.lookups("+51999888777", "phone")
    assert not both.is_current(stored)
    assert both.is_current(both.encrypt("+51999888777", "phone"))


def test_another_key_reads_nothing() -> None:
    """Without the key the database tells no names."""
    with pytest.raises(VaultError):
        Vault(NEW).decrypt(Vault(OLD).encrypt("Rosa", "name"), "name")


def test_a_short_secret_is_refused() -> None:
    """32 bytes or nothing."""
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        secrets_from_text("abcd")


def test_secrets_are_written_in_hexadecimal_or_base64_oldest_first() -> None:
    """A setting may hold the old and the new key."""
    text = f"{OLD.hex()}, {base64.b64encode(NEW).decode()}"
    assert secrets_from_text(text) == [OLD, NEW]


def test_a_vault_never_prints_its_keys() -> None:
    """Not even by accident in a log."""
    assert repr(Vault(NEW)) == "Vault(key_number=1)"


def test_message_keys_tell_nothing_and_do_not_mix_up_conversations() -> None:
    """("ab", "c") and ("a", "bc") are two messages."""
    vault = Vault(NEW)
    assert vault.message_key("ab", "c") != vault.message_key("a", "bc")
    assert len(vault.message_key("ab", "c")) == 16
