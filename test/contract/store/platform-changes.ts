import assert from 'node:assert/strict';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import {
  ADMIN,
  aLink,
  aMapping,
  anAssignment,
  aPerson,
  aPlatform,
  aSession,
  CLI,
  NOW_MS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describePlatformChanges(current: CurrentHarness): void {
  describe('changes of a platform', () => {
    it('change what they hold, raise the version by one, and leave the rest', async () => {
      const { store } = current();
      const platform = await store.platforms.add(aPlatform(), ['1'], CLI);
      const changes = {
        name: 'Renamed',
        issuer: 'https://other.example.edu',
        acceptedIssuers: ['https://alias.example.edu'],
        tokenUrl: 'https://other.example.edu/token',
        status: 'disabled' as const,
        settings: { ...platform.settings, applicationName: 'Moodle' },
        updatedAtMs: NOW_MS + 5,
      };
      const record = { ...platform, ...changes, version: 2 };
      assert.deepEqual(await store.platforms.update(platform.id, 1, changes, ADMIN), { outcome: 'done', record });
      assert.deepEqual(await store.platforms.findByRef(platform.ref), record);
      assert.deepEqual(await store.platforms.findByIssuer(platform.issuer), []);
      assert.deepEqual(await store.platforms.findByIssuer(changes.issuer), [record]);
    });

    it('take away the addresses that are null, and keep every setting', async () => {
      const { platforms } = current().store;
      const tokens = { tokenUrl: 'https://moodle.example.edu/token', tokenAudience: 'https://moodle.example.edu' };
      const { tokenUrl: _url, tokenAudience: _audience, ...platform } = await platforms.add(aPlatform(tokens), [], CLI);
      const settings = {
        ...platform.settings,
        uiConfId: 12,
        pilot: { courseKeys: ['15'], deploymentIds: ['{"$gt":""}'], contact: 'ada@example.edu' },
        serviceHosts: ['services.example.edu'],
        adminSignIn: true as const,
      };
      const changes = { settings, tokenUrl: null, tokenAudience: null, updatedAtMs: NOW_MS };
      const record = { ...platform, settings, version: 2 };
      assert.deepEqual(await platforms.update(platform.id, 1, changes, ADMIN), { outcome: 'done', record });
      assert.deepEqual(await platforms.findById(platform.id), record);
    });

    it('happen at the store’s now when they do not say when', async () => {
      const { store, clock } = current();
      const { id } = await store.platforms.add(aPlatform(), [], CLI);
      clock.set(NOW_MS + 77);
      await store.platforms.update(id, 1, { name: 'Renamed' }, ADMIN);
      assert.equal((await store.platforms.findById(id))?.updatedAtMs, NOW_MS + 77);
    });

    it('never change id, reference and time of creation', async () => {
      const { platforms } = current().store;
      const platform = await platforms.add(aPlatform(), [], CLI);
      const { id, ref } = aPlatform();
      await platforms.update(platform.id, 1, { name: 'x', id, ref, createdAtMs: 1 } as object, ADMIN);
      const found = await platforms.findById(platform.id);
      assert.deepEqual([found?.ref, found?.createdAtMs, found?.name], [platform.ref, platform.createdAtMs, 'x']);
    });

    it('answer a conflict with what there is', async () => {
      const { platforms } = current().store;
      const platform = await platforms.add(aPlatform(), [], CLI);
      await platforms.update(platform.id, 1, { name: 'First', updatedAtMs: NOW_MS }, ADMIN);
      const known = { ...platform, name: 'First', version: 2 };
      assert.deepEqual(await platforms.update(platform.id, 1, { name: 'Second' }, ADMIN), {
        outcome: 'conflict',
        current: known,
      });
      const nobody = 'nobody' as PlatformId;
      assert.deepEqual(await platforms.update(nobody, 1, {}, ADMIN), { outcome: 'conflict', current: undefined });
      assert.deepEqual(await platforms.list(), [known]);
    });

    it('lose no update of 40 editors who try again after a conflict', async () => {
      const { store, openAgain } = current();
      const { id } = await store.platforms.add(aPlatform({ acceptedIssuers: [] }), [], CLI);
      const second = await openAgain();
      const addIssuer = async (issuer: string, { platforms } = store): Promise<void> => {
        for (;;) {
          const seen = await platforms.findById(id);
          assert.ok(seen);
          const acceptedIssuers = [...seen.acceptedIssuers, issuer];
          if ((await platforms.update(id, seen.version, { acceptedIssuers }, ADMIN)).outcome === 'done') return;
        }
      };
      try {
        await Promise.all(
          Array.from({ length: 40 }, (_, index) => addIssuer(`issuer-${index}`, index % 2 ? store : second)),
        );
        const found = await store.platforms.findById(id);
        assert.equal(new Set(found?.acceptedIssuers).size, 40);
        assert.equal(found?.version, 41);
      } finally {
        await second.close();
      }
    });

    it('remove a platform with its persons, their sessions and links, and its blocked frames', async () => {
      const { store, probe } = current();
      const ids = [];
      for (const name of ['gone', 'stays']) {
        const { id: platformId } = await store.platforms.add(aPlatform({ name }), ['1'], CLI);
        const person = aPerson(platformId, 's');
        const deployment = { platformId, deploymentId: '1' };
        await store.adminPersons.ask(person, { cap: 5 });
        await store.admins.addSession(aSession(`session of ${name}`, { deployment }), NOW_MS);
        await store.admins.addLink(aLink(`link of ${name}`, { deployment }), CLI, NOW_MS);
        await store.blockedFrames.note({ platformId, origin: 'https://x.example' }, { nowMs: NOW_MS, cap: 5 });
        ids.push(platformId);
      }
      await store.admins.addSession(aSession('owner'), NOW_MS);
      const [gone, stays] = ids;
      await store.platforms.remove(gone ?? assert.fail(), 1, ADMIN, NOW_MS);
      assert.deepEqual(
        (await store.adminPersons.list()).map(({ platformId }) => platformId),
        [stays],
      );
      assert.deepEqual(
        (await store.blockedFrames.list()).map(({ platformId }) => platformId),
        [stays],
      );
      const sessions = (await store.admins.listSessions(NOW_MS)).map(({ tokenHash }) => tokenHash);
      assert.deepEqual(sessions.sort(), ['owner', 'session of stays']);
      assert.equal(await store.admins.consumeLink('link of gone', NOW_MS), undefined);
      assert.equal(await probe.count('adminLinks'), 1);
    });

    it('remove a platform with its deployments; tenants and mappings stay', async () => {
      const { store, probe } = current();
      const [gone, stays] = [
        await store.platforms.add(aPlatform(), ['1', '2'], CLI),
        await store.platforms.add(aPlatform(), ['1'], CLI),
      ];
      const tenant = await store.deployments.assignTenant(anAssignment(gone.id, '1'));
      const { mapping } = await store.mappings.createIfAbsent(aMapping(tenant.id), CLI);
      assert.deepEqual(await store.platforms.remove(gone.id, 2, ADMIN, NOW_MS), { outcome: 'conflict', current: gone });
      assert.deepEqual(await store.platforms.remove(gone.id, 1, ADMIN, NOW_MS), { outcome: 'done', record: gone });
      assert.equal(await store.platforms.findById(gone.id), undefined);
      assert.deepEqual(await store.deployments.listByPlatform(gone.id), []);
      assert.deepEqual(await store.platforms.list(), [stays]);
      assert.equal(await probe.count('deployments'), 1);
      assert.deepEqual(await store.tenants.list(), [tenant]);
      assert.deepEqual(await store.mappings.find(tenant.id, mapping.courseKey), mapping);
      assert.deepEqual(await store.platforms.remove(gone.id, 1, ADMIN, NOW_MS), {
        outcome: 'conflict',
        current: undefined,
      });
    });
  });

  describe('status of a deployment', () => {
    it('changes and keeps everything else', async () => {
      const { store } = current();
      const { id: platformId } = await store.platforms.add(aPlatform(), ['1'], CLI);
      const tenant = await store.deployments.assignTenant(anAssignment(platformId, '1'));
      for (const status of ['disabled', 'pending', 'active', 'active'] as const) {
        const expected = { platformId, deploymentId: '1', status, tenantId: tenant.id, firstSeenAtMs: NOW_MS };
        const set = await store.deployments.setStatus({ platformId, deploymentId: '1', status }, ADMIN, NOW_MS + 9);
        assert.deepEqual(set, expected);
        assert.deepEqual(await store.deployments.find(platformId, '1'), expected);
      }
    });

    it('is undefined for a deployment that nobody has seen', async () => {
      const { store, probe } = current();
      const { id: platformId } = await store.platforms.add(aPlatform(), [], CLI);
      const unknown = { platformId, deploymentId: '1', status: 'active' as const };
      assert.equal(await store.deployments.setStatus(unknown, ADMIN, NOW_MS), undefined);
      assert.equal(await probe.count('deployments'), 0);
      const invalid = { ...unknown, deploymentId: 'a\0' };
      await assertCode('INPUT_INVALID', () => store.deployments.setStatus(invalid, ADMIN, NOW_MS));
    });
  });
}
