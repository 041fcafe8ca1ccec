"""Telephone numbers as people in Peru write them -> international form."""

from __future__ import annotations

import re

CANDIDATE = re.compile(r"\+?\d[\d\s().\-/]{4,22}\d")
LONGEST = 200
# Without the leading 0 a landline could as well be the eight digits of an identity card.
MOBILE = re.compile(r"^9\d{8}$")
LIMA = re.compile(r"^01(\d{7})$")
REGION = re.compile(r"^0([4-8]\d)(\d{6})$")
ABROAD = re.compile(r"^[1-9]\d{7,14}$")
PERU = "51"


def read_phone(text: str) -> str | None:
    """The one number in the text, such as "+51987654321"; None when there is none, or more than one."""
    found = {number for candidate in CANDIDATE.findall(text[:LONGEST]) if (number := _number(candidate))}
    return found.pop() if len(found) == 1 else None


def _number(candidate: str) -> str | None:
    digits = re.sub(r"\D", "", candidate)
    international = candidate.startswith("+") or digits.startswith("00")
    digits = digits[2:] if digits.startswith("00") else digits
    if digits.startswith(PERU) and len(digits) == 11 and MOBILE.match(digits[2:]):
        return f"+{digits}"
    if international and digits.startswith(PERU):
        return _national("0" + digits[2:].lstrip("0"))
    if international:
        return f"+{digits}" if ABROAD.match(digits) else None
    return _national(digits)


def _national(digits: str) -> str | None:
    if MOBILE.match(digits):
        return f"+{PERU}{digits}"
    lima = LIMA.match(digits)
    if lima:
        return f"+{PERU}1{lima[1]}"
    region = REGION.match(digits)
    return f"+{PERU}{region[1]}{region[2]}" if region else None
