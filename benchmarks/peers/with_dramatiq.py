"""Dramatiq: quorum queues, confirmed publishing, acknowledged late. `work`, or `start STEP COUNT DETAIL`."""

import os
import sys

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from steps_sync import Steps
from workload import BROKER, NAME, make_ids, message


class QuorumBroker(RabbitmqBroker):
    """Declares quorum queues, which it has no option for."""

    def _build_queue_arguments(self, queue_name):
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


dramatiq.set_broker(QuorumBroker(url=BROKER, confirm_delivery=True))
steps = Steps()


@dramatiq.actor(queue_name=NAME or "default", max_retries=5)
def take(step: str, id: str, detail: str, _sealed: str) -> None:
    """Does a step, and publishes what follows."""
    for following in steps.take(step, id, detail):
        take.send(*following)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        os.execvp("dramatiq", ["dramatiq", "with_dramatiq", "--processes", "1", "--threads", "8"])
    for id in make_ids(int(sys.argv[3])):
        take.send(*message(sys.argv[2], id, sys.argv[4]))
