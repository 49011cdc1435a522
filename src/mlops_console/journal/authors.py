"""Who wrote an event: users of this machine, and what the owner of a file proves."""

from functools import cache


@cache
def login(uid: int) -> str | None:
    """The login name of a user; None where this machine knows none."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return None


def user_name(uid: int) -> str:
    """The login name of a user, their number where there is none."""
    return login(uid) or str(uid)


def proves(owner: int, uid: int, by: str) -> bool:
    """Whether the owner of a file vouches for its author.

    The number alone does not: after a clone to another machine 1000 is somebody else, and in one's own files
    one may write any name. A number without a name here can't be held against the name.
    """
    name = login(owner)
    return owner == uid and (name is None or by in (name, str(uid)))
