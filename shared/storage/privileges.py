"""What each service's database user may do. `acectl database apply` creates the users and their roles."""

READ = frozenset({"find"})
ADD = frozenset({"insert"})
CHANGE = frozenset({"find", "update"})
WRITE = frozenset({"find", "insert", "update"})

PRIVILEGES: dict[str, dict[str, frozenset[str]]] = {
    "intake": {
        "importers": READ,
        "portal_users": READ,
        "email_status": READ,
        "applications": WRITE,
        "limits": WRITE,
    },
    "verifier": {"importers": READ, "applications": WRITE},
    "provisioner": {
        "applications": CHANGE,
        "importers": CHANGE,
        "portal_users": READ | ADD,
        "top_accounts": ADD,
        "importer_views": ADD,
    },
    "code-mailer": {"emails": WRITE},
    "general-mailer": {"emails": WRITE},
}
"""The actions that MongoDB knows, which each service may do with the documents of these collections. The role has the
user's name. A role cannot be limited to fields: who may link an importer record may also overwrite it."""
