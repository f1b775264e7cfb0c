"""An exception with a sentence for people that says why something cannot be done. Pure: no Django."""


class Refusal(Exception):
    """Files that compute without Django raise it where an action would raise Django's ValidationError.

    `code` is for programs, `message` for people. Forms and the API show both as they show a ValidationError.
    """

    code: str
    message: str

    def __init__(self, message: str, *, code: str = "invalid") -> None:
        super().__init__(message)
        self.message, self.code = message, code

    def __str__(self) -> str:
        return self.message
