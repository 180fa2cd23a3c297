"""The codes under which commands refuse what they are asked, beside what the check, adding and saving say."""

from __future__ import annotations

from collections.abc import Mapping

from schemas import Rule, Severity


def _rule(code: str, summary: str, help: str) -> Rule:
    return Rule(code, Severity.ERROR, summary, help)


REFUSING: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        _rule(
            "E-NOTTY",
            "There is a terminal to show the app in, or to ask in.",
            "Start it in a terminal; `annotator publish` goes without one with `--yes` or `--dry-run`.",
        ),
        _rule(
            "E-TERM", "The terminal can move its cursor.", "Set TERM to what the terminal is, such as xterm-256color."
        ),
        _rule("E-LOCALE", "The terminal takes UTF-8.", "Set a UTF-8 locale, such as LC_ALL=C.UTF-8."),
        _rule(
            "E-KEYS",
            "The user's keys name actions that there are, and mean one thing each.",
            "Correct keys.toml; `annotator keys` lists the actions and where the file is.",
        ),
        _rule("E-SETTINGS", "The user's settings can be read.", "Correct the file that is named, or move it away."),
        _rule(
            "E-SCHEMA-UNTRUSTED",
            "A schema that comes with a corpus runs only where its user trusts it: it is a program.",
            "Read it, then `annotator trust` it; `--schema` takes one of your own in its place.",
        ),
        _rule(
            "E-CITATION",
            "A corpus's citation file says what a citation needs.",
            "Correct the field of CITATION.cff that is named.",
        ),
        _rule(
            "E-HYDRATE",
            "Texts that are brought to a corpus without texts are those that it was made of.",
            "Get the files exactly as they were, and put them into the folder that is named.",
        ),
        _rule(
            "E-BUILD",
            "A dataset that was built says, read back, what the corpus says.",
            "Build again where the corpus was changed meanwhile; otherwise report it. Nothing was replaced.",
        ),
        _rule(
            "E-CARD",
            "A dataset's card has every section, and says what the Hub knows.",
            "Correct what is named in the corpus's README.md or corpus.toml.",
        ),
        _rule(
            "E-HUB-LOGIN", "Somebody is logged in to the Hub, and it accepts the login.", "Log in with `hf auth login`."
        ),
        _rule("E-HUB-NAME", "A repository's name is OWNER/NAME.", "Give the name in this form."),
        _rule(
            "E-HUB-TAKEN",
            "A repository is free, or holds what was published from this corpus.",
            "Choose another name; what is there has not been touched.",
        ),
        _rule(
            "E-HUB-VISIBLE",
            "A repository that is to be private is not public already.",
            "Leave out `--private`, or choose another name.",
        ),
        _rule(
            "E-HUB-MISSING",
            "The repository and the revision are there, and the login may see them.",
            "Look at the name and the revision, and at whose login it is.",
        ),
        _rule("E-HUB-NETWORK", "The Hub can be reached.", "Run the command again once it can."),
        _rule("E-HUB-RIGHTS", "The login may write to the repository.", "Use a token that may write there."),
        _rule("E-HUB-FAILED", "The Hub and its storage have no fault.", "Run the command again later."),
        _rule(
            "E-HUB-COPY",
            "What is read back from the Hub is what was sent.",
            "Look at the commit on the Hub, and publish again; the version was not tagged.",
        ),
        _rule("E-HUB-CARD", "The Hub takes the card and the files.", "Correct what the Hub names."),
        _rule(
            "E-HUB-TAG",
            "A version is published once, with one content.",
            "Raise `version` in corpus.toml, and say what changed.",
        ),
        _rule(
            "E-HUB-VERSION",
            "No higher version is on the Hub.",
            "Bring in what was published, or raise `version` in corpus.toml if this is newer.",
        ),
        _rule(
            "E-HUB-BUSY",
            "Nobody else has pushed since the repository was read.",
            "Run the command again to see what changes by now.",
        ),
    )
}
"""Every one of them, by its code."""
