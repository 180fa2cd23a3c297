"""A `var` that is quick to read does what the library's own does."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.reactive import var
from textual.widget import Widget

from annotator.widgets.quick_var import quick_var


class Counted(Widget):
    own: var[int] = var(3, init=False)
    quick: quick_var[int] = quick_var(3, init=False)
    made: quick_var[list[int]] = quick_var(list[int], init=False)
    seen: ClassVar[list[tuple[str, int, int]]] = []

    def validate_own(self, value: int) -> int:
        return min(value, 9)

    def validate_quick(self, value: int) -> int:
        return min(value, 9)

    def watch_own(self, old: int, new: int) -> None:
        self.seen.append(("own", old, new))

    def watch_quick(self, old: int, new: int) -> None:
        self.seen.append(("quick", old, new))


async def test_quick_var_is_read_set_and_watched_as_a_var_is() -> None:
    Counted.seen.clear()
    widget, other = Counted(), Counted()
    async with App[None]().run_test() as pilot:
        await pilot.app.mount(widget)
        assert (widget.own, widget.quick, widget.made) == (3, 3, [])
        heard: list[int] = []

        def hear(value: int) -> None:
            heard.append(value)

        widget.watch(widget, "quick", hear, init=False)

        widget.own, widget.quick = 20, 20
        widget.own, widget.quick = 9, 9
        widget.set_reactive(Counted.quick, 5)

    assert (widget.own, widget.quick) == (9, 5)
    assert Counted.seen == [("own", 3, 9), ("quick", 3, 9)]
    assert heard == [9]
    assert (other.quick, other.made is widget.made) == (3, False)


async def test_quick_var_tells_its_own_widget_to_the_end_and_others_as_long_as_they_are_there() -> None:
    widget, other = Counted(), Counted()
    heard: list[int] = []

    def hear(value: int) -> None:
        heard.append(value)

    async with App[None]().run_test() as pilot:
        await pilot.app.mount(widget, other)
        other.watch(widget, "own", hear, init=False)
        other.watch(widget, "quick", hear, init=False)
        await other.remove()
        await widget.remove()
        Counted.seen.clear()
        widget.own = widget.quick = 5
    assert sorted(Counted.seen) == [("own", 3, 5), ("quick", 3, 5)]
    assert heard == []
