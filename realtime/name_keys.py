"""What makes two names for an evening the same name, kept so that the table alone tells no name."""

from foundation.columns import blind_index
from safety.lookalikes import skeleton


def key(room_id: str, name: str) -> str:
    """Equal for names that look alike in this room; keyed, since names are few and soon tried."""
    return blind_index("room_participant.key", f"{room_id}:{skeleton(name)}")
