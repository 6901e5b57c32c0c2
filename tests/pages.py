"""A page as a visitor without a script meets it: what it says, where it leads, what its forms would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"input", "meta", "link", "br", "hr", "img", "use"}


@dataclass
class Button:
    text: str
    name: str = ""
    value: str = ""
    action: str = ""
    disabled: bool = False


@dataclass
class PageForm:
    """A form's address and what it would send if nothing were typed."""

    id: str
    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def button(self, text: str) -> Button:
        """The first button whose words begin so."""
        found = [one for one in self.buttons if one.text.startswith(text) and not one.disabled]
        if not found:
            raise LookupError(f"no button {text!r} among {[one.text for one in self.buttons]}")
        return found[0]


@dataclass
class Page:
    status: int
    path: str
    title: str = ""
    text: str = ""
    h1: list[str] = field(default_factory=list)
    forms: list[PageForm] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    unlabelled: list[str] = field(default_factory=list)

    def form_with(self, button: str) -> PageForm:
        for form in self.forms:
            if any(one.text.startswith(button) and not one.disabled for one in form.buttons):
                return form
        there = [one.text for form in self.forms for one in form.buttons]
        raise LookupError(f"no button {button!r} on {self.path}: {there}")

    def link(self, text: str) -> str:
        """The address of the first link whose words begin so."""
        return next(href for words, href in self.links.items() if words.startswith(text))


class Visit:
    """Somebody's browser: opens pages, and sends forms as they stand with what is typed over them."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def open(self, path: str) -> Page:
        return read_page(self.client.get(path, follow_redirects=True))

    def press(self, page: Page, words: str, **typed: str | list[str]) -> Page:
        """Press the first button whose words begin so. `_` in a typed name may stand for `-`."""
        form = page.form_with(words)
        button = form.button(words)
        fields = dict(form.fields)
        for typed_name, value in typed.items():
            name = typed_name if typed_name in fields else typed_name.replace("_", "-")
            fields[name] = [value] if isinstance(value, str) else value
        if button.name:
            fields[button.name] = [button.value]
        action = button.action or form.action or page.path
        kind = "data" if form.method == "post" else "query_string"
        send = self.client.post if form.method == "post" else self.client.get
        return read_page(send(action, follow_redirects=True, **{kind: fields}))


def read_page(response: Any) -> Page:
    """Read what a test client got."""
    page = Page(response.status_code, response.request.full_path.rstrip("?"))
    reader = _Reader(page)
    reader.feed(response.get_data(as_text=True))
    reader.finish()
    return page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.words: list[str] = []
        self.marks: list[tuple[str, int, dict[str, str]]] = []
        self.form: PageForm | None = None
        self.controls: list[tuple[str, dict[str, str], bool]] = []
        self.labels: set[str] = set()
        self.lent: list[tuple[str, Button]] = []
        self.select = ""
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self.marks.append((tag, len(self.words), given))
        if tag == "form":
            if self.form is not None:  # a browser drops the inner one, and its end closes the outer one
                raise ValueError(f"a form within the form of {self.form.action}: {self.page.path}")
            self.form = PageForm(given.get("id", ""), given.get("method", "get"), given.get("action", ""))
            self.page.forms.append(self.form)
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            inside = any(mark[0] == "label" for mark in self.marks)
            self.controls.append((tag, given, inside or "aria-label" in given))
        self._value(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self.marks and tag not in _VOID:
            opened, start, given = self.marks.pop()
            if opened == tag:
                self._close(tag, " ".join("".join(self.words[start:]).split()), given)
                return

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def finish(self) -> None:
        self.page.text = " ".join("".join(self.words).split())
        for owner, button in self.lent:
            next(form for form in self.page.forms if form.id == owner).buttons.append(button)
        self.page.unlabelled = [
            given.get("name", tag)
            for tag, given, named in self.controls
            if not named and given.get("id") not in self.labels
        ]

    def _value(self, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self.select = given.get("name", "")
        if tag == "option" and "selected" in given:
            self._put(self.select, given.get("value", ""))
        if tag != "input":
            return
        if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
            self._put(given.get("name", ""), given.get("value", "on" if "type" in given else ""))

    def _put(self, name: str, value: str) -> None:
        if self.form and name:
            self.form.fields.setdefault(name, []).append(value)

    def _close(self, tag: str, text: str, given: dict[str, str]) -> None:
        if tag == "title" and not self.page.title:
            self.page.title = text
        elif tag == "h1":
            self.page.h1.append(text)
        elif tag == "a" and "href" in given:
            self.page.links.setdefault(text, given["href"])
        elif tag == "textarea":
            self._put(given.get("name", ""), text)
        elif tag == "button":
            self._button(text, given)
        elif tag == "form":
            self.form = None

    def _button(self, text: str, given: dict[str, str]) -> None:
        name, value, action = (given.get(key, "") for key in ("name", "value", "formaction"))
        button = Button(text, name, value, action, disabled="disabled" in given)
        if "form" in given:
            self.lent.append((given["form"], button))
        elif self.form:
            self.form.buttons.append(button)
