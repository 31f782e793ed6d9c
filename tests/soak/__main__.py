"""`make soak`: puts the whole local system under steady load through the form and sees whether anything grows.

`python -m tests.soak [MINUTES] [APPLICATIONS A SECOND]`; samples and report in `.data/soak`.
"""

import asyncio
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from embedded_servers import ports
from tests.soak.applicants import Applicants, run_applicants, write_records
from tests.soak.sampling import Sampler
from tests.soak.verdict import series, table
from tests.support.local_system import local_system
from tests.support.mail_sink import mail_sink

FOLDER = Path(".data/soak").absolute()
SPARE = 100
"""Importer records beyond what the rate needs."""

PEOPLE = 10
"""How many people apply at once. If an application takes longer than the rate allows, the rate drops."""

PORTS = ("RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT", "MONGODB_PORT")


async def soak(minutes: float, rate: float) -> int:
    """Runs the soak test; returns the exit code, which is 1 if something grew or failed."""
    system = FOLDER / "system"
    shutil.rmtree(system, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    records = FOLDER / "importers.csv"
    write_records(records, int(minutes * 60 * rate) + SPARE)
    async with mail_sink() as box:
        told = {"ACE_SMTP_URL": box.url, "ACE_IMPORTERS": str(records), "ACE_KEEP_TRACES": "off"}
        told |= {f"ACE_{name}": str(ports.pick()) for name in PORTS}
        async with local_system(system, told) as running:
            people = Applicants(running.address, box)
            sampler = Sampler(system, FOLDER / "samples.csv")
            watching = asyncio.create_task(sampler.watch())
            async with run_applicants(people, PEOPLE, PEOPLE / rate):
                await asyncio.wait([watching], timeout=minutes * 60)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    return _report(minutes, rate, people, sampler)


def _report(minutes: float, rate: float, people: Applicants, sampler: Sampler) -> int:
    found = list(series(sampler.samples))
    restarted = sorted(name for name, pids in sampler.pids.items() if len(pids) > 1)
    faults = [f"{each.what} of {each.of} grows" for each in found if each.grows]
    faults += [f"{name} was started anew" for name in restarted]
    faults += [f"an application failed: {failure}" for failure in people.failures]
    if people.doubled:
        faults.append(f"{people.doubled} emails came twice")
    lines = [
        f"{minutes:g} minutes, {rate:g} applications a second: {people.completed} of {people.begun} completed",
        "Least of first and last quarter after the warm-up; memory in MB. Servers' memory and files are not judged.",
        "",
        table(found),
        "",
        *(faults or ["Nothing grows, nothing failed."]),
    ]
    text = "\n".join(lines)
    (FOLDER / "report.txt").write_text(text + "\n")
    sys.stdout.write(text + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(soak(float((sys.argv[1:] or ["60"])[0]), float((sys.argv[2:] or ["1"])[0]))))
