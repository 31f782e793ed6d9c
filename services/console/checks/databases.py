"""The database: its replica set, its indexes, and the keys that its documents need."""

from collections.abc import Mapping

from services.console.checks import clocks
from services.console.checks.deliveries import EMAILS_WITHIN, check_deliveries
from services.console.checks.verdict import Check, bad, ok, warn
from services.console.checks.visitors import check_networks
from services.console.servers.database import OpenDatabase, connect_database
from shared import clock
from shared.security.keys import KeyRing
from shared.security.sealing import CannotOpen
from shared.settings.console import RecordSettings
from shared.settings.loading import load_key_ring
from shared.storage.database import list_index_names
from shared.storage.database_users import UserState, inspect_users
from shared.storage.diagnostics import UNIQUE, DatabaseServer
from shared.storage.sealed_documents import RECORD

HEALTHY = {"PRIMARY", "SECONDARY", "ARBITER"}


async def check_database(settings: RecordSettings) -> list[Check]:
    """Everything about the database. Raises `TransientFailure`, `SettingError`."""
    async with connect_database(settings) as database:
        await database.collections.ping()
        diagnostics = database.collections.diagnostics
        before = clock.now()
        server = await diagnostics.server()
        middle = before + (clock.now() - before) / 2
        return [
            ok("database", f"answers: MongoDB {server.version}"),
            _check_replica_set(server),
            clocks.check_clock("database's clock", server.time, middle),
            *check_indexes(await diagnostics.indexes()),
            check_users(await inspect_users(settings.need("mongodb_url"), settings.mongodb_database)),
            *check_keys(await diagnostics.key_ids(), load_key_ring(settings, "storage")),
            await _check_index_key(database),
            check_deliveries(
                await database.collections.overview.summarize_deliveries(before - EMAILS_WITHIN, before), before
            ),
            check_networks(await database.collections.limits.count_networks(clock.now())),
        ]


def _check_replica_set(server: DatabaseServer) -> Check:
    if server.replica_set is None:
        return bad("replica set", "there is none: accounts need transactions", "start mongod with --replSet")
    sick = [f"{name} is {state}" for name, state in server.members.items() if state not in HEALTHY]
    if sick:
        return bad("replica set", ", ".join(sick), "bring that member back: a majority must write")
    if not server.members:
        return warn("replica set", f"{server.replica_set}; our user may not see its members")
    if len(server.members) == 1:
        return ok("replica set", f"{server.replica_set}: its only member is healthy")
    return ok("replica set", f"{server.replica_set}: {len(server.members)} members, all healthy")


def check_indexes(found: Mapping[str, set[str]]) -> list[Check]:
    """Compares the indexes that should exist with those that do."""
    wanted = list_index_names()
    missing = [f"{name}.{index}" for name in wanted for index in sorted(wanted[name] - found.get(name, set()))]
    extra = [f"{name}.{index}" for name in found for index in sorted(found[name] - wanted.get(name, set()))]
    lax = [name for name in missing if name.removesuffix(UNIQUE) in extra]
    if lax:
        to_do = "drop each, then acectl database apply; if that is refused, look for duplicate values"
        return [bad("indexes", f"not as they should be: {', '.join(missing)}", to_do)]
    if missing:
        return [bad("indexes", f"missing: {', '.join(missing)}", "acectl database apply")]
    if extra:
        return [warn("indexes", f"extra: {', '.join(extra)}", "drop them: they slow down every write")]
    return [ok("indexes", "as they should be")]


def check_users(found: UserState | None) -> Check:
    """Whether each service has a user that may do its work and nothing else."""
    name, to_do = "database users", "acectl database apply, with ACE_DATABASE_PASSWORD_<SERVICE>"
    if found is None:
        return warn(name, "our user may not see them")
    if found.different:
        return bad(name, f"{', '.join(found.different)}: may do more or less than its work", to_do)
    if found.is_open:
        return warn(name, "the database lets anybody in, without a password", "start mongod with --keyFile")
    if found.missing:
        return warn(name, f"none for {', '.join(found.missing)}", f"{to_do}; then let each service use its own")
    return ok(name, "each service's user can do its work and nothing else")


def check_keys(used: Mapping[str, Mapping[str, int]], ring: KeyRing) -> list[Check]:
    """Compares the keys that documents were sealed under with the key ring."""
    totals: dict[str, int] = {}
    for counts in used.values():
        for id, count in counts.items():
            totals[id] = totals.get(id, 0) + count
    lost = {id: count for id, count in totals.items() if id not in ring.keys}
    if lost:
        says = f"no key {', '.join(sorted(lost))}, under which {sum(lost.values()):,} fields are sealed"
        return [bad("storage keys", says, "put it back into ACE_KEYS_STORAGE: without it, nobody can read them")]
    older = {id: count for id, count in totals.items() if id != ring.current}
    spare = sorted(set(ring.keys) - totals.keys() - {ring.current})
    says = f"{ring.current} is current"
    if older:
        says += "; still needed: " + ", ".join(f"{id} ({count:,} fields)" for id, count in sorted(older.items()))
    if spare:
        says += f"; no document needs {', '.join(spare)}: remove them once no queue does either"
    return [ok("storage keys", says)]


async def _check_index_key(database: OpenDatabase) -> Check:
    """Opens one importer record and finds it by its number."""
    name = "index key"
    stored = await database.collections.importers.find_any()
    if stored is None:
        return warn(name, "there is no importer record to test with", "acectl importers load FILE")
    try:
        record = RECORD.open(stored.record, stored.id, database.storage)
    except CannotOpen as error:
        return bad(name, f"an importer record does not open: {error}", "set ACE_KEYS_STORAGE to this database's")
    if database.index.compute("importer", record.importer_number) != stored.id:
        return bad(name, "a stored record is not found by its number", "ACE_KEYS_INDEX differs from when it was loaded")
    return ok(name, "a stored record opens and is found by its number")
