"""Four hundred questions wait: found at once, nothing moves under the hand, two moderators share them."""

import pytest
from playwright.sync_api import Locator, Page, expect

from auth.actor import actor_for
from auth.links import issue_link
from auth.people import Person
from cli.wiring import utc_now
from realtime.moderating import Order, moderate
from tests.browsing import Arrive
from tests.builders.full_desk import FullDesk, a_full_desk
from tests.house import House

ARRIVALS = 20


@pytest.fixture(scope="module")
def full(house: House) -> FullDesk:
    return a_full_desk(house.database, "four-hundred", pending=400, now=utc_now())


@pytest.fixture
def jonah(full: FullDesk, house: House, someone: Arrive) -> Page:
    return at_the_desk(someone(), house, full, full.jonah)


def at_the_desk(page: Page, house: House, full: FullDesk, who: Person) -> Page:
    with house.database.write() as session:
        token = issue_link(session, who, now=utc_now())
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"/staff/live/{full.slug}")
    expect(page.locator("html[data-linked]")).to_have_count(1)
    return page


def queue(page: Page) -> Locator:
    return page.locator("[data-region=queue] > li[data-key]:visible")


def free(page: Page) -> Locator:
    """Those that nobody has: other stories leave claims behind."""
    return queue(page).filter(has=page.get_by_role("button", name="Claim"))


def key_of(row: Locator) -> str:
    key = row.get_attribute("data-key")
    assert key
    return key


def with_key(page: Page, key: str) -> Locator:
    return page.locator(f'[data-region=queue] > [data-key="{key}"]')


def first(page: Page) -> Locator:
    return queue(page).first.get_by_role("article")


def words_of(card: Locator) -> str:
    return card.locator('[id^="m-"]').inner_text()


def acts_elsewhere(full: FullDesk, question: str, action: str, reason: str | None = None) -> None:
    """Celeste does it at another desk."""
    with full.database.write() as session:
        order = Order(question, action, reason=reason)
        moderate(session, full.room_id, actor_for(full.celeste), order, now=utc_now())


def test_thirty_cards_are_drawn_and_the_rest_comes_on_request(jonah: Page, full: FullDesk) -> None:
    expect(queue(jonah)).to_have_count(30)
    jonah.get_by_role("link", name="Show 30 more").click()
    expect(queue(jonah)).to_have_count(60)


def test_a_search_finds_one_among_all_while_it_is_typed(jonah: Page) -> None:
    jonah.keyboard.press("/")
    jonah.keyboard.type("377 comes")
    expect(queue(jonah)).to_have_count(2)
    expect(queue(jonah).nth(1)).to_contain_text("when evening 377 comes")
    jonah.get_by_label("Words, a name or a number").fill("")
    expect(queue(jonah)).to_have_count(30)
    jonah.get_by_label("Why it waits").select_option("abuse")
    expect(first(jonah)).to_contain_text("Folded")
    expect(first(jonah).get_by_text("are an idiot")).to_be_hidden()
    first(jonah).locator("summary", has_text="Open what was written").click()
    expect(first(jonah).get_by_text("are an idiot")).to_be_visible()


def test_nothing_moves_under_the_pointer_when_twenty_arrive_and_others_are_handled(
    jonah: Page, full: FullDesk
) -> None:
    handled, card = key_of(free(jonah).nth(1)), with_key(jonah, key_of(free(jonah).nth(4)))
    card.hover()
    before = card.bounding_box()
    for _ in range(ARRIVALS):
        full.ask(now=utc_now())
    acts_elsewhere(full, handled, "reject", reason="names")
    expect(jonah.get_by_role("button", name=f"{ARRIVALS} new, show")).to_be_visible()
    expect(with_key(jonah, handled)).to_contain_text("Celeste returned it.")
    assert card.bounding_box() == before
    jonah.get_by_role("heading", level=1).hover()
    expect(with_key(jonah, handled)).to_have_count(0)
    jonah.get_by_role("button", name=f"{ARRIVALS} new, show").click()
    expect(first(jonah)).to_contain_text(f"when evening {full.asked - ARRIVALS} comes")


def test_keys_act_on_the_card_with_the_ring_and_go_on_to_the_next(jonah: Page) -> None:
    one, other = words_of(first(jonah)), words_of(queue(jonah).nth(1))
    jonah.keyboard.press("a")
    expect(first(jonah)).to_contain_text(other)
    expect(first(jonah)).to_have_attribute("aria-current", "true")
    expect(jonah.get_by_role("status").first).to_contain_text("Approved")
    expect(jonah.locator("[data-region=listed]")).to_contain_text(one)
    jonah.keyboard.press("j")
    expect(queue(jonah).nth(1).get_by_role("article")).to_be_focused()
    jonah.keyboard.press("r")
    expect(jonah.get_by_label("What its author reads")).to_be_focused()
    jonah.keyboard.press("a")
    expect(jonah.get_by_role("button", name="Return it")).to_be_visible()
    jonah.keyboard.press("Escape")
    expect(jonah.get_by_role("button", name="Return it")).to_have_count(0)


def test_single_keys_rest_while_somebody_writes_and_can_be_switched_off(jonah: Page) -> None:
    kept = words_of(first(jonah))
    jonah.get_by_label("Only moderators and hosts read this").press_sequentially("a rare ache?")
    jonah.get_by_role("heading", level=1).click()
    jonah.keyboard.press("?")
    expect(jonah.get_by_role("dialog", name="Keys")).to_be_visible()
    jonah.get_by_label("Keys are on").uncheck()
    jonah.keyboard.press("Escape")
    jonah.keyboard.press("a")
    jonah.wait_for_timeout(400)
    assert words_of(first(jonah)) == kept


def test_two_moderators_never_hold_the_same_one(
    jonah: Page, full: FullDesk, house: House, someone: Arrive
) -> None:
    celeste = at_the_desk(someone(), house, full, full.celeste)
    mine = with_key(jonah, key_of(free(jonah).first)).get_by_role("article")
    wanted = words_of(mine)
    mine.get_by_role("button", name="Claim").click()
    expect(mine).to_contain_text("You have this one")
    hers = celeste.get_by_role("article").filter(has_text=wanted)
    expect(hers).to_contain_text("Jonah has this one")
    expect(hers.get_by_role("button", name="Approve")).to_have_count(0)
    celeste.get_by_role("button", name="Take the next one").click()
    expect(celeste.locator("[data-region=queue] article:focus")).to_contain_text("You have this one")
    expect(celeste.locator("[data-region=queue] article:focus")).not_to_contain_text(wanted)


def test_a_half_typed_edit_survives_what_others_do(jonah: Page, full: FullDesk) -> None:
    others = [key_of(free(jonah).nth(n)) for n in (3, 4)]
    card = with_key(jonah, key_of(free(jonah).nth(6)))
    card.get_by_role("button", name="Edit").click()
    area = jonah.get_by_label("The words the room will read")
    expect(area).to_be_focused()
    expect(card).to_contain_text("You have this one")
    area.fill("Half of a better")
    for other in others:
        acts_elsewhere(full, other, "approve")
    full.ask(now=utc_now())
    for other in others:
        expect(with_key(jonah, other)).to_contain_text("Celeste let it in.")
    expect(area).to_have_value("Half of a better")
    expect(area).to_be_focused()
    jonah.keyboard.type(" sentence?")
    jonah.get_by_role("button", name="Edit and approve").click()
    expect(jonah.locator("[data-region=listed]")).to_contain_text("Half of a better sentence?")


def test_a_lost_link_refuses_clearly_and_keeps_what_was_typed(jonah: Page, full: FullDesk) -> None:
    jonah.context.set_offline(True)
    expect(jonah.get_by_text("The connection is gone")).to_be_visible()
    line = jonah.get_by_label("Only moderators and hosts read this")
    line.fill("Take the even ones")
    line.press("Enter")
    expect(jonah.get_by_text("Not sent: the connection is gone.")).to_be_visible()
    expect(line).to_have_value("Take the even ones")
    late = full.ask(now=utc_now())
    jonah.context.set_offline(False)
    expect(jonah.get_by_role("button", name="new, show")).to_be_visible()
    line.press("Enter")
    expect(jonah.get_by_role("region", name="Backstage").get_by_text("Take the even ones")).to_be_visible()
    assert late in full.waiting
