"""What people who work here see: the week, hours, members, and booking for somebody."""
