"""What each service's database user may do. `acectl database apply` creates the users and their roles."""

READ = frozenset({"find"})
ADD = frozenset({"insert"})
CHANGE = frozenset({"find", "update"})
WRITE = frozenset({"find", "insert", "update"})
REMOVE = frozenset({"remove"})

PRIVILEGES: dict[str, dict[str, frozenset[str]]] = {
    "intake": {
        "importers": READ,
        "portal_users": READ,
        "email_status": READ,
        "applications": WRITE,
        "limits": WRITE,
        "digests": WRITE,
        "refused_commands": WRITE,
    },
    "verifier": {
        "importers": READ,
        "applications": WRITE,
        "digests": READ | REMOVE,
        "refused_commands": WRITE,
    },
    "provisioner": {
        "applications": CHANGE,
        "importers": CHANGE,
        "portal_users": READ | ADD,
        "top_accounts": ADD,
        "importer_views": ADD,
    },
    "code-mailer": {"emails": WRITE},
    "general-mailer": {"emails": WRITE},
    "console": {
        "importers": READ,
        "top_accounts": READ,
        "email_status": READ,
        "applications": CHANGE,  # a dead letter that is discarded marks nothing any more
        "emails": CHANGE,
        "limits": WRITE | REMOVE,  # lifting
        "audit": READ | ADD,
        "console_logins": CHANGE,  # the networks that each is known from
        "console_sessions": WRITE | REMOVE,
        "console_queue_history": WRITE,
    },
}
"""The MongoDB actions that each service may perform on each collection. The role has the user's name. It cannot be
limited to fields: a service that may link an importer record may also overwrite it. Nobody changes the audit."""
