"""The coordinators' pages: services, the forms that come before a first session, the weekly meetings."""
