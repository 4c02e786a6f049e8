import assert from 'node:assert/strict';
import { builtInAdapters } from '../../../adapters/index.js';
import { createAdapterRegistry } from '../../../src/adapter-sdk/registry.js';
import { addPlatform, type PlatformInput } from '../../../src/platforms/add-platform.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { newTenantId, type AccountId } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import type { PlatformRecord, Store, TenantRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';

const ISSUER = 'https://lms.openedx.example.edu';

describe('adding a registration to an existing tenant', () => {
  let store: Store;
  beforeEach(
    async () =>
      void (store = await openLibsqlStore({ directory: ':memory:', clock: systemClock, random: systemRandom })),
  );
  afterEach(() => store.close());

  const registry = createAdapterRegistry(builtInAdapters);
  const add = (changes: Partial<PlatformInput> = {}): Promise<PlatformRecord> =>
    addPlatform(
      {
        name: 'Campus',
        issuer: ISSUER,
        clientId: 'block-1',
        authorizationUrl: `${ISSUER}/api/lti_consumer/v1/launch/`,
        jwksUrl: `${ISSUER}/api/lti_consumer/v1/public_keysets/1`,
        deploymentIds: ['1'],
        accountId: 'main',
        unmappedCourse: 'play',
        entryPolicy: 'root',
        frameOrigins: [],
        acceptedIssuers: [],
        ...changes,
      },
      { kind: 'cli' },
      { store, registry, config: { dangerouslyAllowHttp: false }, clock: systemClock, random: systemRandom },
    );
  const firstLaunch = ({ id, adapterId }: PlatformRecord): Promise<TenantRecord> =>
    store.deployments.assignTenant({
      platformId: id,
      deploymentId: '1',
      hint: ISSUER,
      create: {
        id: newTenantId({ clock: systemClock, random: systemRandom }),
        accountId: 'main' as AccountId,
        namespace: 'campus',
        name: adapterId,
        createdAtMs: systemClock.nowMs(),
      },
    });

  it('gives two blocks of one Open edX one tenant when the admin says so, and two otherwise', async () => {
    const first = await add();
    assert.equal(first.adapterId, 'openedx');
    const tenant = await firstLaunch(first);
    const joined = await add({ clientId: 'block-2', tenant: tenant.namespace });
    assert.equal((await firstLaunch(joined)).id, tenant.id);
    assert.notEqual((await firstLaunch(await add({ clientId: 'block-3' }))).id, tenant.id);
  });

  it('adds nothing when the tenant is unknown, of another account, or no deployment is named', async () => {
    const { namespace } = await firstLaunch(await add());
    await assertCode('INPUT_INVALID', () => add({ clientId: '2', tenant: 'nobody' }));
    await assertCode('INPUT_INVALID', () => add({ clientId: '2', tenant: namespace, accountId: 'other' }));
    await assertCode('INPUT_INVALID', () => add({ clientId: '2', tenant: namespace, deploymentIds: [] }));
    assert.equal((await store.platforms.list()).length, 1);
  });

  it('refuses the tenant of another LMS, whose students may have the same numbers', async () => {
    const { namespace } = await firstLaunch(await add());
    const elsewhere = { issuer: 'https://moodle.example.edu', clientId: '2', tenant: namespace };
    await assertCode('INPUT_INVALID', () => add(elsewhere));
    await assertCode('INPUT_INVALID', () => add({ ...elsewhere, issuer: `${ISSUER}.evil.example` }));
  });

  it('lets an LMS that has moved join, when its old issuer is accepted', async () => {
    const tenant = await firstLaunch(await add());
    const moved = await add({
      issuer: 'https://learn.example.edu',
      clientId: '2',
      acceptedIssuers: [ISSUER],
      tenant: tenant.namespace,
    });
    assert.equal((await firstLaunch(moved)).id, tenant.id);
  });
});
