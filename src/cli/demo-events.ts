/** What `demo --check` holds the events to. Pure: the browser's network log and the collector's list come in. */
import type { Request } from 'playwright-core';
import type { EventRecord } from '../sandbox/kaltura/server.js';

export interface ExpectedValues {
  userId: string;
  applicationName: string;
  playbackContext: string;
}

/** One event as the browser sent it. */
export interface SentEvent {
  eventType: number;
  /** Session and index name an event at both ends. */
  key: string;
  userId: string | undefined;
  applicationName: string | undefined;
  playbackContext: string | undefined;
}

export interface Beacon extends SentEvent {
  expected: ExpectedValues;
  /** Whose play it was, for the table. */
  play: string;
}

export interface EventComparison {
  table: string[];
  /** How many events carry exactly the expected values. */
  complete: number;
  /** Kinds that must be among the events and are not. */
  missingKinds: string[];
  /** Kinds that other versions of the player send. */
  neverSent: string[];
  problems: string[];
}

const KINDS: Record<number, string> = {
  1: 'load',
  2: 'play request',
  3: 'play',
  4: 'resume',
  11: '25 %',
  12: '50 %',
  13: '75 %',
  14: '100 %',
  15: '90 %',
  21: 'share',
  33: 'pause',
  34: 'replay',
  35: 'seek',
  45: 'buffer start',
  46: 'buffer end',
  98: 'error',
  99: 'view',
};
const REQUIRED = [1, 3, 33, 35, 11, 12, 13, 14, 99];
/** Sent by newer analytics plugins only; the one on the registry has no share plugin beside it. */
const VERSION_DEPENDENT = [15, 21];
const APPLICATION_EVENTS = 10_000;
const MIN_EVENTS = 12;

/** The event in an analytics request: in the query of a GET, in query and JSON body of a POST. */
export function readBeacon(request: Pick<Request, 'url' | 'postData'>): SentEvent {
  const fields = new Map<string, string>(new URL(request.url()).searchParams);
  const body = request.postData();
  if (body) {
    for (const [name, value] of Object.entries(JSON.parse(body) as Record<string, unknown>)) {
      if (typeof value === 'string' || typeof value === 'number') fields.set(name, String(value));
    }
  }
  const eventType = Number(fields.get('eventType'));
  // From 10000 on `application` is the kind of player, and ours stands in its own field.
  const application = eventType < APPLICATION_EVENTS ? 'application' : 'hostingKalturaApplication';
  return {
    eventType,
    key: `${fields.get('sessionId') ?? ''} ${fields.get('eventIndex') ?? ''} ${eventType}`,
    userId: fields.get('userId'),
    applicationName: fields.get(application),
    playbackContext: fields.get('playbackContext'),
  };
}

export function compareEvents(sent: readonly Beacon[], collected: readonly EventRecord[]): EventComparison {
  const problems: string[] = [];
  if (sent.length !== collected.length) {
    problems.push(`the browser sent ${sent.length} events, the collector got ${collected.length}`);
  }
  if (sent.length < MIN_EVENTS) problems.push(`only ${sent.length} events were sent`);

  const arrived = new Map(collected.map((event) => [collectedKey(event), event]));
  let complete = 0;
  for (const event of sent) {
    const { expected } = event;
    const wrong = differences(event, expected);
    const record = arrived.get(event.key);
    if (!record) wrong.push('did not arrive');
    else {
      if (record.ksUser !== expected.userId) wrong.push('the session is of another user');
      wrong.push(...differences(valuesOf(record), expected).map((text) => `at the collector ${text}`), ...record.flags);
    }
    if (wrong.length === 0) complete += 1;
    else problems.push(`${kind(event.eventType)} of ${event.play}: ${wrong.join('; ')}`);
  }

  const seen = new Set(sent.map(({ eventType }) => eventType));
  return {
    table: table(sent),
    complete,
    missingKinds: REQUIRED.filter((type) => !seen.has(type)).map(kind),
    neverSent: VERSION_DEPENDENT.filter((type) => !seen.has(type)).map(kind),
    problems,
  };
}

const kind = (eventType: number): string => KINDS[eventType] ?? `event ${eventType}`;

const collectedKey = ({ fields, sessionId, eventType }: EventRecord): string =>
  `${sessionId} ${fields['eventIndex'] ?? ''} ${eventType}`;

const valuesOf = (record: EventRecord) => ({
  userId: record.userId.value,
  applicationName: record.applicationName.value,
  playbackContext: record.playbackContext.value,
});

function differences(
  actual: { [Name in keyof ExpectedValues]: string | undefined },
  expected: ExpectedValues,
): string[] {
  return (Object.keys(expected) as (keyof ExpectedValues)[])
    .filter((name) => actual[name] !== expected[name])
    .map((name) => `${name} is ${actual[name] ?? 'missing'}, not ${expected[name]}`);
}

function table(sent: readonly Beacon[]): string[] {
  const header = ['play', 'event', 'count', 'userId', 'applicationName', 'playbackContext'];
  const rows = new Map<string, { cells: string[]; count: number }>();
  for (const event of sent) {
    const cells = [
      event.play,
      kind(event.eventType),
      event.userId ?? '—',
      event.applicationName ?? '—',
      event.playbackContext ?? '—',
    ];
    const row = rows.get(cells.join('\t')) ?? { cells, count: 0 };
    row.count += 1;
    rows.set(cells.join('\t'), row);
  }
  const lines = [...rows.values()].map(({ cells: [play = '', event = '', ...values], count }) => [
    play,
    event,
    String(count),
    ...values,
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  return [header, ...lines].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
