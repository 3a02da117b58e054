"""`python -m monitor` and the `monitor` command are the same."""

from monitor.commands import main

if __name__ == "__main__":
    main()
