"""RabbitMQ and MongoDB on this machine, without root and without Docker.

`embedded_servers.rabbitmq.RabbitMQ` is a broker, `embedded_servers.mongodb.MongoDB` a database; see README.md.
Nothing is imported here, because only `mongodb` and `replica_set` need more than the standard library.
"""
