"""The same screen with other layers beside one's own: suggestions, second opinions, adjudication."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from annotator.display import safe
from annotator.history import Step
from annotator.keymap import Keymap
from annotator.review import ORDERS, Review
from annotator.screens.annotate import AnnotateScreen
from annotator.session import Session
from annotator.widgets.comparison import Comparison
from annotator.widgets.inspector import GoOn, Inspector
from annotator.widgets.quick_var import quick_var
from annotator.workspace import Workspace
from corpus import turned_down
from corpus.adjudication import Cluster, Difference
from corpus.errors import CorpusError
from corpus.layers import LayerFile


class ReviewScreen(AnnotateScreen):
    """Marks a document with other layers shown beside, whose annotations are taken over or turned down with a key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("greater_than_sign", "difference(1)", "Next difference", id="difference.next"),
        Binding("less_than_sign", "difference(-1)", "Previous difference", id="difference.previous"),
        *(
            Binding(f"{digit}", f"take({digit})", f"Take what layer {digit} says", id=f"difference.take_{digit}")
            for digit in range(1, 10)
        ),
        Binding("y", "take(0)", "Take it, where there is one reading", id="difference.take"),
        Binding("Y", "take_and_change", "Take it, and open its form", id="difference.change"),
        Binding("x", "turn_down", "Turn it down", id="difference.turn_down"),
        Binding("X", "turn_up", "Bring back what was turned down last", id="difference.turn_up"),
        Binding("equals_sign", "take_agreed", "Take all that the layers agree on", id="difference.take_agreed"),
        Binding("o", "order", "Sort the differences", id="difference.order"),
    ]

    @cached_property
    def comparison(self) -> Comparison:
        return self.query_one(Comparison)

    cluster: quick_var[Cluster | None] = quick_var(None, init=False)
    """The difference that is looked at."""

    def __init__(
        self,
        workspace: Workspace,
        beside: Sequence[str],
        document: str | None = None,
        start: int = 0,
        keymap: Keymap | None = None,
    ) -> None:
        """`beside` names the other layers."""
        super().__init__(workspace, document, start, keymap)
        self._beside = tuple(beside)
        self._review: Review | None = None
        self._last_down: list[str] = []
        self._after_change: list[str] | None = None
        """Where one goes on when the form of what was taken to be changed is left."""

    @property
    def keys_in_force(self) -> dict[str, str]:
        """The few keys that matter now; those that settle a difference come first while one is looked at."""
        keys = super().keys_in_force
        if self.cluster is None or self.focused is not self.view or self.is_asking:
            return keys
        take = {"y": "take"} if self._only_layer(self.cluster) is not None else {}
        layers = {str(at): name for at, name in enumerate(self._layers(), 1)} if len(self._layers()) > 1 else {}
        return {**take, **layers, "Y": "take and change", "x": "turn down", "< >": "differences", **keys}

    def _layers(self) -> tuple[str, ...]:
        return self._review.layers if self._review is not None else ()

    def _only_layer(self, cluster: Cluster) -> str | None:
        """The layer whose reading is taken where there is only one reading."""
        saying = [layer for layer in self._layers() if layer in cluster.members]
        if self._review is None or not saying:
            return None
        is_agreed = self._review.adjudication.difference(cluster) is Difference.AGREED
        return saying[0] if len(saying) == 1 or is_agreed else None

    @property
    def layers_beside(self) -> tuple[str, ...]:
        """The layers whose differences are counted in the list of all documents."""
        return self._beside

    def compose_inspector(self) -> ComposeResult:
        with Vertical(id="right"):
            yield Comparison(id="comparison")
            yield Inspector(id="inspector")

    def show_session(self, session: Session) -> None:
        """Shows a session with the other layers' outlines."""
        name = session.document.id
        beside: dict[str, LayerFile] = {}
        for layer in self._beside:
            # One that cannot be read, or is gone, takes none of the others with it.
            try:
                beside |= self.workspace.beside((layer,), name)
            except CorpusError as error:
                self.notify(safe(str(error)), title="a layer beside cannot be read", severity="error", markup=False)
            if not self.workspace.corpus.store.layer_documents(layer):
                gone = f"the layer {layer} is there no more; the others are shown"
                self.notify(safe(gone), title="a layer beside is gone", severity="warning", markup=False)
        self._review = Review(
            session, beside, turned_down.read(self.workspace.corpus.store, self.workspace.layer, name)
        )
        self._after_change = None
        self._last_down = []
        self.set_reactive(ReviewScreen.cluster, None)
        super().show_session(session)
        for mark in self._review.marks():
            self.view.add_mark(mark)
        self.comparison.load(self._review, None)

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed, and what is left to settle."""
        super().show_step(session, step)
        self._draw_beside()

    def _draw_beside(self) -> None:
        review = self._review
        if review is None:
            return
        names = {f"{layer}/{each.id}" for layer, said in review.beside.items() for each in said}
        self.view.replace_marks([mark for mark in review.marks() if mark.id in names], of=names)
        if self.cluster is not None:
            key, adjudication = review.adjudication.key(self.cluster), review.adjudication
            same = next((each for each in adjudication.clusters if adjudication.key(each) == key), None)
            self.set_reactive(ReviewScreen.cluster, same)
        self.comparison.load(review, self.cluster)

    def watch_cluster(self) -> None:
        if self._review is not None:
            # While a difference is looked at, the layers' digits take it; the others count still.
            self.view.spoken_for = len(self._review.layers) if self.cluster is not None else 0
            self.comparison.load(self._review, self.cluster)
            self.draw_lines()

    def action_difference(self, step: int) -> None:
        """Goes to the next thing that is not settled, or the one before; as many on as were counted."""
        review = self._review
        if review is None:
            return
        found = review.next_from(self.cluster, self.view.cursor, step * self.view.take_count())
        self.cluster = found
        if found is None:
            self.notify("nothing is left to settle here", markup=False)
        else:
            self.view.clear_selection()
            self.view.cursor = found.extent.start

    def action_take(self, number: int) -> None:
        """Takes over what a layer says: the one of that number, or with 0 the only reading there is."""
        review, cluster = self._review, self.cluster
        if review is None or cluster is None or not self.may_change:
            return
        if number == 0:
            layer = self._only_layer(cluster)
        else:
            layer = review.layers[number - 1] if number <= len(review.layers) else None
        if layer is None or layer not in cluster.members:
            self.notify("choose a layer that says something here, by its digit", markup=False)
            return
        following = review.following(cluster)
        self.did(review.take(cluster, layer))
        self._go_on(following)

    def action_take_and_change(self) -> None:
        """Takes over what a layer says, the first that says anything, and opens its form where the layers differ.

        Once the form is done one goes on to the next difference; with Esc one stays, to change the edges too.
        """
        review, cluster = self._review, self.cluster
        if review is None or cluster is None or not self.may_change:
            return
        layer = next(layer for layer in review.layers if layer in cluster.members)
        differing = [name for name, said in review.adjudication.fields(cluster) if len(set(said.values())) > 1]
        following = review.following(cluster)
        step = review.take(cluster, layer)
        self.did(step)
        name = review.session.same(cluster.members[layer].label, cluster.members[layer].extent)
        if name is None:
            return
        self.go_to(name.id)
        self._after_change = following
        if (form := self.inspector.form) is not None:
            fields = [field.name for field in form.spec.fields]
            for field in [each for each in differing if each in fields][:1]:
                form.go_to(field)
            self.fill(form, None)

    def action_form(self) -> None:
        """Takes what is looked at where there is one reading, unless words are asked for or one has moved away."""
        cluster = self.cluster
        is_meant = (
            cluster is not None
            and not self.is_asking
            and self.view.selection is None
            and self.view.cursor == cluster.extent.start
            and self._only_layer(cluster) is not None
        )
        if is_meant:
            self.action_take(0)
        else:
            super().action_form()

    @on(Inspector.Left)
    def _stay(self) -> None:
        self._after_change = None

    def leave_form(self, *, then: GoOn = "") -> None:
        """Goes back to the text; to the next difference, where something was taken over to be changed."""
        super().leave_form(then=then)
        following, self._after_change = self._after_change, None
        if following is not None and not then:
            self._go_on(following)

    def action_turn_down(self) -> None:
        """Turns down what the layers say here; it is not offered again."""
        review, cluster = self._review, self.cluster
        if review is None or cluster is None or not self.may_change:
            return
        key = review.adjudication.key(cluster)
        following = review.following(cluster)
        review.turned_down.add(key)
        self._last_down.append(key)
        self._keep_turned_down(review)
        self._go_on(following)

    def action_turn_up(self) -> None:
        """Brings back what was turned down last."""
        if self._review is not None and self._last_down and self.may_change:
            self._review.turned_down.discard(self._last_down.pop())
            self._keep_turned_down(self._review)
            self.comparison.load(self._review, self.cluster)

    def _keep_turned_down(self, review: Review) -> None:
        store, session = self.workspace.corpus.store, review.session
        try:
            review.known_down = turned_down.keep(
                store, session.layer, session.document.id, review.turned_down, review.known_down
            )
        except CorpusError as error:
            self.notify(safe(str(error)), title="this is not kept", severity="error", markup=False)
        else:
            review.turned_down = set(review.known_down)

    def _go_on(self, following: Sequence[str]) -> None:
        """Goes to what comes after a cluster that was settled: the first of these that is left."""
        review = self._review
        if review is None:
            return
        self.cluster = review.first_of(following)
        if self.cluster is not None:
            self.view.clear_selection()
            self.view.cursor = self.cluster.extent.start

    def action_take_agreed(self) -> None:
        """Takes over everything that all the layers beside agree on, as one step of undo."""
        if self._review is None or not self.may_change:
            return
        step = self._review.take_agreed()
        if step is None:
            self.notify("there is nothing on which all the layers agree and that is not here", markup=False)
        else:
            self.did(step)
            self.notify(safe(step.what), markup=False)

    def action_order(self) -> None:
        """Sorts the differences in the next way: by place, label, kind of difference, score."""
        if self._review is not None:
            self._review.order = ORDERS[(ORDERS.index(self._review.order) + 1) % len(ORDERS)]
            self.notify(safe(f"differences by {self._review.order}"), markup=False)
