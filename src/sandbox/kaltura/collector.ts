/** The analytics collector: keeps every event that a player reports, and says whose, in which course, from where. */
import type { Clock } from '../../runtime/clock.js';
import { eventName } from './event-names.js';
import { isObject, text, type Parameters } from './parameters.js';
import type { Sessions } from './sessions.js';

export interface EventRecord {
  /** From 1, without gaps. */
  index: number;
  receivedAtMs: number;
  eventType: number;
  eventName: string;
  entryId: string;
  /** When the account has that entry. */
  entryName?: string;
  sessionId: string;
  /** Seconds into the video, when the player said. */
  position: number | undefined;
  /** What a report would show: the user of a valid KS, else the parameter. */
  userId: { value: string | undefined; source: 'ks' | 'parameter' | 'none' };
  ksUser: string | undefined;
  parameterUser: string | undefined;
  applicationName: { value: string | undefined; source: 'parameter' | 'handler' | 'none' };
  playbackContext: {
    value: string | undefined;
    source: 'parameter' | 'none';
    /** Full name of the category of that id. */
    categoryFullName: string | undefined;
  };
  /** What is missing or odd, e.g. `missing:playbackContext`, `ks:EXPIRED`, `user:differs`. */
  flags: string[];
  transport: 'GET' | 'POST';
  /** Everything that was sent, but the KS. */
  fields: Record<string, string>;
}

export interface Collector {
  /** Takes one `analytics.trackEvent` or `stats.collect`. */
  collect(beacon: { transport: 'GET' | 'POST'; legacy: boolean; parameters: Parameters }): EventRecord;
  list(): readonly EventRecord[];
  /** Calls back for each new event; the answer unsubscribes. */
  subscribe(listener: (event: EventRecord) => void): () => void;
}

const MAX_EVENTS = 2_000;
const MAX_FIELDS = 80;
const MAX_VALUE = 500;
/** Kaltura stores no more of a user id; longer ones merge into one person. */
const MAX_USER_BYTES = 100;
const FIRST_APPLICATION_EVENT = 10_000;
const PLAYER_KINDS = new Set(['video', 'audio', 'reels']);
const NOT_VALUES = new Set(['0', 'undefined', 'null', 'NaN', 'true', 'false', '[object Object]']);

function cutToBytes(value: string, bytes: number): string {
  const buffer = Buffer.from(value, 'utf8');
  return buffer.length <= bytes
    ? value
    : buffer
        .subarray(0, bytes)
        .toString('utf8')
        .replace(/\uFFFD+$/, '');
}

function flatten(parameters: Parameters, prefix = '', into: Record<string, string> = {}): Record<string, string> {
  for (const [name, value] of Object.entries(parameters)) {
    if (Object.keys(into).length >= MAX_FIELDS) break;
    const key = `${prefix}${name}`;
    if (isObject(value)) flatten(value, `${key}:`, into);
    else if (Array.isArray(value)) into[key] = JSON.stringify(value).slice(0, MAX_VALUE);
    else if (name !== 'ks') {
      const given = text(parameters, name);
      if (given !== undefined) into[key] = given.slice(0, MAX_VALUE);
    }
  }
  return into;
}

export function createCollector({
  sessions,
  categoryName,
  entryName,
  clock,
}: {
  sessions: Sessions;
  /** Full name of the category with that id. */
  categoryName(id: string): string | undefined;
  entryName(id: string): string | undefined;
  clock: Clock;
}): Collector {
  const events: EventRecord[] = [];
  const listeners = new Set<(event: EventRecord) => void>();
  let lastIndex = 0;

  const collect: Collector['collect'] = ({ transport, legacy, parameters }) => {
    const event = legacy && isObject(parameters.event) ? parameters.event : parameters;
    const flags: string[] = [];

    /** An empty value is no value; one like `undefined` is kept, so that people see the mistake. */
    const value = (field: string, name: string): string | undefined => {
      const given = text(event, field);
      if (given === undefined) return undefined;
      if (given.trim() === '') {
        flags.push(`empty:${name}`);
        return undefined;
      }
      if (NOT_VALUES.has(given) || given.includes('{{')) flags.push(`odd:${name}`);
      return given.slice(0, MAX_VALUE);
    };

    const eventType = Number(text(event, 'eventType') ?? Number.NaN);
    const parameterUser = value('userId', 'userId');
    const ks = text(parameters, 'ks') ?? '';
    let ksUser: string | undefined;
    // The old collector ignores the KS.
    if (!legacy) {
      const opened = ks === '' ? 'MISSING' : sessions.inspect(ks);
      if (typeof opened === 'string') flags.push(`ks:${opened}`);
      else if (!opened.isAnonymous) ksUser = opened.userId ?? undefined;
    }
    const fullUser = ksUser ?? parameterUser;
    const userValue = fullUser === undefined ? undefined : cutToBytes(fullUser, MAX_USER_BYTES);
    if (userValue !== fullUser) flags.push('user:cut-at-100-bytes');
    if (ksUser !== undefined && parameterUser !== undefined && ksUser !== parameterUser) flags.push('user:differs');

    const context = value(legacy ? 'contextId' : 'playbackContext', 'playbackContext');
    const categoryFullName = context === undefined ? undefined : categoryName(context);
    if (context !== undefined && categoryFullName === undefined) flags.push('context:no-such-category');

    const application = value(legacy ? 'applicationId' : 'application', 'applicationName');
    // In button and page events, `application` is the kind of player; the name is in `hostingKalturaApplication`.
    const isKind = eventType >= FIRST_APPLICATION_EVENT && application !== undefined && PLAYER_KINDS.has(application);
    const applicationValue = isKind ? text(event, 'hostingKalturaApplication') : application;
    // The plugin that reports by GET knows no `application`: there, only a page's handler can have added it.
    const applicationSource = !legacy && transport === 'GET' ? 'handler' : 'parameter';

    if (userValue === undefined) flags.push('missing:userId');
    if (context === undefined) flags.push('missing:playbackContext');
    if (applicationValue === undefined) flags.push('missing:applicationName');

    const position = Number(text(event, legacy ? 'currentPoint' : 'position') ?? Number.NaN);
    const entryId = (text(event, 'entryId') ?? '').slice(0, 40);
    const name = entryName(entryId);
    lastIndex += 1;
    const record: EventRecord = {
      index: lastIndex,
      receivedAtMs: clock.nowMs(),
      eventType,
      eventName: eventName(eventType, legacy),
      entryId,
      ...(name === undefined ? {} : { entryName: name }),
      sessionId: (text(event, 'sessionId') ?? '').slice(0, 100),
      position: Number.isFinite(position) ? position / (legacy ? 1000 : 1) : undefined,
      userId: {
        value: userValue,
        source: userValue === undefined ? 'none' : ksUser === undefined ? 'parameter' : 'ks',
      },
      ksUser,
      parameterUser,
      applicationName: {
        value: applicationValue,
        source: applicationValue === undefined ? 'none' : applicationSource,
      },
      playbackContext: { value: context, source: context === undefined ? 'none' : 'parameter', categoryFullName },
      flags,
      transport,
      fields: flatten(parameters),
    };
    events.push(record);
    if (events.length > MAX_EVENTS) events.shift();
    for (const listener of listeners) listener(record);
    return record;
  };

  return {
    collect,
    list: () => [...events],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
