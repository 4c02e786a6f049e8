/**
 * All settings, once: this schema validates them, holds their defaults and their meaning, names their environment
 * variables (by path) and is what docs/reference/config.md is printed from.
 */
import { z } from 'zod';
import { SOURCE_URL } from '../runtime/source-url.js';
import {
  baseUrl,
  mongoUri,
  nonEmpty,
  originUrl,
  policyHost,
  port,
  positiveInteger,
  secretText,
  trustedProxy,
} from './config-values.js';

/** What a setting's schema says about itself besides its form. */
export interface SettingMeta {
  description: string;
  /** Its value is never printed, and it may come from a file. */
  secret?: boolean;
}

export const SECRET_LENGTH = 32;
const KALTURA_HOSTS = ['https://cfvod.kaltura.com', 'https://*.kaltura.com'];

const account = z.strictObject({
  partnerId: positiveInteger.describe('The partner id (PID) of the Kaltura account.'),
  serviceUrl: baseUrl
    .prefault('https://www.kaltura.com')
    .describe('Where this server reaches the Kaltura API. On-premises installations have their own.'),
  playerBaseUrl: baseUrl
    .prefault('https://cdnapisec.kaltura.com')
    .describe('Where browsers load the player from; `/p/{partnerId}/embedPlaykitJs/…` stands below it.'),
  uiConfId: positiveInteger.describe('The id of the V7 player (Studio: Players).'),
  adminSecret: nonEmpty.meta({
    description: 'The administrator secret of the account. It signs viewer sessions.',
    secret: true,
  } satisfies SettingMeta),
  rootCategory: nonEmpty.describe('The full name of the category above `site>channels`, as KAF uses it.'),
  entitlement: z
    .strictObject({
      mode: z
        .enum(['off', 'exempt-entry', 'privacy-context'])
        .default('off')
        .describe(
          '`off`: the account has no entitlement. `exempt-entry`: the session is exempt for the entry that this ' +
            'program has authorised. `privacy-context`: Kaltura itself checks the viewer in that context.',
        ),
      privacyContext: nonEmpty
        .regex(/^[^,;]+$/, 'must not contain a comma or semicolon')
        .exactOptional()
        .describe('The name of the privacy context. Needed for `privacy-context`.'),
    })
    .refine(({ mode, privacyContext }) => mode !== 'privacy-context' || privacyContext !== undefined, {
      path: ['privacyContext'],
      error: 'is needed when mode is privacy-context',
    })
    .prefault({}),
  playerHosts: z
    .array(policyHost)
    .default(KALTURA_HOSTS)
    .describe('Hosts that the player page may load media, images and data from.'),
  timeoutMs: positiveInteger.default(10_000).describe('How long one Kaltura API call may take, in milliseconds.'),
});

export type StoreConfig =
  | { kind: 'libsql'; directory: string }
  | {
      kind: 'mongo';
      uri: string;
      /** Absent: the one that the URI names. */
      database?: string;
      timeoutMs: number;
    };

const store = z
  .strictObject({
    kind: z
      .enum(['libsql', 'mongo'])
      .default('libsql')
      .describe('The database. `libsql` is embedded: one host, no server. `mongo` is MongoDB: many hosts.'),
    directory: nonEmpty.default('./data').describe('Where the embedded database keeps its files.'),
    uri: mongoUri.exactOptional().meta({
      description: 'The connection string of MongoDB, best of a replica set. Needed for `mongo`.',
      secret: true,
    } satisfies SettingMeta),
    database: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,63}$/, 'must be letters, digits, dashes and underscores, at most 63')
      .exactOptional()
      .describe('The name of the MongoDB database. Without it the one that `uri` names, else `playcontext`.'),
    timeoutMs: positiveInteger
      .default(5_000)
      .describe('How long one MongoDB command, or finding a server, may take, in milliseconds.'),
  })
  .superRefine(({ kind, uri, database }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message, input: undefined });
    if (kind === 'mongo' && uri === undefined) {
      refuse('uri', 'is needed when kind is mongo (PLAYCONTEXT_STORE_URI or PLAYCONTEXT_STORE_URI_FILE)');
    }
    // Whoever names a server and forgets the kind would keep the data in files of this host without knowing it.
    if (kind !== 'mongo' && uri !== undefined) refuse('uri', 'is set, but kind is not mongo');
    if (kind !== 'mongo' && database !== undefined) refuse('database', 'is set, but kind is not mongo');
  })
  .transform(({ kind, directory, uri = '', database, timeoutMs }): StoreConfig =>
    kind === 'libsql' ? { kind, directory } : { kind, uri, ...(database === undefined ? {} : { database }), timeoutMs },
  );

export const configSchema = z.strictObject({
  environment: z
    .enum(['production', 'development'])
    .default('production')
    .describe('`production` refuses insecure settings. `development` is for a computer that only you can reach.'),
  server: z.strictObject({
    host: nonEmpty.default('127.0.0.1').describe('The address to listen on.'),
    port: port.default(3000).describe('The TCP port to listen on.'),
    publicUrl: originUrl.describe('The address of this tool as browsers and learning platforms see it.'),
    trustedProxies: z
      .array(trustedProxy)
      .default([])
      .describe(
        'Proxies in front of this server whose `X-Forwarded-For` counts: addresses, networks like `10.1.0.0/16`, ' +
          'or `loopback`, `linklocal`, `uniquelocal`.',
      ),
  }),
  secret: secretText(SECRET_LENGTH).meta({
    description:
      'The root of all keys of this installation, at least 32 random characters. All processes share it. ' +
      'Changing it without `previousSecret` ends every open page.',
    secret: true,
  } satisfies SettingMeta),
  previousSecret: secretText(SECRET_LENGTH)
    .exactOptional()
    .meta({
      description: 'The secret before the last change. Remove it a day after the change.',
      secret: true,
    } satisfies SettingMeta),
  store: store.prefault({}),
  kaltura: z.strictObject({
    accounts: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and dashes, a letter first'),
        account,
      )
      .refine((accounts) => Object.keys(accounts).length > 0, 'needs at least one account'),
  }),
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'silent']).default('info').describe('The least severe line to write.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      bearerToken: secretText(16)
        .exactOptional()
        .meta({
          description: 'Opens `GET /metrics` to requests with this bearer token. Without it there is no such page.',
          secret: true,
        } satisfies SettingMeta),
    })
    .prefault({}),
  retention: z
    .strictObject({
      launchesDays: z
        .int()
        .min(1)
        .max(3650)
        .default(30)
        .describe('How many days the records of launches are kept, 1 to 3650. Kaltura’s reports do not need them.'),
    })
    .prefault({}),
  sourceUrl: z
    .url({ protocol: /^https$/ })
    .default(SOURCE_URL)
    .describe(
      'Where the source of this version can be had. Each screen links to it, as the licence asks; change it when you ' +
        'run a version of your own.',
    ),
  adapters: z
    .array(nonEmpty)
    .default([])
    .describe('Adapters besides the built-in ones: paths of ESM files, or names of installed packages.'),
  dangerouslyAllowHttp: z
    .boolean()
    .default(false)
    .describe('Allows addresses without TLS. Sessions and tokens then travel readable.'),
  dangerouslyAllowPrivateAddresses: z
    .boolean()
    .default(false)
    .describe('Allows requests to loopback and private addresses. Whoever registers a platform can then reach them.'),
});

/** The checked configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;
export type KalturaAccountConfig = Config['kaltura']['accounts'][string];
