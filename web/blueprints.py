"""Every room that has pages: the front, the person, booking, the evening, the staff, programs."""

from web import (
    account,
    account_address,
    account_tokens,
    account_ways_in,
    again,
    appointments,
    assets,
    booking,
    booking_guest,
    calendar_links,
    calendar_phones,
    contact,
    devmail,
    directory,
    feeds,
    groups,
    intake,
    leaving,
    live,
    live_line,
    meetings,
    operations,
    paper_check,
    public,
    reminder_choices,
    reminder_link,
    signin,
    signin_again_by_mail,
    signin_elsewhere,
    signin_factors,
    signin_passkey,
    signin_set_up,
    takeout,
    waiting,
)
from web import series as member_series
from web.admin import audit as admin_audit
from web.admin import directory as admin_directory
from web.admin import forms as admin_forms
from web.admin import house as admin_house
from web.admin import measures as admin_measures
from web.admin import meetings as admin_meetings
from web.admin import on_call as admin_on_call
from web.admin import people as admin_people
from web.admin import people_import as admin_people_import
from web.admin import plan_templates as admin_plans
from web.admin import reports as admin_reports
from web.admin import retention as admin_retention
from web.admin import services as admin_services
from web.api import appointments as api_appointments
from web.api import availability as api_availability
from web.api import catalogue, changes, describe, holds, rooms, series, series_changes, slots, waitlist
from web.api import groups as api_groups
from web.api import meetings as api_meetings
from web.care import call as care_call
from web.care import contact as care_contact
from web.care import home as care_home
from web.care import journal as care_journal
from web.care import measures as care_measures
from web.care import paper as care_paper
from web.care import people as care_people
from web.care import steps as care_steps
from web.care import steps_form as care_steps_form
from web.dav import views as dav_views
from web.staff import (
    admit,
    answering,
    attendance,
    availability,
    blocks,
    care_plan,
    elsewhere,
    moving,
    moving_group,
    people,
    person,
    person_measures,
    time_off,
    week,
    worklist,
)
from web.staff import attendance_sheet as staff_attendance_sheet
from web.staff import book as staff_book
from web.staff import contacts as staff_contacts
from web.staff import flags as staff_flags
from web.staff import group as staff_group
from web.staff import group_date as staff_group_date
from web.staff import groups as staff_groups
from web.staff import invitations as staff_invitations
from web.staff import live as staff_live
from web.staff import live_cards as staff_live_cards
from web.staff import live_people as staff_live_people
from web.staff import live_records as staff_live_records
from web.staff import person_meetings as staff_person_meetings
from web.staff import person_steps as staff_person_steps
from web.staff import plan_words as staff_plan_words
from web.staff import repeat as staff_repeat
from web.staff import series as staff_series
from web.staff import steps as staff_steps
from web.staff import waiting as staff_waiting

FRONT = (assets, public, operations, meetings, directory, leaving, account, account_tokens, contact, takeout)
OWN_WAYS = (account_ways_in, account_address, signin_elsewhere)
WAYS_IN = (signin, signin_passkey, signin_factors, signin_again_by_mail, signin_set_up, *OWN_WAYS)
CALENDARS = (feeds, calendar_links, calendar_phones, dav_views)
BOOKING = (booking, appointments, *CALENDARS, devmail)
WAITING = (groups, waiting, staff_groups, staff_group, staff_group_date, staff_waiting)
STAFF = (
    week,
    admit,
    care_plan,
    blocks,
    moving,
    moving_group,
    answering,
    attendance,
    availability,
    elsewhere,
    time_off,
    people,
    person,
    person_measures,
    worklist,
    staff_contacts,
    staff_steps,
    staff_book,
    staff_live,
    staff_live_cards,
    staff_live_people,
    staff_live_records,
)
ADMIN = (
    admin_audit,
    admin_retention,
    admin_people,
    admin_people_import,
    admin_services,
    admin_forms,
    admin_measures,
    admin_plans,
    admin_meetings,
    admin_on_call,
    admin_directory,
)
JOURNAL = (
    paper_check,
    care_journal,
    care_paper,
    staff_person_meetings,
    staff_attendance_sheet,
    admin_reports,
)
REMINDERS = (reminder_link, reminder_choices, admin_house)
HOUSE = (again, *REMINDERS, booking_guest, intake, staff_flags, staff_invitations, *ADMIN)
API_BOOKING = (slots, holds, api_appointments, changes, series, series_changes, waitlist, api_availability)
PROGRAMS = (catalogue, api_groups, *API_BOOKING, api_meetings, rooms, describe)
SERIES = (member_series, staff_repeat, staff_series)
CARE = (
    care_home,
    care_steps,
    care_steps_form,
    care_people,
    care_contact,
    care_call,
    staff_person_steps,
    staff_plan_words,
    care_measures,
)
ROOMS = (
    *FRONT,
    *JOURNAL,
    *WAYS_IN,
    *CARE,
    *BOOKING,
    *SERIES,
    *WAITING,
    live,
    live_line,
    *STAFF,
    *HOUSE,
    *PROGRAMS,
)
