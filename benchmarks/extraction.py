"""How fast `w2v fetch` makes text of a dump of Wikipedia, beside decompressing it.

    python benchmarks/extraction.py [--megabytes 20] [--repeat 5]

The dump is made up: the sample corpus with markup. All in turn, in this process; prints the median
of MB of XML a second of processor time.
"""

import argparse
import bz2
import io
import time
from statistics import median
from xml.sax.saxutils import escape

from common import ROOT, describe_machine

from w2v_cli.fetching.dump import articles
from w2v_cli.fetching.text8 import cleaned
from w2v_cli.fetching.wikitext import paragraphs

MARKUP = """{{Infobox|name=x|image={{nested|y}}}}
'''Words''' are [[target page|shown]] here.<ref name="a">{{cite web|url=http://x.org}}</ref>
[[File:picture.jpg|thumb|A caption with a [[link]]]]
== Heading ==
* [[item]] of a list
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    print(describe_machine())
    dump = make_dump(args.megabytes * 1_000_000)
    packed = bz2.compress(dump)
    measured = {
        "bzip2 -d (Python's)": lambda: bz2.decompress(packed),
        "enwik9, rules of text8": lambda: sum(map(len, cleaned(io.BytesIO(dump), "x"))),
        "pages-articles, paragraphs": lambda: sum(
            len(line) for page in articles(io.BytesIO(dump), "x") for line in paragraphs(*page)
        ),
    }
    seconds = {name: [] for name in measured}
    for _ in range(args.repeat):
        for name, run in measured.items():
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    for name, times in seconds.items():
        print(f"{name:28} {len(dump) / median(times) / 1e6:6.1f} MB/s")


def make_dump(n_bytes):
    """XML of about so many bytes."""
    lines = (ROOT / "data" / "sample.txt").read_text().splitlines()
    pages, size, place = [], 0, 0
    while size < n_bytes:
        text = "".join(
            MARKUP + " ".join(lines[place + part * 30 : place + part * 30 + 30]) + "\n"
            for part in range(5)
        )
        place = (place + 150) % (len(lines) - 150)
        pages.append(
            "<page><title>t</title><ns>0</ns><revision>"
            f'<text xml:space="preserve">{escape(text)}</text></revision></page>\n'
        )
        size += len(pages[-1])
    return f"<mediawiki>{''.join(pages)}</mediawiki>".encode()


if __name__ == "__main__":
    main()
