"""Users and groups of this machine by name, and what the owner of a file proves of who wrote an event."""

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


def group_name(gid: int) -> str:
    """The name of a group, its number where this machine knows none."""
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except (KeyError, OverflowError):
        return str(gid)


def members(gid: int) -> tuple[str, ...] | None:
    """Login names in a group, of those too whose first group it is; None where this machine knows no such."""
    import grp
    import pwd

    try:
        named = grp.getgrgid(gid).gr_mem
    except (KeyError, OverflowError):
        return None
    return tuple(sorted({*named, *(one.pw_name for one in pwd.getpwall() if one.pw_gid == gid)}))


def proves(owner: int, uid: int, by: str) -> bool:
    """Whether the owner of a file vouches for its author.

    The number alone does not: after a clone to another machine 1000 is somebody else, and in one's own files
    one may write any name. A number without a name here can't be held against the name.
    """
    name = login(owner)
    return owner == uid and (name is None or by in (name, str(uid)))
