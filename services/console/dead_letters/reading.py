"""Reads dead letters, and leaves them where they are."""

from services.console.dead_letters.dead_letter import HeldDeadLetter
from services.console.dead_letters.selection import Wanted, hold_dead_letters
from services.console.output.exit_codes import Unavailable
from services.console.servers.broker import connect_broker
from shared.messaging.amqp import read_user
from shared.settings.groups import BrokerSettings


async def read_selected(settings: BrokerSettings, wanted: Wanted) -> tuple[list[HeldDeadLetter], list[Unavailable]]:
    """The selected dead letters, which are back in their queues, and why some queues could not be read."""
    user = read_user(settings.need("rabbitmq_url"))
    found: list[HeldDeadLetter] = []
    unread: list[Unavailable] = []
    async with connect_broker(settings) as connection:
        for queue in wanted.queues:
            try:
                async with hold_dead_letters(connection, queue, user) as held:
                    found += [dead for dead in held if wanted.matches(dead.letter)]
            except Unavailable as error:
                unread.append(error)
    return found, unread
