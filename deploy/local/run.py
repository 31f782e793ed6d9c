"""`make run`: the whole system in the foreground, until told to stop."""

import asyncio
import fcntl
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from deploy.local import development_secrets, first_login, sample, summary
from deploy.local.processes import parent_death, supervision
from deploy.local.screen import terminal
from deploy.local.servers import Servers
from deploy.local.services import Surroundings
from deploy.local.system import System
from embedded_servers import ports
from embedded_servers.errors import SetupError
from shared.settings import loading
from shared.settings.groups import LOCAL_SYSTEM, SettingError
from shared.settings.processes import Settings

OPEN_FILES = 65536
NOT_INHERITED = re.compile(r"ACE_(KEYS_.*|RABBITMQ_URL|MONGODB_URL|SMTP_URL|HEALTH_PORT)|RABBITMQ_.*|ERL_.*")


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or sent a signal."""


def main() -> int:
    """Runs the system. Returns the exit code: 0 if it was stopped, 1 if it failed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    parent_death.watch()
    try:
        _run(loading.read(Settings))  # what production refuses is all that this is for
    except Stopped:
        return 0
    except (SettingError, SetupError) as error:
        terminal.complain(error)
    return 1


def _stop(number: int, frame: FrameType | None) -> None:
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(again, signal.SIG_IGN)
    raise Stopped


def _run(chosen: Settings) -> None:
    began = time.monotonic()
    for warning in loading.describe_unknown_names(Settings):
        terminal.warn(warning)
    if chosen.production:
        raise SetupError(
            "ACE_PRODUCTION: `make run` creates its own keys and passwords, which is only for trying it out"
        )
    folder = chosen.data_dir.absolute()
    with _lock(folder):
        supervision.clean_up(folder)
        servers = Servers(chosen, folder)
        _check(chosen, servers)
        surroundings = _describe_surroundings(chosen, folder, servers)
        development_secrets.write_for_acectl(folder, surroundings.make_environment("acectl"))
        _set_up_process()
        system = System(chosen, folder, servers, surroundings)
        try:
            system.start()
            reached = loading.load(Settings, fallback=folder / LOCAL_SYSTEM)
            example = asyncio.run(sample.find_importer(reached))
            password = _prepare_login(reached, folder)
            summary.show(chosen, servers, folder, time.monotonic() - began, sample=example, password=password)
            system.show_events()
            system.wait()
            log = terminal.shorten(folder / "logs/supervisord.log")
            raise SetupError(f"the supervisor exited, and everything with it: see {log}")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            terminal.say("Stopping")
            system.stop()
            terminal.say("Stopped")


def _prepare_login(reached: Settings, folder: Path) -> str:
    """The password of the console's first login; empty if it has another by now, or there is no console."""
    if not reached.console_processes:
        return ""
    password = development_secrets.load_console_password(folder)
    return password if asyncio.run(first_login.ensure_login(reached, password, "make run")) else ""


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Locks the data directory for this process."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise SetupError(f"ACE_DATA_DIR: {folder} cannot be used ({error.strerror})") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(f"a system is already running in {folder}: stop it, or set ACE_DATA_DIR") from None
        yield


def _check(chosen: Settings, servers: Servers) -> None:
    """Raises `SetupError` if a port is taken or used twice, or a file does not exist."""
    wanted = dict(servers.ports)
    if chosen.gateway_processes:
        wanted["ACE_GATEWAY_PORT"] = chosen.gateway_port
    if chosen.console_processes:
        wanted["ACE_CONSOLE_PORT"] = chosen.console_port
    names: dict[int, str] = {}
    for name, port in wanted.items():
        if port in names:
            raise SetupError(f"{names[port]} and {name} are both port {port}: set one of them to another port")
        if ports.is_taken(port):
            raise SetupError(f"port {port} is taken: stop the program that uses it, or set {name} to another port")
        names[port] = name
    ports.reserve(names)
    for name, file in {"ACE_IMPORTERS": chosen.importers, "ACE_PORTAL_USERS": chosen.portal_users}.items():
        if not file.is_file():
            raise SetupError(f"{name}: there is no file {file}")


def _describe_surroundings(chosen: Settings, folder: Path, servers: Servers) -> Surroundings:
    made: Mapping[str, str] = development_secrets.load_keys(folder)
    own = {name: chosen.need(name[4:].lower()) for name in made if getattr(chosen, name[4:].lower()) is not None}
    return Surroundings(
        broker_url=servers.broker_url,
        management_url=servers.management_url,
        database_url=servers.database_url,
        mail_url=servers.mail_url,
        traces_url=servers.traces_url,
        trace_store_url=servers.trace_store_url,
        keys={**made, **own},
        broker_passwords=development_secrets.load_broker_passwords(folder) if servers.rabbitmq else {},
        database_passwords=development_secrets.load_database_passwords(folder) if servers.mongodb else {},
        database=chosen.mongodb_database,
    )


def _set_up_process() -> None:
    """Sets what all our programs inherit: private files, enough open files, nobody else's secrets."""
    os.umask(0o077)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, OPEN_FILES), most))
    for name in [name for name in os.environ if NOT_INHERITED.fullmatch(name)]:
        del os.environ[name]
    os.environ["PYTHONUNBUFFERED"] = "1"
    if commit := _find_commit():
        os.environ["ACE_COMMIT"] = commit


def _find_commit() -> str:
    """The commit that is checked out; empty if there is no git or no repository."""
    with suppress(OSError):
        found = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], check=False, capture_output=True, text=True)
        return found.stdout.strip()
    return ""


if __name__ == "__main__":
    sys.exit(main())
