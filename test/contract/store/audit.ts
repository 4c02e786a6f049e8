import assert from 'node:assert/strict';
import type { PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { Actor, PlatformRecord, PlatformSettings, Store } from '../../../src/store/ports.js';
import {
  addTenant,
  aChange,
  aChangeSet,
  ADMIN,
  aLink,
  aMapping,
  anAccount,
  anApiClient,
  anAssignment,
  aJob,
  aPerson,
  aPin,
  aPlatform,
  aSeenCourse,
  aSession,
  CLI,
  NOW_MS,
  UNSTORABLE_TEXTS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

interface Scene {
  store: Store;
  platformId: PlatformId;
  tenantId: TenantId;
}

/** Every audited command, in an order in which each changes something, with the action that it leaves. */
function auditedCommands({ store, platformId, tenantId }: Scene): [string, Actor, () => Promise<unknown>][] {
  const { accounts, adminPersons, admins, apiClients, deployments, jobs, mappings, platforms, tenants, viewers } =
    store;
  const client = anApiClient('portal', { tenantId, tokenHash: 'SECRET-client' });
  const account = anAccount({ sealedCredentials: 'SECRET-credentials' });
  const added = aPlatform();
  const deployment = { platformId, deploymentId: '2' };
  const person = aPerson(platformId, 's', { sealedName: 'SECRET-name' });
  const job = aJob(NOW_MS, { tenantId });
  const asked = async (work: () => Promise<unknown>): Promise<void> => {
    await adminPersons.ask(person, { cap: 5 });
    await work();
  };
  return [
    ['account.add', CLI, () => accounts.put(account, undefined, CLI)],
    ['account.update', ADMIN, () => accounts.put({ ...account, name: 'Renamed' }, 1, ADMIN)],
    ['platform.add', CLI, () => platforms.add(added, ['1'], CLI)],
    ['platform.update', ADMIN, () => platforms.update(added.id, 1, { name: 'Renamed' }, ADMIN)],
    ['platform.remove', ADMIN, () => platforms.remove(added.id, 2, ADMIN, NOW_MS)],
    ['deployment.approve', CLI, () => deployments.approve(platformId, '2', CLI, NOW_MS)],
    ['deployment.disabled', ADMIN, () => deployments.setStatus({ ...deployment, status: 'disabled' }, ADMIN, NOW_MS)],
    ['deployment.tenant', { kind: 'launch' }, () => deployments.assignTenant(anAssignment(platformId, '2'))],
    ['tenant.update', ADMIN, () => tenants.update(tenantId, 1, { name: 'Renamed' }, ADMIN, NOW_MS)],
    ['mapping.create', { kind: 'launch' }, () => mappings.createIfAbsent(aMapping(tenantId), { kind: 'launch' })],
    ['mapping.apply', ADMIN, () => mappings.apply(aChangeSet([aChange(tenantId, { courseKey: '16' })]), ADMIN)],
    ['viewer.alias', ADMIN, () => viewers.setAlias(aPin(tenantId, 's', 'v'), ADMIN)],
    ['viewer.remove', ADMIN, () => viewers.remove(tenantId, 's', ADMIN, NOW_MS)],
    ['admin-link.add', CLI, () => admins.addLink(aLink('SECRET-link'), CLI, NOW_MS)],
    [
      'admin-person.approve',
      ADMIN,
      () => asked(() => adminPersons.approve({ ...person, role: 'editor' }, ADMIN, NOW_MS)),
    ],
    ['admin-person.remove', ADMIN, () => asked(() => adminPersons.remove(person, ADMIN, NOW_MS))],
    ['job.cancel', ADMIN, () => jobs.add(job).then(() => jobs.requestCancel(job.id, ADMIN, NOW_MS))],
    ['api-client.add', ADMIN, () => apiClients.add(client, ADMIN)],
    ['api-client.revoke', ADMIN, () => apiClients.revoke(client.id, ADMIN, NOW_MS)],
  ];
}

export function describeAudit(current: CurrentHarness): void {
  const scene = async (): Promise<Scene> => {
    const { store } = current();
    const { id: platformId } = await store.platforms.add(aPlatform(), ['1'], CLI);
    const { id: tenantId } = await store.deployments.assignTenant(anAssignment(platformId, '1'));
    return { store, platformId, tenantId };
  };

  describe('audit', () => {
    it('holds one record of each command, with who did it, and none of a command that changes nothing', async () => {
      const { store, platformId, tenantId } = await scene();
      for (const [action, actor, command] of auditedCommands({ store, platformId, tenantId })) {
        const before = await current().probe.count('audit');
        const number = await store.changeNumber();
        await command();
        assert.equal(await current().probe.count('audit'), before + 1, action);
        assert.ok((await store.changeNumber()) > number, action);
        const [newest] = await store.audit.list({ limit: 1 });
        assert.equal(newest?.action, action);
        assert.deepEqual(newest.actor, actor);
      }

      const before = await current().probe.count('audit');
      const { adminPersons, admins, accounts, courses, deployments, jobs, mappings, platforms, tenants, viewers } =
        store;
      await accounts.put(anAccount(), undefined, CLI);
      await platforms.update(platformId, 9, { name: 'x' }, ADMIN);
      await platforms.remove(platformId, 9, ADMIN, NOW_MS);
      await tenants.update(tenantId, 9, { name: 'x' }, ADMIN, NOW_MS);
      await deployments.approve(platformId, '1', CLI, NOW_MS);
      await deployments.setStatus({ platformId, deploymentId: '1', status: 'active' }, ADMIN, NOW_MS);
      await deployments.assignTenant(anAssignment(platformId, '1'));
      await mappings.createIfAbsent(aMapping(tenantId), CLI);
      await mappings.apply(aChangeSet([aChange(tenantId)]), ADMIN);
      await viewers.remove(tenantId, 'nobody', ADMIN, NOW_MS);
      await viewers.pinIfAbsent(aPin(tenantId, 's9', 'v9'));
      await courses.noteSeen([aSeenCourse(tenantId)]);
      const person = aPerson(platformId, 'somebody');
      await adminPersons.ask(person, { cap: 5 });
      await adminPersons.approve({ ...person, subject: 'nobody', role: 'editor' }, ADMIN, NOW_MS);
      await adminPersons.remove({ ...person, subject: 'nobody' }, ADMIN, NOW_MS);
      await jobs.requestCancel('nothing', ADMIN, NOW_MS);
      await admins.consumeLink('SECRET-link', NOW_MS);
      await admins.addSession(aSession('h'), NOW_MS);
      assert.equal(await current().probe.count('audit'), before);
    });

    it('holds what was there before and after', async () => {
      const { store, platformId, tenantId } = await scene();
      const platform = await store.platforms.findById(platformId);
      await store.platforms.update(platformId, 1, { name: 'Renamed' }, ADMIN);
      const tenant = await store.tenants.find(tenantId);
      await store.tenants.update(tenantId, 1, { name: 'Arts' }, ADMIN, NOW_MS + 5);
      const [second, first] = await store.audit.list({ limit: 2 });
      assert.deepEqual(first?.before, platform);
      assert.deepEqual(first?.after, await store.platforms.findById(platformId));
      assert.deepEqual(
        { ...second, id: '' },
        {
          id: '',
          atMs: NOW_MS + 5,
          actor: ADMIN,
          action: 'tenant.update',
          target: tenantId,
          tenantId,
          before: tenant,
          after: await store.tenants.find(tenantId),
        },
      );
    });

    it('takes a note of what is no change of a record, with whatever it says, and leaves the change number', async () => {
      const { store, tenantId } = await scene();
      const number = await store.changeNumber();
      const actor: Actor = { kind: 'admin', id: 'lti:p:7', address: '192.0.2.7' };
      const after = Object.values(UNSTORABLE_TEXTS);
      const entry = { atMs: NOW_MS + 5, actor, action: 'admin.sign-in', target: 'Ada', tenantId, before: null, after };
      await store.audit.note(entry);
      const bare = { atMs: NOW_MS, actor: CLI, action: 'launch.open', target: 'launch-1' };
      await store.audit.note(bare);
      const [second, first] = await store.audit.list({ limit: 2 });
      assert.deepEqual(first, { id: first?.id, ...entry });
      assert.deepEqual(second, { id: second?.id, ...bare }, 'also when its time lies before');
      assert.deepEqual((await store.audit.list({ limit: 1, tenantId }))[0], first);
      assert.equal(await store.changeNumber(), number);
    });

    it('names the size of a change set, not each mapping', async () => {
      const { store, tenantId } = await scene();
      const arts = await addTenant(store);
      await store.mappings.createIfAbsent(aMapping(tenantId), CLI);
      const set = aChangeSet([
        { tenantId, courseKey: '15', expectedVersion: 1 },
        aChange(tenantId, { courseKey: '16' }),
        aChange(tenantId, { courseKey: '17' }),
      ]);
      await store.mappings.apply(set, ADMIN);
      await store.mappings.apply(aChangeSet([aChange(tenantId), aChange(arts.id)]), ADMIN);
      const [mixed, record] = await store.audit.list({ limit: 2 });
      assert.deepEqual([record?.target, record?.tenantId], [set.changeSetId, tenantId]);
      assert.deepEqual(record?.after, { summary: set.summary, set: 2, removed: 1 });
      assert.equal(mixed && 'tenantId' in mixed, false, 'a set of several tenants belongs to none');
    });

    it('holds no credentials and no hash of a token', async () => {
      const commands = auditedCommands(await scene());
      for (const [, , command] of commands) await command();
      assert.doesNotMatch(await current().probe.auditText(), /SECRET/);
    });

    it('is never changed by what comes later', async () => {
      const { store, platformId, tenantId } = await scene();
      const seen = await store.audit.list({ limit: 100 });
      for (const [, , command] of auditedCommands({ store, platformId, tenantId })) await command();
      const now = await store.audit.list({ limit: 100 });
      assert.deepEqual(now.slice(-seen.length), seen);
      assert.deepEqual(Object.keys(store.audit).sort(), ['list', 'note'], 'there is no command for it');
    });

    it('lists newest first, page by page, also within one millisecond, and by tenant', async () => {
      const { store, tenantId } = await scene();
      const arts = await addTenant(store);
      for (let version = 1; version <= 5; version += 1) {
        await store.tenants.update(
          version % 2 ? tenantId : arts.id,
          Math.ceil(version / 2),
          { name: `${version}` },
          ADMIN,
          NOW_MS,
        );
      }
      const whole = await store.audit.list({ limit: 100 });
      const ids = whole.map(({ id }) => id);
      assert.deepEqual(ids, ids.toSorted().toReversed());
      assert.deepEqual(
        whole.slice(0, 5).map(({ after }) => (after as { name: string }).name),
        ['5', '4', '3', '2', '1'],
      );
      const paged = [];
      for (let page = await store.audit.list({ limit: 2 }); page.length > 0;) {
        paged.push(...page);
        page = await store.audit.list({ limit: 2, before: page.at(-1)?.id ?? '' });
      }
      assert.deepEqual(paged, whole);
      const ofArts = await store.audit.list({ limit: 100, tenantId: arts.id });
      assert.deepEqual(
        ofArts,
        whole.filter((record) => record.tenantId === arts.id),
      );
      assert.deepEqual(
        await store.audit.list({ limit: 2, tenantId: arts.id, before: ofArts[0]?.id ?? '' }),
        ofArts.slice(1, 3),
      );
    });

    it('keeps any text that settings may hold', async () => {
      const { store, platformId } = await scene();
      const found = await store.platforms.findById(platformId);
      assert.ok(found);
      for (const [index, text] of Object.values(UNSTORABLE_TEXTS).entries()) {
        const settings: PlatformSettings = { ...found.settings, adapter: { note: text } };
        await store.platforms.update(platformId, index + 1, { settings }, ADMIN);
        const [record] = await store.audit.list({ limit: 1 });
        assert.deepEqual((record?.after as PlatformRecord).settings, settings);
      }
    });
  });
}
