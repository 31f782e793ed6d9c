"""The two ways in which a step can fail. Everything else that is raised is a defect."""


class Transient(Exception):
    """Trouble that passes: the message is tried again later. The text is our own sentence, without personal data."""


class Poison(Exception):
    """Trouble that stays: the message goes to the dead letters with this reason, our own sentence.

    Never made from ``str(exception)``: libraries quote what they were given.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
