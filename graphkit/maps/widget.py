"""The map in a notebook, tied to Python: what is selected on the map is known there, and the other way round."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from graphkit.errors import MissingExtraError
from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.maps.map import Map

# The page stands in a frame of its own that may run its script and save files, and reach nothing else.
SCRIPT: Final = """
export default {
  render({ model, el }) {
    const frame = document.createElement("iframe");
    frame.title = "Map";
    frame.setAttribute("sandbox", "allow-scripts allow-downloads");
    frame.style.cssText = "width: 100%; border: 0";
    const show = () => {
      frame.style.height = `${model.get("height")}px`;
      frame.srcdoc = model.get("page");
    };
    const heard = (event) => {
      if (event.source !== frame.contentWindow || event.data?.graphkit !== "map") return;
      model.set("selected", event.data.selected);
      model.save_changes();
    };
    const choose = () => frame.contentWindow.postMessage({ graphkit: "select", account: model.get("selected") }, "*");
    addEventListener("message", heard);
    model.on("change:page", show);
    model.on("change:selected", choose);
    show();
    el.append(frame);
    return () => removeEventListener("message", heard);
  },
};
"""


def widget(drawn: Map, *, height: int = 640) -> Any:
    """The map as an anywidget, for Jupyter, VS Code, Colab and marimo: `selected` is the id of the chosen account."""
    return _kind()(page=drawn.html, height=height)


@cache
def _kind() -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise MissingExtraError(say("The map as a widget needs: pip install 'graphkit-influence[widget]'")) from error

    class MapWidget(anywidget.AnyWidget):  # type: ignore[misc]
        """A map whose selection is shared with Python."""

        _esm = SCRIPT
        page = traitlets.Unicode().tag(sync=True)
        height = traitlets.Int(640).tag(sync=True)
        selected = traitlets.Unicode(None, allow_none=True).tag(sync=True)

    return MapWidget
