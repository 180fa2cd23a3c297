"""`annotator report`: a corpus as pages to look at."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.trusting import trust_option


@click.command(
    epilog="""\b
Examples:
  annotator report . build/report            then open build/report/index.html
  annotator report my-corpus /tmp/pages"""
)
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@trust_option
def command(corpus: Path, out: Path) -> None:
    """Write CORPUS as a site into OUT: figures, texts with their annotations, entities, claims, layers side by side.

    The pages need no server and ask for nothing from outside. What is there is replaced only if it is an earlier
    report that nobody has changed, and only when the new one is complete. The page to open is printed on stdout.
    """
    import importlib.util

    from annotator.display import safe
    from annotator.progress import Progress
    from corpus.corpus import Corpus
    from corpus.errors import PackageMissing

    for name in ("jinja2", "matplotlib"):
        if importlib.util.find_spec(name) is None:
            raise PackageMissing(
                f"a report needs the package {name}, which is not installed",
                help="Run: pip install 'terminal-annotator[report]'",
            )
    from corpus.report.site import build

    with Progress() as progress:
        site = build(Corpus.open(corpus), out, progress.tell, progress.advance)
    click.echo(safe(str(site.first)))
    click.echo(f"{site.pages:,} pages. Open the one above in a browser.", err=True)
