"""`acectl topology`: exchanges, queues, policies and users of the broker."""

import asyncio
import json
import sys

import httpx
import typer
from aio_pika.exceptions import AMQPError, InvalidFrameError

from services.console.ending import Ending, Unavailable, complain, run
from shared.messaging import applying
from shared.messaging.topology import PERMISSIONS
from shared.settings import Settings

app = typer.Typer(help="Exchanges, queues, policies and users of the broker.", no_args_is_help=True)

PATIENCE = 20
"""Seconds that declaring everything may take."""


@app.command()
def apply() -> None:
    """Make what is missing on the broker. Safe to repeat."""

    async def work(settings: Settings) -> Ending:
        broker = settings.need("rabbitmq_url")
        await _declare(broker)
        if settings.rabbitmq_management_url is None:
            complain(
                "warning: ACE_RABBITMQ_MANAGEMENT_URL is not set: queues are there, but neither policies "
                "(delivery limit) nor the services' users are set"
            )
            return Ending.DONE
        await _administer(str(settings.rabbitmq_management_url), broker, _passwords(settings))
        return Ending.DONE

    run(work)


@app.command()
def show() -> None:
    """Print the topology as the broker's definitions file; no server is asked."""
    json.dump(applying.definitions(), sys.stdout, indent=2)
    sys.stdout.write("\n")


async def _declare(url: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await applying.declare(url)
    except TimeoutError:
        raise Unavailable(f"the broker did not answer within {PATIENCE} s (ACE_RABBITMQ_URL)") from None
    except (AMQPError, OSError) as error:
        raise Unavailable(f"the broker is away or refuses: {_reason(error)} (ACE_RABBITMQ_URL)") from None


def _reason(error: Exception) -> str:
    """The broker's or the system's own words, on one line; they name queues and users, no password."""
    if isinstance(error, InvalidFrameError):
        return "it closed the connection, is its virtual host there?"
    said = error.strerror if isinstance(error, OSError) and error.strerror else next(iter(error.args), "")
    return " ".join(str(said).split()) or type(error).__name__


async def _administer(management_url: str, broker_url: str, passwords: dict[str, str]) -> None:
    try:
        await applying.administer(management_url, broker_url, passwords)
    except httpx.HTTPStatusError as error:
        reason = f"it answered {error.response.status_code} to {error.request.method} {error.request.url.path}"
        raise Unavailable(f"the broker's management refuses: {reason} (ACE_RABBITMQ_MANAGEMENT_URL)") from None
    except httpx.HTTPError as error:
        raise Unavailable(
            f"the broker's management is away: {type(error).__name__} (ACE_RABBITMQ_MANAGEMENT_URL)"
        ) from None


def _passwords(settings: Settings) -> dict[str, str]:
    """The password of each service's user, as far as it is set."""
    names = {user: f"broker_password_{user}" for user in PERMISSIONS}
    return {user: settings.need(name) for user, name in names.items() if getattr(settings, name) is not None}
