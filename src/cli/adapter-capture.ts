/** `adapter capture`: a launch as a fixture, with made-up people, ids, texts and hosts, and frozen in time. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CLAIM, parseClaims } from '../adapter-sdk/index.js';
import { AppError } from '../errors/app-error.js';
import { redactClaims } from '../launch/capture-claims.js';
import { createCapturedLaunches, type CapturedLaunches } from '../launch/captured-launches.js';
import { systemClock } from '../runtime/clock.js';
import type { PlatformRef } from '../runtime/ids.js';
import { createKeyring } from '../runtime/keyring.js';
import { systemRandom } from '../runtime/random.js';
import type { PlatformRecord, Store } from '../store/ports.js';
import { fixtureSet } from './adapter-fixtures.js';
import { withStore } from './context.js';

type Payload = Record<string, unknown>;

const MINUTE_MS = 60_000;
const MAX_MINUTES = 60;
const KEY_BYTES = 32;
const STDIN = 0;
const DEEP_LINKING = 'LtiDeepLinkingRequest';

interface CaptureOptions {
  last?: boolean;
  next?: boolean;
  from?: string;
  platform?: string;
  minutes: number;
  out?: string;
  all?: boolean;
}

export function adapterCaptureCommand(): Command {
  return new Command('capture')
    .description('Save a launch as a fixture, with made-up people, ids and texts of the same shape')
    .argument('[request-id]', 'a launch that was captured; failed ones count too')
    .option('--next', 'wait for the next launch of a platform')
    .option('--last', 'the newest launch that was captured')
    .option('--from <file>', 'a launch token or its decoded payload instead; - reads it from the standard input')
    .option('--platform <ref>', 'platform to wait for; without it, the only one')
    .option('--minutes <number>', 'how long to wait', minutes, 10)
    .option('--out <file>', 'where to save it; by default fixtures/resource-link.json or fixtures/deep-linking.json')
    .option('--all', 'make the other fixtures that the kit expects from it too, in the same folder')
    .action(async (requestId: string | undefined, options: CaptureOptions, command: Command) => {
      const { last = false, next = false, from } = options;
      const ways = [requestId !== undefined, last, next, from !== undefined].filter(Boolean).length;
      if (ways !== 1) throw refuse('name a request id, or choose one of --next, --last and --from');
      const payload =
        from === undefined
          ? await withCaptures(command, (captures, store) => captured(requestId, options, captures, store))
          : redactToken(readFileSync(from === '-' ? STDIN : resolve(from), 'utf8'));
      for (const file of saveFixtures(payload, options)) console.log(`Saved ${file}`);
      console.log('\nPeople, ids, texts and hosts in it are made up. Read it once before you publish it.');
    });
}

function minutes(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > MAX_MINUTES) {
    throw new InvalidArgumentError(`Choose a whole number from 1 to ${MAX_MINUTES}.`);
  }
  return number;
}

/**
 * A fixture of what somebody copied from a browser: a launch token, alone or as `id_token=…`, or its payload as JSON.
 * Nobody checks its signature: nothing but this file comes of it.
 *
 * @throws AppError `INPUT_INVALID` when it is neither, `LAUNCH_CLAIM_INVALID` when it is no LTI message
 */
export function redactToken(text: string, key = systemRandom.bytes(KEY_BYTES)): Payload {
  return redactClaims(parseClaims(decode(text.trim())), { key });
}

function decode(text: string): unknown {
  const [, body] = /^(?:id_token[=:]\s*)?[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text) ?? [];
  try {
    return JSON.parse(body === undefined ? text : Buffer.from(body, 'base64url').toString('utf8')) as unknown;
  } catch {
    // The text may be a real token, so the error must not quote it.
    throw refuse('this is neither a launch token nor the payload of one');
  }
}

/**
 * Writes the fixture, with `all` the whole set of the conformance kit; answers with the files, as they were named.
 *
 * @throws AppError `INPUT_INVALID` for `all` with a launch that is no resource link
 */
export function saveFixtures(payload: Payload, { out, all = false }: Pick<CaptureOptions, 'out' | 'all'>): string[] {
  const isChoosing = payload[CLAIM.messageType] === DEEP_LINKING;
  if (all && isChoosing) throw refuse('--all takes a launch of a link in a course, not a content selection');
  const file = out ?? join('fixtures', isChoosing ? 'deep-linking.json' : 'resource-link.json');
  const { 'resource-link': first, ...others } = all ? fixtureSet(payload) : { 'resource-link': payload };
  const files = new Map([[file, first]]);
  for (const [name, fixture] of Object.entries(others)) files.set(join(dirname(file), `${name}.json`), fixture);
  for (const [path, fixture] of files) {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    writeFileSync(resolve(path), `${JSON.stringify(fixture, undefined, 2)}\n`);
  }
  return [...files.keys()];
}

const withCaptures = <T>(
  command: Command,
  work: (captures: CapturedLaunches, store: Store) => Promise<T>,
): Promise<T> =>
  withStore(command, (store, { secret, previousSecret }) => {
    const keyring = createKeyring({ secret, previousSecret, random: systemRandom });
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    return work(createCapturedLaunches({ store, keyring, clock: systemClock, pause }), store);
  });

async function captured(
  requestId: string | undefined,
  { last, platform: ref, minutes: wait }: CaptureOptions,
  captures: CapturedLaunches,
  store: Store,
): Promise<Payload> {
  if (requestId !== undefined) return (await captures.byRequestId(requestId)).payload;
  if (last) return (await captures.last()).payload;

  const platform = await choosePlatform(ref, store);
  // Ctrl+C must not leave the platform capturing.
  let isStopped = false;
  const stop = (): void => void (isStopped = true);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(`Preparing ${platform.name}…`);
  const found = await captures.next(platform, {
    lifeMs: wait * MINUTE_MS,
    ready: () => console.log(`Now open a link of ${platform.name}. Waiting ${wait} minutes; stop with Ctrl+C.`),
    stopped: () => isStopped,
  });
  if (found.record.outcome === 'failed') console.log(`The launch failed with ${found.record.code ?? 'an error'}.`);
  return found.payload;
}

async function choosePlatform(ref: string | undefined, store: Store): Promise<PlatformRecord> {
  if (ref !== undefined) {
    const found = await store.platforms.findByRef(ref as PlatformRef);
    if (!found) throw new AppError('PLATFORM_UNKNOWN', { reason: `no platform has the reference ${ref}` });
    return found;
  }
  const [only, ...others] = await store.platforms.list();
  if (only === undefined || others.length > 0) {
    throw refuse('name a platform with --platform; `playcontext platform list` shows their references');
  }
  return only;
}

const refuse = (reason: string): AppError => new AppError('INPUT_INVALID', { reason });
