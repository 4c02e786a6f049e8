/**
 * Finds out the endpoints of an LMS from an address that an admin pasted: from the configuration that the LMS publishes
 * (OpenID Connect Discovery), else from what its adapter knows. A proposal: nothing is stored, an admin confirms it.
 */
import { z } from 'zod';
import type { AdapterRegistry } from '../adapter-sdk/registry.js';
import type { PlatformEndpoints } from '../adapter-sdk/types.js';
import { isAppError } from '../errors/app-error.js';
import type { Outbound } from '../http/outbound.js';

export type FoundEndpoints = Omit<PlatformEndpoints, 'configurationUrl'>;

export type Discovery =
  | {
      ok: true;
      /** `configuration`: the LMS said so. `usual`: the adapter's default, nobody asked the LMS. */
      source: 'configuration' | 'usual';
      endpoints: FoundEndpoints;
      /** What the LMS looks like; a proposal. */
      adapterId: string;
      /** The LMS has a configuration at a known place, and it could not be read. */
      unread: boolean;
    }
  | { ok: false; problem: 'discovery-address' | 'discovery-failed' | 'discovery-form' | 'discovery-issuer' };

const MAX_BYTES = 256 * 1024;
const WELL_KNOWN = '/.well-known/openid-configuration';
const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration';

const url = z.url({ protocol: /^https?$/ }).max(1_000);
const configurationSchema = z.object({
  issuer: z.string().min(1).max(255),
  authorization_endpoint: url,
  jwks_uri: url,
  token_endpoint: url.optional().catch(undefined),
  authorization_server: z.string().max(255).optional().catch(undefined),
  [PLATFORM]: z
    .object({ product_family_code: z.string().max(255) })
    .optional()
    .catch(undefined),
});

export interface DiscoverDependencies {
  registry: Pick<AdapterRegistry, 'endpoints' | 'recognise'>;
  outbound: Pick<Outbound, 'getJson'>;
}

/**
 * `address` is what was pasted: the URL of a configuration, or the address of the LMS. `adapterId` is the LMS that the
 * admin chose. All ways in which nothing comes back are one problem: the answer must not tell an admin which hosts and
 * ports there are.
 */
export async function discoverPlatform(
  { address, adapterId }: { address: string; adapterId: string },
  deps: DiscoverDependencies,
): Promise<Discovery> {
  const base = readAddress(address);
  if (!base) return { ok: false, problem: 'discovery-address' };
  const usual = deps.registry.endpoints(adapterId, base);
  if (/openid-?configuration|well_known/i.test(base.pathname))
    return readConfiguration(base, { adapterId, usual }, deps);

  if (usual) {
    const { configurationUrl, ...endpoints } = usual;
    const known: Discovery = { ok: true, source: 'usual', endpoints, adapterId, unread: false };
    if (configurationUrl === undefined) return known;
    const read = await readConfiguration(new URL(configurationUrl), { adapterId, usual }, deps);
    return read.ok || read.problem === 'discovery-issuer' ? read : { ...known, unread: true };
  }
  const wellKnown = new URL(base);
  wellKnown.pathname = `${base.pathname.replace(/\/+$/, '')}${WELL_KNOWN}`;
  wellKnown.search = '';
  return readConfiguration(wellKnown, { adapterId, usual }, deps);
}

/** People paste addresses without `https://`. */
function readAddress(pasted: string): URL | undefined {
  const text = pasted.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (text === '' || text.length > 1_000 || !URL.canParse(full)) return undefined;
  const address = new URL(full);
  const plain = address.username === '' && address.password === '' && /^https?:$/.test(address.protocol);
  return plain ? address : undefined;
}

async function readConfiguration(
  from: URL,
  { adapterId, usual }: { adapterId: string; usual: PlatformEndpoints | undefined },
  { registry, outbound }: DiscoverDependencies,
): Promise<Discovery> {
  let body: unknown;
  try {
    body = await outbound.getJson(from, { maxBytes: MAX_BYTES });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ok: false, problem: 'discovery-failed' };
  }
  const read = configurationSchema.safeParse(body);
  if (!read.success) return { ok: false, problem: 'discovery-form' };
  const {
    issuer,
    authorization_endpoint,
    jwks_uri,
    token_endpoint,
    authorization_server,
    [PLATFORM]: family,
  } = read.data;
  // A site may speak for itself only. An LMS whose issuer stands elsewhere is known to its adapter.
  if (!URL.canParse(issuer) || (new URL(issuer).host !== from.host && issuer !== usual?.issuer)) {
    return { ok: false, problem: 'discovery-issuer' };
  }
  const recognised = registry.recognise({
    issuer,
    authorizationUrl: authorization_endpoint,
    ...(family === undefined ? {} : { productFamilyCode: family.product_family_code }),
  });
  return {
    ok: true,
    source: 'configuration',
    unread: false,
    adapterId: adapterId === 'generic' ? recognised.id : adapterId,
    endpoints: {
      issuer,
      authorizationUrl: authorization_endpoint,
      jwksUrl: jwks_uri,
      ...(token_endpoint === undefined ? {} : { tokenUrl: token_endpoint }),
      ...(authorization_server === undefined || authorization_server === token_endpoint
        ? {}
        : { tokenAudience: authorization_server }),
    },
  };
}
