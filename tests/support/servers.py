"""A real broker and database for the tests: containers if Docker is available, otherwise embedded ones."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

import docker
import docker.errors
import httpx
from testcontainers.community.rabbitmq import RabbitMqContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from embedded_servers.mongodb import MongoDB, replica_set
from embedded_servers.program import answers, wait_until
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.broker_admin import administer, declare, make_advanced_configuration, make_configuration
from shared.settings.loading import load
from shared.settings.processes import ImageSettings

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Saves loading the system's certificates for each client."""

KEY = "keyForTestsOnly"
MONGODB = (
    f"umask 077; echo '{KEY}' > /tmp/key; exec mongod --replSet {replica_set.NAME} --bind_ip_all --keyFile /tmp/key"
)


@dataclass(frozen=True)
class Servers:
    """The servers' addresses, and how they run."""

    kind: str
    rabbitmq_url: str
    management_url: str
    mongodb_url: str


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Runs broker and database during the block."""
    with ExitStack() as stack:
        if find_hindrance():
            yield stack.enter_context(_embedded(folder))
        else:
            yield stack.enter_context(_containers())


@asynccontextmanager
async def virtual_host(running: Servers) -> AsyncIterator[str]:
    """The address of a virtual host with the whole topology, while the block runs."""
    name = f"test-{uuid4().hex[:8]}"
    url = f"{running.rabbitmq_url.rstrip('/')}/{name}"
    await _manage(running, "PUT", f"vhosts/{name}")
    await declare(url)
    await administer(running.management_url, url, {})
    yield url
    await _manage(running, "DELETE", f"vhosts/{name}")


async def _manage(running: Servers, method: str, path: str) -> None:
    """Connects anew each time: the server closes an idle connection, perhaps at the very moment of the next request."""
    address = f"{running.management_url}/api/"
    async with httpx.AsyncClient(base_url=address, auth=("ace", "ace"), timeout=30, verify=NO_TLS) as api:
        (await api.request(method, path)).raise_for_status()


@cache
def find_hindrance() -> str | None:
    """Why containers cannot be used. None if Docker is available and has the images, or can pull them."""
    settings = load(ImageSettings)
    images = [settings.rabbitmq_image, settings.mongodb_image]
    if not testcontainers_config.ryuk_disabled:
        images.append(testcontainers_config.ryuk_image)
    try:
        engine = docker.from_env()
    except docker.errors.DockerException:
        return "no Docker engine answers"
    for image in images:
        try:
            _ensure_image(engine, image)
        except docker.errors.DockerException:
            return f"the image {image} is not here and cannot be pulled"
    return None


def _ensure_image(engine: docker.DockerClient, image: str) -> None:
    try:
        engine.images.get(image)
    except docker.errors.ImageNotFound:
        engine.images.pull(image)


@contextmanager
def _embedded(folder: Path) -> Iterator[Servers]:
    limits, advanced = make_configuration(), make_advanced_configuration()
    broker = RabbitMQ(folder / "rabbitmq", user="ace", password="ace", configuration=limits, advanced=advanced)
    with broker as rabbitmq, MongoDB(folder / "mongodb", user="ace", password="ace") as mongodb:
        yield Servers("embedded", rabbitmq.url, rabbitmq.management_url, mongodb.url)


@contextmanager
def _containers() -> Iterator[Servers]:
    settings = load(ImageSettings)
    with (
        RabbitMqContainer(settings.rabbitmq_image, username="ace", password="ace")
        .with_copy_into_container(make_configuration().encode(), "/etc/rabbitmq/conf.d/90-ace.conf")
        .with_copy_into_container(make_advanced_configuration().encode(), "/etc/rabbitmq/advanced.config")
        .with_exposed_ports(15672) as rabbitmq,
        DockerContainer(settings.mongodb_image)
        .with_kwargs(entrypoint=["sh", "-c", MONGODB])
        .with_exposed_ports(27017) as mongodb,
    ):
        host = rabbitmq.get_container_host_ip()
        amqp, management = rabbitmq.get_exposed_port(5672), rabbitmq.get_exposed_port(15672)
        database = f"{host}:{mongodb.get_exposed_port(27017)}"
        writable = partial(replica_set.ensure_writable, database, "localhost:27017", KEY)
        wait_until(writable, "MongoDB's replica set", 60)
        administrator = partial(replica_set.ensure_administrator, database, KEY, "ace", "ace")
        wait_until(administrator, "MongoDB's administrator", 60)
        wait_until(lambda: answers(f"http://{host}:{management}"), "RabbitMQ's management page", 60)
        yield Servers(
            "containers",
            f"amqp://ace:ace@{host}:{amqp}/",
            f"http://{host}:{management}",
            f"mongodb://ace:ace@{database}/?directConnection=true",
        )
