"""What moderators do at the console, in the browser stories."""

import re

from playwright.sync_api import Locator, Page, expect


def opens_the_room(desk: Page, slug: str) -> None:
    """Every question that the desk asks back is answered with yes."""
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(f"/staff/live/{slug}")
    desk.get_by_role("button", name="Open the room").click()
    expect(desk.get_by_role("button", name="Hold everything")).to_be_visible()


def comes_to_the_desk(desk: Page, slug: str) -> None:
    """To a room that somebody else has opened; while nobody was here it may have held everything."""
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(f"/staff/live/{slug}")
    open_now, held = (desk.get_by_role("button", name=name) for name in ("Hold everything", "Let it go on"))
    expect(open_now.or_(held)).to_be_visible()
    if held.is_visible():
        held.click()
    expect(open_now).to_be_visible()


def alarm(desk: Page) -> Locator:
    """The banner of somebody whom nobody has claimed yet."""
    return _in(desk, "People who need someone now").get_by_role("alert")


def waiting(desk: Page, text: str) -> Locator:
    """The card in the queue that holds these words."""
    return _in(desk, re.compile("^Waiting for you")).get_by_role("article").filter(has_text=text)


def in_the_list(desk: Page, text: str) -> Locator:
    return _in(desk, "In the room").get_by_role("listitem").filter(has_text=text)


def claims(desk: Page, text: str) -> None:
    waiting(desk, text).get_by_role("button", name=re.compile("^Claim")).click()
    expect(waiting(desk, text)).to_contain_text("You have this one")


def approves(desk: Page, text: str) -> None:
    waiting(desk, text).get_by_role("button", name=re.compile("^Approve")).click()
    expect(waiting(desk, text)).to_have_count(0)


def edits_and_approves(desk: Page, text: str, better: str) -> None:
    card = waiting(desk, text)
    opens(card, "Edit")
    card.get_by_label("The words the room will read").fill(better)
    card.get_by_role("button", name="Edit and approve").click()
    expect(in_the_list(desk, better)).to_be_visible()


def merges(desk: Page, text: str, into: str) -> None:
    card = waiting(desk, text)
    opens(card, "Merge")
    expect(card.get_by_label("Into")).to_contain_text(into)
    card.get_by_role("button", name="Merge, with its votes").click()
    expect(waiting(desk, text)).to_have_count(0)


def returns(desk: Page, text: str, reason: str) -> None:
    card = waiting(desk, text)
    opens(card, "Return")
    card.get_by_label("What its author reads").select_option(reason)
    card.get_by_role("button", name="Return it").click()
    expect(waiting(desk, text)).to_have_count(0)


def replies(desk: Page, text: str, words: str) -> None:
    card = waiting(desk, text)
    opens(card, "Reply")
    card.get_by_label(re.compile("^Only .* reads this")).fill(words)
    card.get_by_role("button", name="Answer privately").click()
    expect(card.get_by_text(words)).to_be_visible()


def acts_on(desk: Page, person: str, act: str) -> None:
    """Press the button of this person: mute, invite, remove."""
    desk.get_by_role("button", name=re.compile(f"^{act} {person}")).click()


def person(desk: Page, name: str) -> Locator:
    return _in(desk, "People").get_by_role("listitem").filter(has_text=name)


def notes(desk: Page, name: str, words: str) -> None:
    unfolds(person(desk, name), "More")
    person(desk, name).get_by_label("Note for tonight").fill(words)
    person(desk, name).get_by_role("button", name="Note").click()
    expect(person(desk, name)).to_contain_text("1 note")


def sends_out_for_a_break(desk: Page, name: str) -> None:
    person(desk, name).get_by_role("button", name="Out for 10 min").click()
    expect(person(desk, name)).to_contain_text("Out for a while")


def lets_in_again(desk: Page, name: str) -> None:
    person(desk, name).get_by_role("button", name="Let in again").click()
    expect(person(desk, name)).not_to_contain_text("Out for a while")


def pins(desk: Page, text: str) -> None:
    in_the_list(desk, text).get_by_role("button", name=re.compile("^Pin")).click()
    expect(in_the_list(desk, text)).to_contain_text("Next up")


def hands(desk: Page) -> Locator:
    return desk.get_by_role("list", name="Hands")


def says_backstage(desk: Page, words: str) -> None:
    back = _in(desk, "Backstage")
    back.get_by_label("Only moderators and hosts read this").fill(words)
    back.get_by_role("button", name="Say").click()
    expect(back.get_by_text(words)).to_be_visible()


def answers(desk: Page, text: str) -> None:
    in_the_list(desk, text).get_by_role("button", name=re.compile("^Answer")).click()
    expect(being_answered(desk, text)).to_be_visible()


def marks_answered(desk: Page, text: str) -> None:
    being_answered(desk, text).get_by_role("button", name=re.compile("^Done")).click()
    expect(being_answered(desk, text)).to_have_count(0)


def being_answered(desk: Page, text: str) -> Locator:
    return _in(desk, "In the room").get_by_role("article").filter(has_text=text)


def closes_the_room(desk: Page) -> None:
    desk.get_by_role("button", name="Close the room").click()
    expect(desk.get_by_text("The room is closed.")).to_be_visible()


def opens(card: Locator, work: str) -> None:
    """Have the form of this work in the card."""
    card.get_by_role("button", name=re.compile(f"^{work}")).click()


def unfolds(card: Locator, name: str) -> None:
    card.locator("summary", has_text=name).click()


def _in(desk: Page, place: str | re.Pattern[str]) -> Locator:
    return desk.get_by_role("region", name=place)
