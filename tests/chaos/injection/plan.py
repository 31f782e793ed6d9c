"""The faults that the suite goes through, in order: one at a time, then several together."""

from tests.chaos.checks.evidence import UNKNOWN
from tests.chaos.injection import faults
from tests.chaos.injection.faults import Fault

LONG = (
    Fault("none", faults.nothing),
    Fault("workers killed at random", faults.killed_workers, 25, repeats_emails=True),
    Fault("workers killed at each await", faults.every_crash_point, 20, repeats_emails=True),
    Fault("gateways killed", faults.killed_gateways, 20),
    Fault("broker killed", faults.killed_broker, 15, repeats_emails=True),
    Fault("database killed", faults.killed_database, 20, repeats_emails=True),
    Fault("broker's connections reset", faults.broken("broker"), 20, repeats_emails=True),
    Fault("broker's connections half-open", faults.frozen("broker"), 50, repeats_emails=True),
    Fault("broker's connections cut in a frame", faults.cut_in_the_middle, 20, repeats_emails=True),
    Fault("broker late by 250 ms", faults.late("broker", 0.25)),
    Fault("confirms lost", faults.lost_confirms, 20, repeats_emails=True),
    Fault("acknowledgements lost", faults.lost_acknowledgements, 20, repeats_emails=True),
    Fault("broker's disk alarm", faults.disk_alarm, 20),
    Fault("database's connections reset", faults.broken("database"), 20, repeats_emails=True),
    Fault("database's connections half-open", faults.frozen("database"), 35, repeats_emails=True),
    Fault("database's answers cut", faults.cut_database, 20, repeats_emails=True),
    Fault("database late by 150 ms", faults.late("database", 0.15)),
    Fault("mail server slow", faults.slow_mail),
    Fault("mail server away", faults.refused("mail")),
    Fault("mail server says later (4xx)", faults.mail("451 later")),
    Fault("mail server refuses us (5xx)", faults.mail("554 5.7.1 never")),
    Fault("mail server knows no address", faults.mail(UNKNOWN)),
    Fault("mail cut after DATA", faults.cut_mail, repeats_emails=True),
    Fault("messages doubled and reordered", faults.moved(3, 2), 20),
    Fault("messages threefold, up to 8 s late", faults.moved(8, 3), 20),
    Fault("messages an hour late", faults.an_hour_later, 24, repeats_emails=True),
    Fault("clocks up to 30 s wrong", faults.wrong_clocks, 20),
    Fault(
        "several at once",
        faults.at_once(
            faults.killed_workers,
            faults.killed_gateways,
            faults.broken("broker", 6),
            faults.broken("database", 7),
            faults.cut_mail,
            faults.moved(3, 2),
        ),
        40,
        repeats_emails=True,
    ),
    Fault(
        "broker and database killed, workers too",
        faults.at_once(faults.killed_workers, faults.killed_broker, faults.killed_database),
        30,
        repeats_emails=True,
    ),
)

CLUSTER = (
    Fault("cluster: none", faults.nothing),
    Fault("cluster: a queue's leader killed", faults.killed_leader, 30, repeats_emails=True),
    Fault("cluster: a follower killed", faults.killed_follower, 30, repeats_emails=True),
    Fault("cluster: the database's primary killed", faults.killed_primary, 30, repeats_emails=True),
    Fault("cluster: every broker in turn", faults.killed_in_turn, 30, repeats_emails=True),
)

SHORT = Fault(
    "several at once",
    faults.at_once(faults.crash_points, faults.killed_gateways, faults.broken("broker", 4)),
    8,
    repeats_emails=True,
)
