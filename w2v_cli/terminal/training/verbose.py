"""``--verbose``: the settings that a run works with, and what its compiled code is made for."""

from dataclasses import asdict

from ..spelling import option_name


def tell_settings(report, config):
    """Tell a reporter the options in effect, the kernels, and where compiled code is kept.

    Parameters
    ----------
    report : Reporter
    config : TrainConfig
    """
    if not report.wants_details:
        return
    from ...compiling.cache import cache_folder
    from ...kernels.host import described

    of_model = {name: value for name, value in asdict(config).items() if config.has(name)}
    shown = [f"{option_name(name)} {_shown(name, value)}" for name, value in of_model.items()]
    report.detail("options: " + " ".join(shown))
    report.detail(f"kernels: {described()}")
    folder = cache_folder()
    report.detail(f"compiled code: {folder if folder else 'not kept, there is no place for it'}")


def _shown(name, value):
    if value is None:
        return "none" if name == "max_vocab" else "auto"
    return ("off", "on")[value] if isinstance(value, bool) else value
