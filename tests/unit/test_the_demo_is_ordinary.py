"""The demo's evening is an ordinary one: nobody in it is in danger, and nothing of it is held back as if."""

import pytest

from cli.demo.evening import NAMES, QUESTIONS
from safety.screening import Tier, screen


@pytest.mark.parametrize("text", [*QUESTIONS, *NAMES])
def test_every_text_of_the_demos_evening_is_heard_as_ordinary(text: str) -> None:
    assert screen(text).tier is Tier.NONE
