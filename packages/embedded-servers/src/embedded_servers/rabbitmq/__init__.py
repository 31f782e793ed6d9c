"""A RabbitMQ broker, and where its programs are."""

from embedded_servers.rabbitmq.broker import RabbitMQ

__all__ = ["RabbitMQ"]
