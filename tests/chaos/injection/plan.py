"""The faults that the suite goes through, in order: one at a time, then several together."""

from tests.chaos.checks.gathering import UNKNOWN
from tests.chaos.injection import connections, deaths, faults, mail
from tests.chaos.injection.faults import Fault

LONG = (
    Fault("none", faults.nothing),
    Fault("workers killed at random", deaths.killed_workers, 25, repeats_emails=True),
    Fault("workers killed at each await", deaths.every_crash_point, 20, repeats_emails=True),
    Fault("gateways killed", deaths.killed_gateways, 20),
    Fault("broker killed", deaths.killed_broker, 15, repeats_emails=True),
    Fault("database killed", deaths.killed_database, 20, repeats_emails=True),
    Fault("broker's connections reset", connections.broken("broker"), 20, repeats_emails=True),
    Fault("broker's connections half-open", connections.frozen("broker"), 50, repeats_emails=True),
    Fault("broker's connections cut in a frame", connections.cut_in_the_middle, 20, repeats_emails=True),
    Fault("broker late by 250 ms", connections.late("broker", 0.25)),
    Fault("confirms lost", connections.lost_confirms, 20, repeats_emails=True),
    Fault("acknowledgements lost", connections.lost_acknowledgements, 20, repeats_emails=True),
    Fault("broker's disk alarm", faults.disk_alarm, 20),
    Fault("database's connections reset", connections.broken("database"), 20, repeats_emails=True),
    Fault("database's connections half-open", connections.frozen("database"), 35, repeats_emails=True),
    Fault("database's answers cut", connections.cut_database, 20, repeats_emails=True),
    Fault("database late by 150 ms", connections.late("database", 0.15)),
    Fault("mail server slow", mail.slow_mail),
    Fault("mail server away", connections.refused("mail")),
    Fault("mail server says later (4xx)", mail.answer("451 later")),
    Fault("mail server refuses us (5xx)", mail.answer("554 5.7.1 never")),
    Fault("mail server knows no address", mail.answer(UNKNOWN)),
    Fault("mail cut after DATA", mail.cut_mail, repeats_emails=True),
    Fault("messages doubled and reordered", faults.moved(3, 2), 20),
    Fault("messages threefold, up to 8 s late", faults.moved(8, 3), 20),
    Fault("messages an hour late", faults.an_hour_later, 24, repeats_emails=True),
    Fault("clocks up to 30 s wrong", faults.wrong_clocks, 20),
    Fault(
        "several at once",
        faults.at_once(
            deaths.killed_workers,
            deaths.killed_gateways,
            connections.broken("broker", 6),
            connections.broken("database", 7),
            mail.cut_mail,
            faults.moved(3, 2),
        ),
        40,
        repeats_emails=True,
    ),
    Fault(
        "broker and database killed, workers too",
        faults.at_once(deaths.killed_workers, deaths.killed_broker, deaths.killed_database),
        30,
        repeats_emails=True,
    ),
)

CLUSTER = (
    Fault("cluster: none", faults.nothing),
    Fault("cluster: a queue's leader killed", deaths.killed_leader, 30, repeats_emails=True),
    Fault("cluster: a follower killed", deaths.killed_follower, 30, repeats_emails=True),
    Fault("cluster: the database's primary killed", deaths.killed_primary, 30, repeats_emails=True),
    Fault("cluster: every broker in turn", deaths.killed_in_turn, 30, repeats_emails=True),
)

SHORT = Fault(
    "several at once",
    faults.at_once(deaths.crash_points, deaths.killed_gateways, connections.broken("broker", 4)),
    8,
    repeats_emails=True,
)
