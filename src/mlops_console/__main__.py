"""Run `python -m mlops_console`."""

import sys


def main() -> int:
    """The command line: stdout is data, stderr is words, the exit code is the verdict."""
    if sys.argv[1:] == ["--version"]:
        from mlops_console import __version__

        sys.stdout.write(f"mlops-console {__version__}\n")
        return 0
    from mlops_console.cli import run_command

    return run_command(sys.argv[1:], alone=True)


if __name__ == "__main__":
    sys.exit(main())
