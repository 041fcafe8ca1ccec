"""`uyariq user`: people who work in the console. Add, list and change them, give a new password, unlock, close."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable
from datetime import datetime, timezone

from sqlalchemy.engine import Connection

from followup import one_time_codes, staff
from followup.errors import StaffRefused
from followup.staff import Practitioner
from uyariq.errors import UyariqError
from uyariq.rooms import open_database
from uyariq.settings import read_settings

REASONS = {
    "unknown_role": "Ese rol no existe; elija counselor, supervisor, staff, admin o reports.",
    "password_too_short": "La contraseña es muy corta: use al menos 10 caracteres.",
    "username_empty": "Falta el nombre de usuario.",
    "username_taken": "Ya hay alguien con ese nombre de usuario; elija otro.",
    "last_admin": "Es la única cuenta que puede administrar usuarios; dé antes el rol admin a otra persona.",
}
ROLE_HELP = "counselor, supervisor, staff, admin or reports"


class Refused(UyariqError):
    """The account was not made or changed; the sentence says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("action", choices=list(ACTIONS))
    parser.add_argument("username", nargs="?", default="")
    parser.add_argument("--name", help="as colleagues read it")
    parser.add_argument("--role", help=ROLE_HELP)
    parser.add_argument("--languages", help="those the person can call in: es,qu")
    parser.add_argument("--pii", action=argparse.BooleanOptionalAction, help="may see names and phones, or not")
    parser.add_argument("--ask-password", action="store_true", help="ask for a password instead of making one")


def run(options: argparse.Namespace) -> int:
    """Do it in one transaction; each change stands in the audit."""
    if options.action != "list" and not options.username.strip():
        raise Refused(REASONS["username_empty"])
    database = open_database(read_settings())
    database.migrate()
    try:
        with database.begin() as conn:
            said = ACTIONS[options.action](conn, options, datetime.now(timezone.utc))
    except StaffRefused as error:
        raise Refused(REASONS.get(str(error), "No se pudo cambiar la cuenta.")) from error
    finally:
        database.close()
    if said:
        print(said)
    return 0


def _add(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    password, made = _password(options)
    staff.add(
        conn,
        options.username,
        options.name or options.username,
        password,
        options.role or "counselor",
        now,
        view_pii=bool(options.pii),
        languages=tuple((options.languages or "es").split(",")),
        must_change_password=made,
    )
    return f"Cuenta creada: {options.username}" + _shown(password, made)


def _list(conn: Connection, _options: argparse.Namespace, _now: datetime) -> str:
    """A JSON object a line, without anything secret."""
    fields = ("username", "name", "role", "view_pii", "languages", "active", "second_step")
    rows = [{name: getattr(one, name) for name in fields} for one in staff.everyone(conn)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _change(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    given = {"name": options.name, "role": options.role, "view_pii": options.pii}
    values = {name: value for name, value in given.items() if value is not None}
    if options.languages:
        values["languages"] = tuple(options.languages.split(","))
    if not values:
        raise Refused("No dijo qué cambiar: use --name, --role, --languages, --pii o --no-pii.")
    staff.change(conn, _person(conn, options).id, now, **values)
    return f"Cuenta cambiada: {options.username}."


def _new_password(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    password, made = _password(options)
    staff.set_password(conn, _person(conn, options).id, password, now, temporary=made)
    return f"Contraseña nueva de {options.username}" + _shown(password, made)


def _unlock(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    staff.unlock(conn, _person(conn, options).id, now)
    return f"{options.username} puede volver a intentar entrar."


def _without_second_step(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    one_time_codes.switch_off(conn, _person(conn, options).id, now, None)
    return f"A {options.username} ya no se le pide el código del celular."


def _close(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    staff.change(conn, _person(conn, options).id, now, active=False)
    return f"Cuenta cerrada: {options.username}. Sus casos pasan a otras personas."


def _open(conn: Connection, options: argparse.Namespace, now: datetime) -> str:
    staff.change(conn, _person(conn, options).id, now, active=True)
    return f"Cuenta abierta de nuevo: {options.username}."


ACTIONS: dict[str, Callable[[Connection, argparse.Namespace, datetime], str]] = {
    "add": _add,
    "list": _list,
    "change": _change,
    "password": _new_password,
    "unlock": _unlock,
    "no-second-step": _without_second_step,
    "close": _close,
    "open": _open,
}


def _person(conn: Connection, options: argparse.Namespace) -> Practitioner:
    found = staff.by_username(conn, options.username)
    if found is None:
        raise Refused(f"No hay ninguna cuenta «{options.username}»; mire `uyariq user list`.")
    return found


def _password(options: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether it was made here: then it has to be changed at the first login."""
    if options.ask_password:
        return getpass.getpass("Contraseña: "), False
    return staff.made_password(), True


def _shown(password: str, made: bool) -> str:
    return f", contraseña {password} (no se muestra otra vez)." if made else "."
