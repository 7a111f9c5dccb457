"""``python -m conformance.cli``: the command without its installed script."""

from conformance.cli.main import main

if __name__ == "__main__":
    main()
