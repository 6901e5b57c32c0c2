"""The coordinators' pages: what is offered, and the forms that come before a first session."""
