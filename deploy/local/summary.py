"""What `make run` prints once everything is ready: where everything is, and what to type to try it."""

import re
from pathlib import Path

from deploy.local import first_login
from deploy.local.sample import SampleImporter
from deploy.local.screen import terminal
from deploy.local.screen.terminal import Style
from deploy.local.servers import Servers
from embedded_servers import ports
from shared.settings.processes import Settings


def show(
    chosen: Settings,
    servers: Servers,
    folder: Path,
    seconds: float,
    *,
    sample: SampleImporter | None,
    password: str,
) -> None:
    """Prints it in one write, one address per line. `password`: of the console's first login, if it still has it."""
    lines = ["", terminal.add_style(f"Ready after {seconds:.0f} s. Ctrl-C stops everything.", Style.HEADING)]
    lines += [f"  {name + ':':18} {place}" for name, place in _list_places(chosen, servers, folder).items()]
    if sample and chosen.gateway_processes:
        lines += [
            "",
            "To try the form, enter this sample importer, and any email address:",
            f"  {'Company Name:':18} {sample.company_name}",
            f"  {'IR#:':18} {sample.importer_number}",
        ]
    if password:
        lines += [
            "",
            "To log in to the console:",
            f"  {'Name:':18} {first_login.NAME}",
            f"  {'Password:':18} {password}",
        ]
    terminal.say("\n".join([*lines, ""]))


def _list_places(chosen: Settings, servers: Servers, folder: Path) -> dict[str, str]:
    places = {}
    if chosen.gateway_processes:
        places["Form"] = f"http://{ports.HOST}:{chosen.gateway_port}/"
    if chosen.console_processes:
        places["Console"] = f"http://{ports.HOST}:{chosen.console_port}/"
    if servers.inbox:
        places["Inbox"] = servers.inbox_page
    else:
        places["Mail server"] = _hide_password(servers.mail_url)
    places["Broker"] = servers.broker_url if servers.rabbitmq else _hide_password(servers.broker_url)
    if servers.management_url:
        places["Broker management"] = servers.management_url
    places["Database"] = servers.database_url if servers.mongodb else _hide_password(servers.database_url)
    places["Logs"] = terminal.shorten(folder / "logs")
    return places


def _hide_password(url: str) -> str:
    return re.sub(r"://[^/]*@", "://", url)
