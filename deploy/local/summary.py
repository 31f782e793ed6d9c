"""What `make run` says once everything is ready: where everything is, and what to type to try it."""

import re
from pathlib import Path

from deploy.local import ports, terminal
from deploy.local.embedded import Embedded
from deploy.local.sample import Sample
from deploy.local.terminal import Style
from shared.settings import Settings


def show(chosen: Settings, embedded: Embedded, folder: Path, sample: Sample | None, seconds: float) -> None:
    """Prints it, each address on a line of its own."""
    terminal.say("")
    terminal.say(terminal.styled(f"Ready after {seconds:.0f} s. Ctrl-C stops everything.", Style.HEADING))
    for name, place in _places(chosen, embedded, folder).items():
        terminal.say(f"  {name + ':':18} {place}")
    if sample and chosen.gateway_processes:
        terminal.say("")
        terminal.say("To try the form, enter this sample importer, and any email address:")
        terminal.say(f"  {'Company Name:':18} {sample.company_name}")
        terminal.say(f"  {'IR#:':18} {sample.importer_number}")
    terminal.say("")


def _places(chosen: Settings, embedded: Embedded, folder: Path) -> dict[str, str]:
    found = {}
    if chosen.gateway_processes:
        found["Form"] = f"http://{ports.HOST}:{chosen.gateway_port}/"
    if embedded.inbox:
        found["Inbox"] = embedded.inbox_page
    else:
        found["Mail server"] = _without_password(embedded.mail_url)
    found["Broker"] = embedded.broker_url if embedded.rabbitmq else _without_password(embedded.broker_url)
    if embedded.management_url:
        found["Broker management"] = embedded.management_url
    found["Database"] = _without_password(embedded.database_url)
    found["Logs"] = terminal.short(folder / "logs")
    return found


def _without_password(url: str) -> str:
    return re.sub(r"://[^/]*@", "://", url)
