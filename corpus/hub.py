"""A dataset's repository on the Hub, through the Hub's own client: read, made, committed to, tagged.

Every request is made here, so that whatever comes of it is said in the words of `corpus.refusals`.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import NameUnknown, OutputRefused, StoreBusy
from corpus.exports import Tell
from corpus.output import NOTE, SUMS
from corpus.published import TAKEN, Published, RemoteFile, remote_files
from corpus.refusals import NOTHING_DONE, Discretion, no_login, no_rights, refused, said_by

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationCopy, HfApi

MAIN = "main"
"""The branch that is loaded where none is named."""

NAME = "E-HUB-NAME"

_TYPE = "dataset"
_DISTRIBUTION = "terminal-annotator"


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit that the Hub has made."""

    commit: str
    url: str
    pull_request: str | None = None
    """The address of the pull request, where one was made in place of a change."""


class Hub:
    """One repository, as one login sees it."""

    def __init__(self, repository: str, tell: Tell, bars: bool = False) -> None:
        """Finds the login, without asking the Hub.

        Args:
            repository: The name, with that of its owner: `owner/name`.
            tell: Is told of each step, and of what the client says.
            bars: Whether the client shows its own bars while files are sent.

        Raises:
            OutputRefused: If it is no such name.
            LoginMissing: If nobody is logged in.
        """
        from huggingface_hub import HfApi, get_token

        _require_name(repository)
        self.repository = repository
        self._tell = tell
        self._bars = bars
        self._discretion = Discretion()
        with self._asking("looking for a login"):
            token = get_token()
        if token is None:
            raise no_login()
        self._discretion = Discretion(token)
        self._api: HfApi = HfApi(
            token=token, library_name=_DISTRIBUTION, library_version=importlib.metadata.version(_DISTRIBUTION)
        )

    def require_login(self, to_write: bool) -> str:
        """Asks whose login it is, and gives the name.

        Args:
            to_write: Whether a login that may only read is refused.

        Raises:
            LoginMissing: If the Hub does not accept it.
            HubFailed: If it may only read, or the Hub cannot be reached.
        """
        with self._asking("logging in"):
            about = self._api.whoami()
        name = str(about.get("name"))
        token = (about.get("auth") or {}).get("accessToken") or {}
        if to_write and token.get("role") == "read":
            raise no_rights(f"the login of {name} may only read", self.repository)
        return name

    def published(self, revision: str = MAIN) -> Published | None:
        """What is there at a branch, or any other revision; nothing where there is no repository.

        Raises:
            NameUnknown: If the repository has no such revision.
            HubFailed: If the Hub does not tell.
        """
        from huggingface_hub.errors import RepositoryNotFoundError

        with self._asking("reading the repository"):
            try:
                info = self._api.dataset_info(self.repository, revision=revision, files_metadata=True, timeout=60)
            except RepositoryNotFoundError:
                return None
            files = remote_files(
                (each.rfilename, RemoteFile(each.size or 0, each.lfs.sha256 if each.lfs else None))
                for each in info.siblings or ()
            )
            commit = info.sha
        if commit is None:
            raise NameUnknown(f"there is nothing at the revision {revision}", path=self.repository)
        found = Published(self.repository, commit, bool(info.private), files)
        with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
            self.fetch(commit, [name for name in (NOTE, SUMS) if name in files], Path(folder))
            found = found.described(Path(folder))
            self.fetch(commit, found.unread, Path(folder))
            return found.digested(Path(folder))

    def tags(self) -> Mapping[str, str]:
        """The commit of each tag."""
        with self._asking("reading the tags"):
            refs = self._api.list_repo_refs(self.repository, repo_type=_TYPE)
        return {each.name: each.target_commit for each in refs.tags}

    def branches(self) -> Mapping[str, str]:
        """The commit of each branch."""
        with self._asking("reading the branches"):
            refs = self._api.list_repo_refs(self.repository, repo_type=_TYPE)
        return {each.name: each.target_commit for each in refs.branches}

    def require_free_name(self) -> None:
        """Refuses the name of a repository that is not there as a dataset, but as something else.

        Raises:
            OutputRefused: If it is.
        """
        for kind in ("model", "space"):
            with self._asking("looking at the name"):
                is_there = self._api.repo_exists(self.repository, repo_type=kind)
            if is_there:
                raise OutputRefused(
                    f"there is no dataset of this name, but a {kind}",
                    path=self.repository,
                    code=TAKEN,
                    help=f"{NOTHING_DONE}. Name another repository; or make an empty dataset of this name on the Hub "
                    "first, if both are meant to be there",
                )

    def fetch(self, commit: str, names: Iterable[str], folder: Path, so: str = NOTHING_DONE) -> None:
        """Brings files of a commit to a folder, from the Hub itself and not from any cache."""
        with self._asking("reading files", so), tempfile.TemporaryDirectory(prefix="annotator-") as cache:
            for name in names:
                self._api.hf_hub_download(
                    self.repository, name, repo_type=_TYPE, revision=commit, local_dir=folder, cache_dir=cache
                )

    def create(self, private: bool) -> Published:
        """Makes the repository, and gives what the Hub has put into it.

        Raises:
            OutputRefused: If the name is taken by now.
            StoreBusy: If somebody has pushed into it already.
        """
        from huggingface_hub.errors import HfHubHTTPError

        with self._asking("making the repository"):
            try:
                self._api.create_repo(self.repository, repo_type=_TYPE, private=private or None)
            except HfHubHTTPError as error:
                if error.response.status_code != 409:
                    raise
                raise OutputRefused(
                    f"the name is taken: {self._discretion.keep(error.server_message or '')}",
                    path=self.repository,
                    code=TAKEN,
                    help=f"{NOTHING_DONE}. Name another repository; if it was made this moment, run the command again",
                ) from None
        made = self.published()
        if made is None or not made.is_empty:
            raise StoreBusy(
                "the repository was just made, and somebody else has pushed into it already",
                path=self.repository,
                help=f"{NOTHING_DONE}, and nothing was overwritten. Run the same command again",
            )
        return made

    def validate(self, card: Path) -> None:
        """Asks the Hub whether it would take a card, before anything is made or sent.

        Raises:
            InputRefused: If it would not.
        """
        from huggingface_hub.utils import (  # type: ignore[attr-defined]  # public, and not in `__all__`
            build_hf_headers,
            get_session,
            hf_raise_for_status,
        )

        # The client asks this of every commit, but cannot be made to ask it before there is a repository.
        with self._asking("looking through the card"):
            response = get_session().post(
                f"{self._api.endpoint}/api/validate-yaml",
                json={"content": card.read_text(encoding="utf-8"), "repoType": _TYPE},
                headers=build_hf_headers(token=self._api.token),
            )
            hf_raise_for_status(response)

    def branch(self, name: str, commit: str) -> None:
        """Makes a branch."""
        with self._asking(f"making the branch {name}"):
            self._api.create_branch(self.repository, branch=name, revision=commit, repo_type=_TYPE)

    def commit(
        self,
        add: Mapping[str, Path],
        delete: Iterable[str],
        message: str,
        parent: str,
        revision: str = MAIN,
        create_pr: bool = False,
        so: str = NOTHING_DONE,
    ) -> Committed:
        """Sends files and makes one commit of them all, if the branch is still where it was when it was read.

        Raises:
            StoreBusy: If it is not.
            InputRefused: If the Hub does not take the card or a file.
            HubFailed: If it could not be done, or the answer was lost.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        with self._asking("publishing", so, self._bars):
            operations: list[CommitOperationAdd | CommitOperationCopy | CommitOperationDelete] = [
                *(CommitOperationAdd(name, str(path)) for name, path in sorted(add.items())),
                *(CommitOperationDelete(name, is_folder=False) for name in sorted(delete)),
            ]
            made = self._api.create_commit(
                self.repository,
                operations,
                commit_message=message,
                repo_type=_TYPE,
                revision=revision,
                parent_commit=parent,
                create_pr=create_pr,
            )
            return Committed(made.oid, made.commit_url, made.pr_url)

    def tag(self, name: str, commit: str, message: str, so: str) -> None:
        """Gives a commit a name for good.

        Raises:
            StoreBusy: If the name is taken by now.
        """
        with self._asking(f"setting the tag {name}", so):
            self._api.create_tag(self.repository, tag=name, tag_message=message, revision=commit, repo_type=_TYPE)

    @contextlib.contextmanager
    def _asking(self, doing: str, so: str = NOTHING_DONE, bars: bool = False) -> Iterator[None]:
        """The client at work: what it says is told, what it raises is said in our words."""
        with (
            refused(self.repository, doing, self._discretion, so),
            said_by(self._tell, self._discretion),
            _bars(bars),
        ):
            yield


def _require_name(repository: str) -> None:
    """Refuses what is no name of a repository.

    Raises:
        OutputRefused: If it is none.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # public, and not in `__all__`

    try:
        validate_repo_id(repository)
        fault = None if repository.count("/") == 1 else "the owner is missing"
    except HFValidationError as error:
        fault = " ".join(str(error).split())
    if fault:
        raise OutputRefused(
            f"no name of a repository: {fault}",
            path=repository,
            code=NAME,
            help="Write it as OWNER/NAME, where the owner is you or an organisation that you belong to",
        )


@contextlib.contextmanager
def _bars(shown: bool) -> Iterator[None]:
    """With the client's progress bars or without them; afterwards they are as its user set them."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    was_shown = not are_progress_bars_disabled()
    if was_shown and not shown:
        disable_progress_bars()
    try:
        yield
    finally:
        if was_shown and not shown:
            enable_progress_bars()
