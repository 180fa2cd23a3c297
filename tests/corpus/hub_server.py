"""A Hub in the tests: the part of its protocol that `huggingface_hub` and `datasets` ask for, over HTTP on 127.0.0.1.

It keeps repositories as commits that name whole trees, refuses what the Hub refuses, and can be told to fail. Large
files are put to a second server, as the Hub has them put to storage elsewhere; it knows no login.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Self
from urllib.parse import unquote

from tests.corpus.hub_repository import (
    ATTRIBUTES,
    NO_REPOSITORY,
    Refused,
    Repository,
    Stored,
    User,
    card_faults,
    entry_of,
    git_id,
    owns,
    prefix_of,
)
from tests.corpus.loopback import Answer, Log, Loopback, Request, answer

_DATE = "2026-01-01T00:00:00.000Z"
_PAGE = 4
"""The most entries of a tree that are listed at a time: few, so that clients must turn pages."""


_API = r"/api/(?P<kind>datasets|models|spaces)/(?P<name>[^/]+/[^/]+)"
_SITE = r"/(?:(?P<kind>datasets|spaces)/)?(?P<name>[^/]+/[^/]+?)"
_REVISION = r"(?P<revision>[^/]+)"

_ROUTES = (
    ("GET", r"/api/whoami-v2", "whoami"),
    ("POST", r"/api/repos/create", "create_repository"),
    ("POST", r"/api/validate-yaml", "validate"),
    ("GET", rf"{_API}(?:/revision/{_REVISION})?", "info"),
    ("GET", rf"{_API}/refs", "refs"),
    ("GET", rf"{_API}/tree/{_REVISION}(?P<path>/.*)?", "tree"),
    ("POST", rf"{_API}/preupload/{_REVISION}", "preupload"),
    ("POST", rf"{_API}/commit/{_REVISION}", "commit"),
    ("POST", rf"{_API}/tag/{_REVISION}", "tag"),
    ("POST", rf"{_API}/branch/(?P<branch>[^/]+)", "branch"),
    ("POST", rf"{_SITE}\.git/info/lfs/objects/batch", "batch"),
    ("POST", rf"{_SITE}\.git/info/lfs/verify", "verify"),
    ("HEAD", rf"{_SITE}/resolve/{_REVISION}/(?P<path>.+)", "resolve"),
    ("GET", rf"{_SITE}/resolve/{_REVISION}/(?P<path>.+)", "resolve"),
    ("PUT", r"/storage/(?P<oid>[0-9a-f]{64})", "put"),
    ("GET", r"/storage/(?P<oid>[0-9a-f]{64})", "get"),
)
"""Which method of the server answers which request."""


class HubServer:
    """The Hub: what is there, who may log in, and what went on."""

    def __init__(self) -> None:
        self.users = [User("anna", "hf_secretOfAnna"), User("ben", "hf_secretOfBen", "read")]
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.storage: dict[str, bytes] = {}
        self.log = Log()
        self._lock = threading.RLock()
        self._site, self._store = Loopback(self.handle, self.log), Loopback(self.handle, self.log)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(self._site)
        self._running.enter_context(self._store)
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @property
    def endpoint(self) -> str:
        """The address of the site."""
        return self._site.endpoint

    @property
    def storage_endpoint(self) -> str:
        """The address of the storage."""
        return f"{self._store.endpoint}/storage"

    def forget(self) -> None:
        """Makes it as it was when it was new."""
        with self._lock:
            kept = (self.repositories, self.storage)
            for each in (*kept, self.log.requests, self.log.faults, self.log.strays, self.log.errors):
                each.clear()

    def environment(self, home: str, token: str | None) -> dict[str, str]:
        """The variables with which a program finds this Hub and nothing else, logged in with the token."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), self.endpoint)
        proxies |= {name.lower(): url for name, url in proxies.items()}
        return {
            **proxies,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "HOME": home,
            "HF_HOME": f"{home}/huggingface",
            "HF_ENDPOINT": self.endpoint,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            **({"HF_TOKEN": token} if token else {}),
        }

    def create(self, name: str, kind: str = "dataset", private: bool = False) -> Repository:
        """Makes a repository as the Hub does, with one commit."""
        with self._lock:
            made = Repository(kind, name, private)
            large = "*.parquet filter=lfs diff=lfs merge=lfs -text\n*.bin filter=lfs diff=lfs merge=lfs -text\n"
            made.add({ATTRIBUTES: Stored(large.encode())}, "initial commit", None, "refs/heads/main")
            self.repositories[kind, name] = made
            return made

    def dataset(self, name: str) -> Repository:
        """The dataset of that name."""
        return self.repositories["dataset", name]

    def asked(self, method: str, path: str) -> list[Request]:
        """The requests so far whose path has the expression."""
        return [each for each in self.log.requests if each.method == method and re.search(path, each.path)]

    def handle(self, request: Request) -> Answer:
        """The answer to a request of the Hub or of its storage."""
        with self._lock:
            try:
                return self._route(request)
            except Refused as refused:
                return refused.answer

    def _route(self, request: Request) -> Answer:
        for method, pattern, name in _ROUTES:
            found = re.fullmatch(pattern, request.path)
            if method == request.method and found:
                parts = {key: value for key, value in found.groupdict().items() if value is not None}
                if "name" in parts:
                    parts["kind"] = parts.get("kind", "models").removesuffix("s")
                chosen: Callable[..., Answer] = getattr(self, name)
                return chosen(request, **parts)
        raise Refused(404, f"nothing answers {request.method} {request.path}")

    # The routes of the Hub

    def whoami(self, request: Request) -> Answer:
        """Who is logged in."""
        user = self._user(request)
        if user is None:
            raise Refused(401, "Invalid username or password.")
        auth = {"type": "access_token", "accessToken": {"displayName": "test", "role": user.role}}
        return answer({"type": "user", "name": user.name, "orgs": [{"name": "lab"}], "auth": auth})

    def create_repository(self, request: Request) -> Answer:
        """A new repository."""
        about = request.json()
        user = self._user(request)
        if user is None:
            raise Refused(401, "Invalid username or password.")
        owner = about["organization"] or user.name
        if owner not in (user.name, "lab") or user.role != "write":
            raise Refused(403, f'You don\'t have the rights to create a {about["type"]} under the namespace "{owner}"')
        name = f"{owner}/{about['name']}"
        kind = about.get("type", "model")
        url = f"{self.endpoint}/{prefix_of(kind)}{name}"
        if (kind, name) in self.repositories:
            raise Refused(409, f"You already created this {kind} repo: {name}", url=url)
        self.create(name, kind, about.get("visibility") == "private" or about.get("private", False))
        return answer({"url": url, "name": name, "id": name})

    def info(self, request: Request, kind: str, name: str, revision: str = "main") -> Answer:
        """What a repository is, and the files of a revision."""
        repository = self._readable(request, kind, name)
        commit = repository.find(unquote(revision))
        siblings = []
        for path, file in sorted(commit.files.items()):
            about: dict[str, object] = {"rfilename": path}
            if "blobs" in request.query:
                about |= {"size": len(file.data), "blobId": file.blob}
                if file.is_large:
                    about["lfs"] = {"sha256": file.sha256, "size": len(file.data), "pointerSize": 130}
            siblings.append(about)
        return answer(
            {
                "_id": "0", "id": name, "author": name.partition("/")[0], "sha": commit.oid, "lastModified": _DATE,
                "private": repository.private, "gated": False, "disabled": False, "tags": [], "siblings": siblings,
            }
        )  # fmt: skip

    def refs(self, request: Request, kind: str, name: str) -> Answer:
        """The branches and tags."""
        repository = self._readable(request, kind, name)
        found: dict[str, list[dict[str, str]]] = {"branches": [], "converts": [], "tags": [], "pullRequests": []}
        groups = {"refs/heads/": "branches", "refs/tags/": "tags", "refs/pr/": "pullRequests"}
        for ref, commit in repository.refs.items():
            prefix = next(each for each in groups if ref.startswith(each))
            found[groups[prefix]].append({"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": commit})
        return answer(found)

    def tree(self, request: Request, kind: str, name: str, revision: str, path: str = "") -> Answer:
        """The files and folders of a revision, some at a time."""
        files = self._readable(request, kind, name).find(unquote(revision)).files
        under = unquote(path).strip("/")
        prefix = f"{under}/" if under else ""
        is_deep = request.query.get("recursive", ["false"])[0].lower() == "true"
        entries: dict[str, dict[str, object]] = {}
        for each, file in sorted(files.items()):
            if not each.startswith(prefix):
                continue
            parts = each.removeprefix(prefix).split("/")
            for depth in range(1, len(parts) if is_deep else min(2, len(parts))):
                folder = prefix + "/".join(parts[:depth])
                entries[folder] = {"type": "directory", "oid": git_id(folder), "size": 0, "path": folder}
            if is_deep or len(parts) == 1:
                entries[each] = entry_of(each, file)
        if under and not entries:
            raise Refused(404, f"{under} does not exist on {revision}", "EntryNotFound")
        start = int(request.query.get("cursor", ["0"])[0])
        headers = {}
        if len(entries) > start + _PAGE:
            flags = f"recursive={is_deep}&cursor={start + _PAGE}"
            headers["Link"] = f'<{self.endpoint}{request.path}?{flags}>; rel="next"'
        return answer(list(entries.values())[start : start + _PAGE], headers=headers)

    def preupload(self, request: Request, kind: str, name: str, revision: str) -> Answer:
        """How each of some files is to be sent."""
        repository = self._writable(request, kind, name)
        files = repository.find(unquote(revision)).files
        patterns = [line.split()[0] for line in files[ATTRIBUTES].data.decode().splitlines()]
        modes = []
        for each in request.json()["files"]:
            path = each["path"]
            is_large = each["size"] > 10_000_000 or any(fnmatch.fnmatch(path, pattern) for pattern in patterns)
            there = files.get(path)
            oid = (there.sha256 if there.is_large else there.blob) if there else None
            mode = "lfs" if is_large else "regular"
            modes.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return answer({"files": modes})

    def batch(self, request: Request, kind: str, name: str) -> Answer:
        """Where large files are to be put, unless they are there."""
        self._writable(request, kind, name)
        objects = []
        for each in request.json()["objects"]:
            about = {"oid": each["oid"], "size": each["size"]}
            if each["oid"] not in self.storage:
                upload = f"{self.storage_endpoint}/{each['oid']}?X-Amz-Signature=signed-{each['oid'][:8]}"
                verify = f"{self.endpoint}/{prefix_of(kind)}{name}.git/info/lfs/verify"
                about["actions"] = {"upload": {"href": upload}, "verify": {"href": verify}}
            objects.append(about)
        return answer({"transfer": "basic", "objects": objects})

    def verify(self, request: Request, kind: str, name: str) -> Answer:
        """Whether a large file has arrived."""
        self._writable(request, kind, name)
        about = request.json()
        if len(self.storage.get(about["oid"], b"")) != about["size"]:
            raise Refused(404, "the object is not there")
        return answer({})

    def validate(self, request: Request) -> Answer:
        """Whether a card's head is one."""
        content = request.json()["content"]
        problems = card_faults(content)
        if problems:
            return answer({"errors": [{"message": each} for each in problems], "warnings": []}, 400)
        return answer({"errors": [], "warnings": []})

    def commit(self, request: Request, kind: str, name: str, revision: str) -> Answer:
        """A commit, or a pull request of one."""
        repository = self._writable(request, kind, name)
        ref = f"refs/heads/{unquote(revision)}"
        parent = repository.find(unquote(revision))
        head, *operations = [json.loads(line) for line in request.body.splitlines()]
        assert head["key"] == "header"
        about = head["value"]
        if about.get("parentCommit", parent.oid) != parent.oid:
            raise Refused(412, "A commit has happened since. Please refresh and try again.")
        files = dict(parent.files)
        for operation in operations:
            self._apply(operation["key"], operation["value"], files)
        if files == dict(parent.files):
            raise Refused(400, "No files have been modified")
        problems = card_faults(files["README.md"].data.decode()) if "README.md" in files else []
        if problems:
            raise Refused(400, f"Invalid card: {problems[0]}")
        more = {}
        if "create_pr" in request.query:
            number = sum(each.startswith("refs/pr/") for each in repository.refs) + 1
            ref = f"refs/pr/{number}"
            more["pullRequestUrl"] = f"{self.endpoint}/{prefix_of(kind)}{name}/discussions/{number}"
        made = repository.add(files, about["summary"], parent.oid, ref)
        url = f"{self.endpoint}/{prefix_of(kind)}{name}/commit/{made.oid}"
        return answer({"success": True, "commitOid": made.oid, "commitUrl": url, "hookOutput": "", **more})

    def _apply(self, key: str, about: Mapping[str, Any], files: dict[str, Stored]) -> None:
        path = about["path"]
        if key == "file":
            files[path] = Stored(base64.b64decode(about["content"]))
        elif key == "lfsFile":
            if about["oid"] not in self.storage:
                raise Refused(400, f"the object of {path} was never put to storage")
            files[path] = Stored(self.storage[about["oid"]], is_large=True)
        elif key == "deletedFile":
            if path not in files:
                raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
            del files[path]
        else:
            raise Refused(400, f"unknown operation {key}")

    def tag(self, request: Request, kind: str, name: str, revision: str) -> Answer:
        """A name for a commit, once and for all."""
        repository = self._writable(request, kind, name)
        commit = repository.find(unquote(revision))
        ref = f"refs/tags/{request.json()['tag']}"
        if ref in repository.refs:
            raise Refused(409, "Tag reference exists already")
        repository.refs[ref] = commit.oid
        return answer({})

    def branch(self, request: Request, kind: str, name: str, branch: str) -> Answer:
        """A new branch."""
        repository = self._writable(request, kind, name)
        ref = f"refs/heads/{unquote(branch)}"
        if ref in repository.refs:
            raise Refused(409, "Reference already exists")
        repository.refs[ref] = repository.find(request.json().get("startingPoint", "main")).oid
        return answer({})

    def resolve(self, request: Request, kind: str, name: str, revision: str, path: str) -> Answer:
        """A file: itself, or where it is in storage."""
        commit = self._readable(request, kind, name).find(unquote(revision))
        headers = {"X-Repo-Commit": commit.oid}
        file = commit.files.get(unquote(path))
        if file is None:
            refused = Refused(404, "Entry not found", "EntryNotFound").answer
            return replace(refused, headers={**refused.headers, **headers})
        if not file.is_large:
            return Answer(200, file.data, {**headers, "ETag": f'"{file.blob}"'})
        headers |= {"X-Linked-Etag": f'"{file.sha256}"', "X-Linked-Size": str(len(file.data))}
        return Answer(
            302, b"", {**headers, "Location": f"{self.storage_endpoint}/{file.sha256}?X-Amz-Signature=signed"}
        )

    # The routes of the storage

    def put(self, request: Request, oid: str) -> Answer:
        """A large file arrives."""
        if "X-Amz-Signature" not in request.query:
            raise Refused(403, "not signed")
        if hashlib.sha256(request.body).hexdigest() != oid:
            raise Refused(400, "the content is not what was announced")
        self.storage[oid] = request.body
        return Answer(200, b"", {"ETag": f'"{oid}"'})

    def get(self, request: Request, oid: str) -> Answer:
        """A large file is read."""
        return Answer(200, self.storage[oid], {"ETag": f'"{oid}"'})

    # Who may do what

    def _user(self, request: Request) -> User | None:
        if request.token is None:
            return None
        user = next((each for each in self.users if each.token == request.token), None)
        if user is None:
            raise Refused(401, "Invalid credentials in Authorization header")
        return user

    def _readable(self, request: Request, kind: str, name: str) -> Repository:
        user = self._user(request)
        repository = self.repositories.get((kind, name))
        may = repository is not None and (not repository.private or (user and owns(user, name)))
        if repository is None or not may:
            raise Refused(404 if user else 401, NO_REPOSITORY, "RepoNotFound")
        return repository

    def _writable(self, request: Request, kind: str, name: str) -> Repository:
        repository = self._readable(request, kind, name)
        user = self._user(request)
        if user is None:
            raise Refused(401, "Invalid username or password.")
        is_proposal = "create_pr" in request.query or request.path.endswith("/batch")
        if user.role != "write" or not (owns(user, name) or is_proposal):
            raise Refused(403, "Forbidden: you must have write access to this repo")
        return repository
