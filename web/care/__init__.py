"""A member's own side of aftercare: the plan, the steps for a hard moment, the people beside them."""
