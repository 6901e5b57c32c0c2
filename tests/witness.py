"""What one browser was ever given: every frame of its sockets and every piece of its pages."""

import json

from playwright.sync_api import Page

WATCH = """
const tell = (text) => window.evensideSaw(text);
const words = (change) => {
  if (change.type === "characterData") return [change.target.data];
  if (change.type === "attributes") return [change.target.getAttribute(change.attributeName) ?? ""];
  return [...change.addedNodes].map((node) => node.outerHTML ?? node.data ?? "");
};
new MutationObserver((changes) => tell(changes.flatMap(words).join("\\n")))
  .observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
addEventListener("DOMContentLoaded", () => tell(document.documentElement.outerHTML));
"""


class Witness:
    """Remembers from the first page on, also what was taken away again."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []
        self.seen: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))
        page.expose_function("evensideSaw", self._look)
        page.add_init_script(WATCH)

    def was_given(self, words: str) -> bool:
        """Whether these words, in one piece, ever came: as text, or inside a frame's JSON."""
        escaped = json.dumps(words)[1:-1]
        return any(words in given or escaped in given for given in (*self.frames, *self.seen))

    def _hear(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode(errors="replace"))

    def _look(self, piece: str) -> None:
        self.seen.append(piece)
