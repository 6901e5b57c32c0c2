"""Every room that has pages: the front, the person, booking, the evening, the staff, programs."""

from web import (
    account,
    appointments,
    assets,
    booking,
    calendar_links,
    devmail,
    feeds,
    leaving,
    live,
    meetings,
    public,
    signin,
)
from web.admin import forms as admin_forms
from web.admin import services as admin_services
from web.api import catalogue, describe, holds, slots
from web.staff import attendance, availability, blocks, moving, people, week
from web.staff import book as staff_book
from web.staff import flags as staff_flags
from web.staff import live as staff_live

FRONT = (assets, public, meetings, signin, leaving, account)
BOOKING = (booking, appointments, feeds, calendar_links, devmail)
STAFF = (week, blocks, moving, attendance, availability, people, staff_book, staff_live)
HOUSE = (staff_flags, admin_services, admin_forms)
PROGRAMS = (catalogue, slots, holds, describe)
ROOMS = (*FRONT, *BOOKING, live, *STAFF, *HOUSE, *PROGRAMS)
