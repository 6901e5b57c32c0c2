// tsdav finds an account's calendars, reads them, and is told to look again for what changed since.
// usage: node read_account.cjs URL USER, the password on the first line of stdin; each further line looks again.
// Out: one JSON line each time, {"calendar's name": ["the text of each entry", ...]}
'use strict';

const readline = require('node:readline');
const { createDAVClient } = require('tsdav');

const [serverUrl, username] = process.argv.slice(2);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function tell(calendars) {
  const named = calendars.map((one) => [one.displayName, one.objects.map((entry) => entry.data)]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(named))}\n`);
}

async function main() {
  const { value: password } = await lines.next();
  const client = await createDAVClient({
    serverUrl,
    credentials: { username, password },
    authMethod: 'Basic',
    defaultAccountType: 'caldav',
  });
  let calendars = await client.fetchCalendars();
  calendars = await Promise.all(
    calendars.map(async (calendar) => ({ ...calendar, objects: await client.fetchCalendarObjects({ calendar }) })),
  );
  tell(calendars);
  for await (const _again of { [Symbol.asyncIterator]: () => lines }) {
    calendars = await Promise.all(calendars.map((collection) => client.smartCollectionSync({ collection })));
    tell(calendars);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
