"""How help is laid out: a sentence, examples, the rest, and the options by subject.

The shell, the manual and the tests take examples and headings from here too.
"""

import inspect

import click

from .headings import Heading, heading_of


class ExamplesFirst:
    """For click commands and groups: ``examples`` is text, a command a line, as in a shell.

    A line that ends in a backslash goes on in the next one.
    """

    def __init__(self, *args, examples="", **kwargs):
        super().__init__(*args, **kwargs)
        self.example_lines = inspect.cleandoc(examples).splitlines()

    @property
    def examples(self):
        """The examples, one string each, continued lines joined."""
        lines, before = [], ""
        for part in self.example_lines:
            line = before + part.strip()
            before = line[:-1] if line.endswith("\\") else ""
            if not before:
                lines.append(line)
        return lines

    def format_help_text(self, ctx, formatter):
        """The first paragraph of the description, the examples, and what remains of it."""
        summary, _, details = description(self).partition("\n\n")
        _write_text(formatter, summary)
        if self.example_lines:
            with formatter.section("Examples"):
                for line in self.example_lines:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        _write_text(formatter, details)


class GroupedOptions:
    """For click commands: options under headings by subject, if ``has_headings``.

    ``common`` are the names of those that most people want: they come first, in that order.
    """

    def __init__(self, *args, has_headings=False, common=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.has_headings = has_headings
        self.common = common

    def format_options(self, ctx, formatter):
        """One list of options a subject."""
        for heading, params in grouped_options(self, ctx):
            with formatter.section(heading):
                formatter.write_dl([param.get_help_record(ctx) for param in params])


def description(command):
    """What a command's docstring says, as plain paragraphs."""
    return inspect.cleandoc(command.help or "").partition("\f")[0]


def grouped_options(command, ctx):
    """(heading, options) in the order in which help shows them; hidden ones are left out."""
    options = [
        param
        for param in command.get_params(ctx)
        if isinstance(param, click.Option) and param.get_help_record(ctx) is not None
    ]
    if not getattr(command, "has_headings", False):
        return [(Heading.REST.value, options)]
    names = [name for name in command.common if name in {each.name for each in options}]
    common = sorted(
        (each for each in options if each.name in names), key=lambda each: names.index(each.name)
    )
    found = {
        heading: [each for each in options if heading_of(each) is heading and each not in common]
        for heading in Heading
    }
    found[Heading.COMMON] = common
    return [(heading.value, options) for heading, options in found.items() if options]


def _write_text(formatter, text):
    if text:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(text)
