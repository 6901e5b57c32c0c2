"""What goes on after treatment: the plan, its contacts, check-ins, steps and the worklist."""
