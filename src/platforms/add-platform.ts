import { z } from 'zod';
import type { AdapterRegistry } from '../adapter-sdk/registry.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import { newPlatformId, newPlatformRef, type AccountId } from '../runtime/ids.js';
import type { Random } from '../runtime/random.js';
import type { Actor, EntryPolicy, PlatformRecord, Store, UnmappedCoursePolicy } from '../store/ports.js';
import { findTenantToJoin, joinTenant } from './join-tenant.js';
import { platformFields } from './platform-fields.js';

export interface PlatformInput {
  name: string;
  issuer: string;
  clientId: string;
  authorizationUrl: string;
  jwksUrl: string;
  tokenUrl?: string;
  tokenAudience?: string;
  deploymentIds: string[];
  /** Recognised by the addresses when absent. */
  adapter?: string;
  applicationName?: string;
  accountId: string;
  unmappedCourse: UnmappedCoursePolicy;
  entryPolicy: EntryPolicy;
  rootCategory?: string;
  frameOrigins: string[];
  acceptedIssuers: string[];
  /** Namespace of the tenant that the deployments join; absent: the first launch of each decides. */
  tenant?: string;
}

export interface AddPlatformDependencies {
  store: Store;
  registry: AdapterRegistry;
  config: Pick<Config, 'dangerouslyAllowHttp'>;
  clock: Clock;
  random: Random;
}

/** What is entered by hand, checked field by field. */
export function checkPlatformInput(input: unknown, config: Pick<Config, 'dangerouslyAllowHttp'>) {
  const fields = platformFields(config);
  return z
    .object({
      name: fields.name,
      issuer: fields.issuer,
      clientId: fields.clientId,
      authorizationUrl: fields.authorizationUrl,
      jwksUrl: fields.jwksUrl,
      tokenUrl: fields.tokenUrl.optional(),
      tokenAudience: fields.tokenAudience.optional(),
      deploymentIds: z.array(fields.deploymentId),
      acceptedIssuers: z.array(fields.issuer),
      rootCategory: fields.rootCategory.optional(),
      applicationName: fields.applicationName.optional(),
      frameOrigins: z.array(fields.origin),
    })
    .safeParse(input);
}

/**
 * Registers a platform with its approved deployments. Issuers are stored as the LMS sends them, only white space goes.
 *
 * @throws AppError `INPUT_INVALID`, `ADAPTER_UNKNOWN`, `STORE_CONFLICT`
 */
export async function addPlatform(
  input: PlatformInput,
  by: Actor,
  { store, registry, config, clock, random }: AddPlatformDependencies,
): Promise<PlatformRecord> {
  const parsed = checkPlatformInput(input, config);
  if (!parsed.success) throw new AppError('INPUT_INVALID', { reason: z.prettifyError(parsed.error) });

  const {
    name,
    issuer,
    clientId,
    authorizationUrl,
    jwksUrl,
    tokenUrl,
    tokenAudience,
    deploymentIds,
    acceptedIssuers,
    rootCategory,
    applicationName,
    frameOrigins,
  } = parsed.data;
  const adapter =
    input.adapter === undefined ? registry.recognise({ issuer, authorizationUrl }) : registry.get(input.adapter);
  const tenant =
    input.tenant === undefined
      ? undefined
      : await findTenantToJoin(
          { namespace: input.tenant, issuers: [issuer, ...acceptedIssuers], accountId: input.accountId as AccountId },
          store,
        );
  if (tenant && deploymentIds.length === 0) {
    throw new AppError('INPUT_INVALID', { reason: 'name the deployment that joins the tenant' });
  }
  const nowMs = clock.nowMs();
  const added = await store.platforms.add(
    {
      id: newPlatformId({ clock, random }),
      ref: newPlatformRef(random),
      name,
      adapterId: adapter.id,
      issuer,
      acceptedIssuers,
      clientId,
      authorizationUrl,
      jwksUrl,
      ...(tokenUrl === undefined ? {} : { tokenUrl }),
      ...(tokenAudience === undefined ? {} : { tokenAudience }),
      accountId: input.accountId as AccountId,
      status: 'active',
      settings: {
        ...(applicationName === undefined ? {} : { applicationName }),
        unmappedCourse: input.unmappedCourse,
        entryPolicy: input.entryPolicy,
        ...(rootCategory === undefined ? {} : { rootCategory }),
        frameOrigins,
        adapter: {},
      },
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    // Those that join a tenant are approved with it: a launch in between must not give them another one.
    tenant ? [] : deploymentIds,
    by,
  );
  if (tenant) await joinTenant({ platform: added, deploymentIds, tenant }, by, { store, clock });
  return added;
}
