"""The environment of the tests: what users, terminals and machines of CI set decides nothing."""

FORGOTTEN = (
    "CI", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LANG",
    "LANGUAGE", "LINES", "MANPAGER", "NO_COLOR", "PAGER", "TTY_COMPATIBLE", "TTY_INTERACTIVE",
)  # fmt: skip
SET = {"LC_ALL": "C.UTF-8", "TERM": "xterm"}


def forget_settings(environment):
    """Leave out settings of programs, and of the command but for its kernels; *in place*."""
    for name in list(environment):
        if name in FORGOTTEN or (name.startswith("W2V_") and name != "W2V_KERNELS"):
            del environment[name]
    environment.update(SET)
