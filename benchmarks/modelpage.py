"""Tables, a picture and a part of a page, of what `models.py` has measured."""

from pathlib import Path
from statistics import mean

ONE, OWN, EQUAL = "one epoch", "by itself", "equal time"
TITLES = {
    EQUAL: "In equal time: as many epochs as take the CPU time of skip-gram by itself",
    OWN: "Each by itself: its own defaults",
    ONE: "One epoch",
}
KINDS = {
    "analogies": "analogies, %",
    "semantic": "analogies of meaning (semantic), %",
    "syntactic": "analogies of grammar (syntactic), %",
}
ANALOGIES = list(KINDS)
BEGIN, END = "<!-- figures of benchmarks/models.py -->", "<!-- end of figures -->"


def tables(runs):
    """A Markdown table for each way to choose epochs; means over seeds.

    Parameters
    ----------
    runs : list of dict   as `models.Bench.scored` makes them

    Returns
    -------
    str
    """
    parts = []
    for form, title in TITLES.items():
        chosen = [run for run in runs if form in run["forms"]]
        if chosen:
            parts.append(f"{title}:\n\n{table(chosen)}")
    return "\n\n".join(parts)


def table(runs):
    """One line a model: epochs, CPU seconds, and each score with half of its interval."""
    columns = list(runs[0]["scores"])
    lines = ["| | epochs | CPU s | " + " | ".join(columns) + " |"]
    lines.append("|" + "---|" * (len(columns) + 3))
    for model, own in by_model(runs).items():
        epochs = own[0]["epochs"] or ""
        cells = [cell(name, own) for name in columns]
        seconds = mean(run["cpu"] for run in own)
        lines.append(f"| {model} | {epochs} | {seconds:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def by_model(runs):
    """Model -> its runs, in the order in which models come first."""
    return {name: [run for run in runs if run["model"] == name] for name in models_of(runs)}


def models_of(runs):
    return dict.fromkeys(run["model"] for run in runs)


def cell(name, runs):
    """A score and half of its interval, both means over seeds; bold if better than the base."""
    value, half = (mean_known(run["scores"][name][place] for run in runs) for place in (0, 1))
    if value is None:
        return "-"
    digits = 1 if name in ANALOGIES else 0
    mark = {1: "**", -1: "*", 0: ""}[better([run["scores"][name][2] for run in runs])]
    return f"{mark}{value:.{digits}f}{mark} ± {half:.{digits}f}"


def better(differences):
    """1 if all intervals are above zero, -1 if all are below, else 0."""
    if not all(differences):
        return 0
    return int(all(low > 0 for low, _ in differences)) - int(
        all(high < 0 for _, high in differences)
    )


def mean_known(values):
    """The mean of those that are not None; None without any."""
    known = [value for value in values if value is not None]
    return mean(known) if known else None


def seeds_differ(runs):
    """(name of the first score, how far seeds of a model are apart at most); None for one seed."""
    first = next(iter(runs[0]["scores"]))
    groups = {}
    for run in runs:
        groups.setdefault((run["model"], run["epochs"]), []).append(run["scores"][first][0])
    spreads = [max(values) - min(values) for values in groups.values() if len(values) > 1]
    return (first, max(spreads)) if spreads else None


def page_part(found, picture):
    """What was run where, the tables, and the picture.

    Parameters
    ----------
    found : dict          as `models.py` writes it: machine, text, dim, runs
    picture : Path or None

    Returns
    -------
    str
    """
    runs = found["runs"]
    seeds = sorted({run["seed"] for run in runs})
    minutes = sum(run["cpu"] for run in runs) / 60
    spread = seeds_differ(runs)
    differ = f"{spread[0]} of two seeds differ by {spread[1]:.1f} at most" if spread else ""
    about = [
        f"{found['text']}: {runs[0]['words']:,} words, {runs[0]['vocabulary']:,} of them in the "
        f"vocabulary; vectors of {found['dim']} numbers.",
        f"{found['machine']}. {len(runs)} trainings, {minutes:.0f} minutes of CPU time in all; "
        + (f"means of {len(seeds)} seeds; {differ}." if spread else "one seed."),
    ]
    parts = ["\n".join(about), tables(runs)]
    if picture:
        parts.append(f"![Scores against CPU seconds]({picture.name})")
    return "\n\n".join(parts)


def into_page(path, part, begin=BEGIN, end=END):
    """Put the part between its two comments; a page without them gets it at its end."""
    text = path.read_text() if path.exists() else f"# Models on one text\n\n{begin}\n{end}\n"
    if begin not in text:
        text += f"\n{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n\n{part}\n\n{end}{after}")


def draw(runs, path, seconds="CPU seconds, from text to vectors"):
    """Scores against CPU seconds: analogies by kind, and the mean of all pairs; a line a model.

    ``seconds`` says what these are of.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    sets = list(runs[0]["scores"])
    pairs = [name for name in sets if name not in ANALOGIES]
    panels = {KINDS[name]: [name] for name in sets if name in KINDS}
    if len(panels) > 1:  # the sum hides that one kind is had for the other
        del panels[KINDS["analogies"]]
    if pairs:
        panels["pairs: mean of 1000 times Spearman's rho"] = pairs
    with matplotlib.rc_context({"svg.hashsalt": "w2v", "svg.fonttype": "none"}):
        size = 4.8 * len(panels), 4.8
        figure, every = plt.subplots(
            1, len(panels), figsize=size, squeeze=False, layout="constrained"
        )
        for axes, (label, names) in zip(every[0], panels.items(), strict=True):
            draw_panel(axes, runs, names)
            axes.set(xscale="log", xlabel=seconds, ylabel=label)
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:g}"))
            axes.grid(alpha=0.3)
        labels = every[0][0].get_legend_handles_labels()
        figure.legend(*labels, loc="outside upper center", ncols=2 * len(panels))
        is_svg = Path(path).suffix == ".svg"
        figure.savefig(path, dpi=110, metadata={"Date": None} if is_svg else None)
        plt.close(figure)


def draw_panel(axes, runs, names):
    """A line through the runs of each model, one marker a number of epochs; defaults are filled."""
    for number, (model, own) in enumerate(by_model(runs).items()):
        points = []
        for epochs in dict.fromkeys(run["epochs"] for run in own):
            same = [run for run in own if run["epochs"] == epochs]
            values = [run["scores"][name] for run in same for name in names]
            score, half = (mean_known(value[place] for value in values) for place in (0, 1))
            if score is None:
                continue
            seconds = mean(run["cpu"] for run in same)
            points.append((seconds, score, half if len(names) == 1 else 0, OWN in same[0]["forms"]))
        points.sort()
        if not points:
            continue
        x, y, halves, _ = zip(*points, strict=True)
        color = f"C{number}"
        axes.errorbar(x, y, halves, color=color, marker="o", mfc="white", capsize=2, label=model)
        filled = [(a, b) for a, b, _, is_own in points if is_own]
        if filled:
            axes.plot(*zip(*filled, strict=True), "o", color=color, zorder=5)
