// Two readers of other people's make tell every instant of calendar files (RFC 5545), as JSON.
// usage: node read_calendars.cjs ASKED.json; {from, to, calendars: {name: text}} -> {name: {reader: [[uid, start, end]]}}
// ical.js is what Thunderbird reads with and knows only the VTIMEZONEs in the file; node-ical has zones of its own.
'use strict';

const fs = require('node:fs');
const ICAL = require('ical.js');
const nodeIcal = require('node-ical');

const asked = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const from = new Date(asked.from);
const to = new Date(asked.to);
const MARGIN = 40 * 86400 * 1000;

function within(found) {
  return found
    .filter(([, start]) => start >= from && start < to)
    .map(([uid, start, end]) => [uid, start.toISOString(), end.toISOString()])
    .sort();
}

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  const found = [];
  for (const event of events.filter((one) => !one.isRecurrenceException())) {
    events.filter((one) => one.isRecurrenceException() && one.uid === event.uid).forEach((one) => event.relateException(one));
    if (!event.isRecurring()) {
      found.push([event.uid, event.startDate.toJSDate(), event.endDate.toJSDate()]);
      continue;
    }
    const dates = event.iterator();
    for (let next = dates.next(); next && next.toJSDate() < new Date(to.getTime() + MARGIN); next = dates.next()) {
      const details = event.getOccurrenceDetails(next);
      found.push([event.uid, details.startDate.toJSDate(), details.endDate.toJSDate()]);
    }
  }
  return within(found);
}

function byNodeIcal(text) {
  const events = Object.values(nodeIcal.sync.parseICS(text)).filter((one) => one.type === 'VEVENT');
  const found = [];
  for (const event of events) {
    if (!event.rrule) {
      found.push([event.uid, new Date(event.start), new Date(event.end)]);
      continue;
    }
    const overrides = Object.values(event.recurrences ?? {});
    const leftOut = new Set([
      ...Object.values(event.exdate ?? {}).map((one) => new Date(one).getTime()),
      ...overrides.map((one) => new Date(one.recurrenceid).getTime()),
    ]);
    const length = new Date(event.end) - new Date(event.start);
    for (const start of event.rrule.between(new Date(from - MARGIN), new Date(to.getTime() + MARGIN), true)) {
      if (!leftOut.has(start.getTime())) found.push([event.uid, start, new Date(start.getTime() + length)]);
    }
    overrides.forEach((one) => found.push([event.uid, new Date(one.start), new Date(one.end)]));
  }
  return within(found);
}

const told = {};
for (const [name, text] of Object.entries(asked.calendars)) {
  told[name] = { 'ical.js': byIcalJs(text), 'node-ical': byNodeIcal(text) };
}
process.stdout.write(JSON.stringify(told));
