"""Whether what is typed into a form names an end."""


def no_end(text: str) -> str:
    """Why a text names no end that may be one; empty: it does."""
    from mlops_console.errors import UsageError
    from mlops_console.workspace.ending import until

    try:
        until(text)
    except UsageError as error:
        return str(error)
    return ""
