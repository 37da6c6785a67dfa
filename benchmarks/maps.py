"""Maps: time and size of `w2v plot` and `w2v explore`, a frame of the page, and placing labels.

python benchmarks/maps.py VECTORS [--repeat 3]

Labels are placed by adjustText and textalloc too where they are installed, a frame is drawn where
there is a Chromium.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from statistics import median

from common import ROOT, W2V, describe_machine

sys.path.insert(0, str(ROOT / "tests"))  # for the browser
SIZE = (1200, 900)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        measure_commands(args.vectors, Path(folder), args.repeat)
        measure_frame(Path(folder) / "page.html", folder)
    for n_words in (100, 500):
        measure_labels(args.vectors, n_words, args.repeat)


def measure_commands(vectors, folder, repeat):
    """Whole processes."""
    for command, output, *options in (
        ("plot", "map.png", "--top", "100"),
        ("plot", "map.svg", "--top", "2000"),
        ("explore", "page.html", "--top", "10000", "-q"),
    ):
        line = [*W2V, command, str(vectors), "-o", str(folder / output), *options]
        seconds = timed(lambda line=line: subprocess.run(line, cwd=ROOT, check=True), repeat)
        data = (folder / output).read_bytes()
        sizes = f"{len(data):,} bytes, {len(gzip.compress(data)):,} compressed"
        print(f"w2v {command} -o {output} {' '.join(options)}: {seconds:.2f} s, {sizes}")


def measure_frame(page, folder):
    """One drawing of the whole map of the page, as when it is dragged."""
    from browser import Browser, find_browser

    path = find_browser()
    if path is None:
        print("no browser is installed")
        return
    browser = Browser(path, Path(folder) / "profile")
    browser.open(page, size=(1280, 800))
    program = (
        "(() => {{ zoomTo(view.fit * {zoom}); const start = performance.now();"
        " for (let n = 0; n < 50; n += 1) draw();"
        " return (performance.now() - start) / 50; }})()"
    )
    for zoom in (1, 8):
        print(f"a frame at zoom {zoom}: {browser.run(program.format(zoom=zoom)):.1f} ms")
    browser.close()


def measure_labels(vectors, n_words, repeat):
    """Seconds, labels, and pairs of labels that overlap, for each way to place them."""
    from w2v_cli.formats.reading import read_embeddings
    from w2v_cli.maps.drawing.figure import check_matplotlib
    from w2v_cli.maps.wordmap import Choice, lay_out

    check_matplotlib()
    choice = Choice(read_embeddings(vectors))
    choice.add_top(n_words)
    wordmap = lay_out(choice._embeddings, choice)
    for place in (by_w2v, by_textalloc, by_adjusttext):
        try:
            results = [place(wordmap) for _ in range(repeat)]
        except ImportError as error:
            print(f"{place.__name__}: {error}")
            continue
        seconds = median(result[0] for result in results)
        n_labels, n_overlaps = overlaps(results[0][1])
        print(
            f"{n_words} {place.__name__}: {seconds:.2f} s, {n_labels} labels, {n_overlaps} overlap"
        )


def by_w2v(wordmap):
    start = time.perf_counter()
    picture = new_picture(wordmap)
    return time.perf_counter() - start, picture._axes


def by_textalloc(wordmap):
    import textalloc

    axes, points = without_labels(wordmap)
    start = time.perf_counter()
    x, y = points.T
    textalloc.allocate(axes, x, y, wordmap.words, x_scatter=x, y_scatter=y, textsize=9)
    return time.perf_counter() - start, axes


def by_adjusttext(wordmap):
    from adjustText import adjust_text

    axes, points = without_labels(wordmap)
    start = time.perf_counter()
    texts = [
        axes.text(x, y, word, fontsize=9)
        for (x, y), word in zip(points, wordmap.words, strict=True)
    ]
    adjust_text(texts, x=points[:, 0], y=points[:, 1], ax=axes, time_lim=20)
    return time.perf_counter() - start, axes


def new_picture(wordmap):
    from w2v_cli.maps.drawing.figure import _Picture
    from w2v_cli.maps.drawing.theme import THEMES

    return _Picture(wordmap, SIZE, "", THEMES["light"])


def without_labels(wordmap):
    picture = new_picture(wordmap)
    for artist in [*picture._axes.texts, *picture._axes.lines]:
        artist.remove()
    return picture._axes, picture._points


def overlaps(axes):
    axes.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    n_overlaps = sum(
        a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1
        for a, b in combinations(boxes, 2)
    )
    return len(boxes), n_overlaps


def timed(work, repeat):
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


if __name__ == "__main__":
    main()
