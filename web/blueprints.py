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
from web.api import catalogue, slots
from web.staff import attendance, availability, people, week
from web.staff import book as staff_book
from web.staff import live as staff_live

FRONT = (assets, public, meetings, signin, leaving, account)
BOOKING = (booking, appointments, feeds, calendar_links, devmail)
STAFF = (week, attendance, availability, people, staff_book, staff_live)
ROOMS = (*FRONT, *BOOKING, live, *STAFF, catalogue, slots)
