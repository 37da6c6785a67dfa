"""``python -m w2v_cli`` is the same as ``w2v``."""

from .cli import main

if __name__ == "__main__":
    main()
