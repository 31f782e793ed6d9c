"""Celery: quorum queues, confirmed publishing, acknowledged late. `work`, or `start STEP COUNT DETAIL`."""

import sys

from celery import Celery
from steps_sync import Steps
from workload import BROKER, NAME, make_ids, message

PROCESSES = "4"

app = Celery("peer", broker=BROKER)
app.conf.update(
    task_default_queue=NAME,
    task_default_queue_type="quorum",
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
)
steps = Steps()


@app.task(name="take", autoretry_for=(OSError,), max_retries=5)
def take(step: str, id: str, detail: str, _sealed: str) -> None:
    """Does a step, and publishes what follows."""
    for following in steps.take(step, id, detail):
        take.delay(*following)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        app.worker_main(["worker", "--concurrency", PROCESSES, "--without-gossip", "--without-mingle", "-l", "warning"])
    else:
        for id in make_ids(int(sys.argv[3])):
            take.delay(*message(sys.argv[2], id, sys.argv[4]))
