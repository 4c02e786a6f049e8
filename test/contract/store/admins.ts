import assert from 'node:assert/strict';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { aLink, aSession, CLI, NOW_MS, STORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const LATER_MS = NOW_MS + 1_000;
const DEPLOYMENT = { platformId: 'p' as PlatformId, deploymentId: '{"$gt":""}' };

export function describeAdmins(current: CurrentHarness): void {
  describe('sign-in links', () => {
    it('gives a link out once', async () => {
      const { store, probe } = current();
      await store.admins.addLink(aLink('h'), CLI, NOW_MS);
      assert.equal(await store.admins.consumeLink('H', NOW_MS), undefined);
      assert.deepEqual(await store.admins.consumeLink('h', NOW_MS), aLink('h'));
      assert.equal(await store.admins.consumeLink('h', NOW_MS), undefined);
      assert.equal(await probe.count('adminLinks'), 0);
    });

    it('keeps whom a link signs in, and for which deployment', async () => {
      const { admins } = current().store;
      const link = aLink('h', { adminId: 'lti:p:7', deployment: DEPLOYMENT });
      await admins.addLink(link, CLI, NOW_MS);
      assert.deepEqual(await admins.consumeLink('h', NOW_MS), link);
    });

    it('gives a link to one of 100 callers at once in two processes', async () => {
      const { store, target } = current();
      await store.admins.addLink(aLink('h'), CLI, NOW_MS);
      const used = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(workers.map((worker) => worker.run('consume-link', { tokenHash: 'h', times: 50 })));
      });
      assert.deepEqual(used.toSorted(), [0, 1]);
    });

    it('refuses a link that has ended, although it is still stored', async () => {
      const { store, probe } = current();
      await store.admins.addLink(aLink('h', { expiresAtMs: LATER_MS }), CLI, NOW_MS);
      assert.equal(await store.admins.consumeLink('h', LATER_MS), undefined);
      assert.equal(await probe.count('adminLinks'), 1);
      assert.ok(await store.admins.consumeLink('h', LATER_MS - 1));
    });

    it('removes ended links when a new one is made', async () => {
      const { store, probe } = current();
      await store.admins.addLink(aLink('old', { expiresAtMs: LATER_MS }), CLI, NOW_MS);
      await store.admins.addLink(aLink('living', { expiresAtMs: LATER_MS + 1 }), CLI, NOW_MS);
      await store.admins.addLink(aLink('new', { expiresAtMs: LATER_MS + 9 }), CLI, LATER_MS);
      assert.equal(await probe.count('adminLinks'), 2);
    });

    it('refuses a hash that is taken', async () => {
      const { admins } = current().store;
      await admins.addLink(aLink('h'), CLI, NOW_MS);
      await assertCode('STORE_CONFLICT', () => admins.addLink(aLink('h', { role: 'viewer' }), CLI, NOW_MS));
      assert.equal((await admins.consumeLink('h', NOW_MS))?.role, 'owner');
    });

    it('takes a query operator for a hash like any other', async () => {
      const { admins } = current().store;
      await admins.addLink(aLink('h'), CLI, NOW_MS);
      for (const text of Object.values(STORABLE_TEXTS)) assert.equal(await admins.consumeLink(text, NOW_MS), undefined);
      assert.ok(await admins.consumeLink('h', NOW_MS));
    });
  });

  describe('admin sessions', () => {
    it('keeps every field, and leaves out a deployment that was not given', async () => {
      const { admins } = current().store;
      const bound = aSession('b', { deployment: DEPLOYMENT });
      await admins.addSession(aSession('a'), NOW_MS);
      await admins.addSession(bound, NOW_MS);
      assert.deepEqual(await admins.findSession('a', NOW_MS), aSession('a'));
      assert.deepEqual(await admins.findSession('b', NOW_MS), bound);
      assert.equal(await admins.findSession('c', NOW_MS), undefined);
      await assertCode('STORE_CONFLICT', () => admins.addSession(aSession('a'), NOW_MS));
    });

    for (const [what, ends] of Object.entries({
      'it was not used for long': { idleExpiresAtMs: LATER_MS },
      'its time is over': { expiresAtMs: LATER_MS, idleExpiresAtMs: LATER_MS + 5 },
    })) {
      it(`ends when ${what}, although it is still stored`, async () => {
        const { store, probe } = current();
        await store.admins.addSession(aSession('h', ends), NOW_MS);
        assert.ok(await store.admins.findSession('h', LATER_MS - 1));
        assert.equal(await store.admins.findSession('h', LATER_MS), undefined);
        assert.equal(await store.admins.touchSession('h', LATER_MS + 60_000, LATER_MS), false);
        assert.deepEqual(await store.admins.listSessions(LATER_MS), []);
        assert.equal(await probe.count('adminSessions'), 1);
      });
    }

    it('lives on when it is used, until its time is over', async () => {
      const { admins } = current().store;
      const session = aSession('h', { idleExpiresAtMs: NOW_MS + 10, expiresAtMs: NOW_MS + 100 });
      await admins.addSession(session, NOW_MS);
      assert.equal(await admins.touchSession('h', NOW_MS + 500, NOW_MS + 5), true);
      assert.deepEqual(await admins.findSession('h', NOW_MS + 99), { ...session, idleExpiresAtMs: NOW_MS + 500 });
      assert.equal(await admins.findSession('h', NOW_MS + 100), undefined);
      assert.equal(await admins.touchSession('unknown', NOW_MS + 500, NOW_MS), false);
    });

    it('ends at once when it is removed', async () => {
      const { admins } = current().store;
      await admins.addSession(aSession('h'), NOW_MS);
      assert.equal(await admins.removeSession('h'), true);
      assert.equal(await admins.removeSession('h'), false);
      assert.equal(await admins.findSession('h', NOW_MS), undefined);
      assert.equal(await admins.touchSession('h', LATER_MS, NOW_MS), false);
    });

    it('lists living ones, newest first, and removes ended ones when a new one begins', async () => {
      const { store, probe } = current();
      const begin = (tokenHash: string, createdAtMs: number, endsAtMs: number) =>
        store.admins.addSession(aSession(tokenHash, { createdAtMs, idleExpiresAtMs: endsAtMs }), createdAtMs);
      await begin('a', NOW_MS, LATER_MS);
      await begin('b', NOW_MS + 1, LATER_MS + 9);
      await begin('c', NOW_MS + 2, LATER_MS + 9);
      const hashes = async (nowMs: number) =>
        (await store.admins.listSessions(nowMs)).map(({ tokenHash }) => tokenHash);
      assert.deepEqual(await hashes(NOW_MS + 2), ['c', 'b', 'a']);
      assert.deepEqual(await hashes(LATER_MS), ['c', 'b']);
      assert.equal(await probe.count('adminSessions'), 3);
      await begin('d', LATER_MS, LATER_MS + 9);
      assert.equal(await probe.count('adminSessions'), 3);
    });
  });
}
