// What ical.js makes of local times, given nothing but a VTIMEZONE: {zone: {calendar, walls}} -> {zone: [UTC]}.
'use strict';

const fs = require('node:fs');
const ICAL = require('ical.js');

const told = {};
for (const [name, { calendar, walls }] of Object.entries(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))) {
  const component = new ICAL.Component(ICAL.parse(calendar)).getFirstSubcomponent('vtimezone');
  const zone = new ICAL.Timezone({ component, tzid: name });
  told[name] = walls.map((wall) => {
    const local = ICAL.Time.fromDateTimeString(wall);
    local.zone = zone;
    return local.toJSDate().toISOString();
  });
}
process.stdout.write(JSON.stringify(told));
