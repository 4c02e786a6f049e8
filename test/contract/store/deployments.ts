import assert from 'node:assert/strict';
import type { AccountId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { PlatformRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { aPlatform, aTenant, anAssignment, NOW_MS, CLI } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeDeployments(current: CurrentHarness): void {
  const addPlatform = (deploymentIds: string[] = []): Promise<PlatformRecord> =>
    current().store.platforms.add(aPlatform(), deploymentIds, CLI);

  describe('deployments', () => {
    it('approves an unknown deployment', async () => {
      const { deployments } = current().store;
      const { id: platformId } = await addPlatform();
      const expected = { platformId, deploymentId: 'new', status: 'active', firstSeenAtMs: NOW_MS };
      assert.deepEqual(await deployments.approve(platformId, 'new', CLI, NOW_MS), expected);
      assert.deepEqual(await deployments.find(platformId, 'new'), expected);
    });

    it('approves a pending or disabled deployment and keeps when it was first seen', async () => {
      const { store, probe } = current();
      const { id: platformId } = await addPlatform();
      await store.deployments.notePending({ platformId, deploymentId: 'd' }, { nowMs: 5, cap: 10 });
      for (const status of ['pending', 'disabled'] as const) {
        await probe.setDeploymentStatus(platformId, 'd', status);
        const approved = await store.deployments.approve(platformId, 'd', CLI, 9);
        assert.deepEqual(approved, { platformId, deploymentId: 'd', status: 'active', firstSeenAtMs: 5 });
        assert.deepEqual(await store.deployments.find(platformId, 'd'), approved);
      }
    });

    it('keeps the tenant through disabling and approving again', async () => {
      const { store, probe } = current();
      const { id: platformId } = await addPlatform(['1']);
      const tenant = await store.deployments.assignTenant(anAssignment(platformId, '1'));
      await probe.setDeploymentStatus(platformId, '1', 'disabled');
      assert.equal((await store.deployments.approve(platformId, '1', CLI, NOW_MS)).tenantId, tenant.id);
      assert.equal((await store.deployments.find(platformId, '1'))?.tenantId, tenant.id);
    });

    it('compares deployment ids letter by letter, per platform', async () => {
      const { deployments } = current().store;
      const [one, two] = [await addPlatform(['a']), await addPlatform(['A'])];
      assert.equal(await deployments.find(one.id, 'A'), undefined);
      assert.equal(await deployments.find(one.id, 'a '), undefined);
      assert.equal(await deployments.find(two.id, 'a'), undefined);
      assert.equal((await deployments.find(two.id, 'A'))?.status, 'active');
    });

    it('refuses a deployment of a platform that does not exist', async () => {
      const { deployments } = current().store;
      const platformId = 'nobody' as PlatformId;
      await assertCode('STORE_CONFLICT', () => deployments.approve(platformId, '1', CLI, NOW_MS));
      await assertCode('STORE_CONFLICT', () =>
        deployments.notePending({ platformId, deploymentId: '1' }, { nowMs: NOW_MS, cap: 10 }),
      );
    });

    it('puts an unknown deployment into the pending queue once', async () => {
      const { store, probe } = current();
      const { id: platformId } = await addPlatform();
      const note = (nowMs: number) =>
        store.deployments.notePending({ platformId, deploymentId: 'p' }, { nowMs, cap: 10 });
      assert.equal(await note(1), 'recorded');
      assert.equal(await note(2), 'known');
      assert.equal(await probe.count('deployments'), 1);
      assert.deepEqual(await store.deployments.find(platformId, 'p'), {
        platformId,
        deploymentId: 'p',
        status: 'pending',
        firstSeenAtMs: 1,
      });
    });

    it('records a deployment once when many of its launches come at once', async () => {
      const { deployments } = current().store;
      const { id: platformId } = await addPlatform();
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () =>
          deployments.notePending({ platformId, deploymentId: 'p' }, { nowMs: NOW_MS, cap: 10 }),
        ),
      );
      assert.deepEqual(outcomes.toSorted(), [...Array<string>(9).fill('known'), 'recorded']);
    });

    it('leaves a deployment that is active or disabled as it is', async () => {
      const { store, probe } = current();
      const { id: platformId } = await addPlatform(['1']);
      for (const status of ['active', 'disabled'] as const) {
        await probe.setDeploymentStatus(platformId, '1', status);
        const noted = await store.deployments.notePending({ platformId, deploymentId: '1' }, { nowMs: NOW_MS, cap: 0 });
        assert.equal(noted, 'known');
        assert.equal((await store.deployments.find(platformId, '1'))?.status, status);
      }
    });

    it('records at most `cap` pending deployments per platform, however many come at once', async () => {
      const { store, probe } = current();
      const [one, two] = [await addPlatform(['active']), await addPlatform()];
      const note = (platformId: PlatformId, deploymentId: string) =>
        store.deployments.notePending({ platformId, deploymentId }, { nowMs: NOW_MS, cap: 3 });
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => note(one.id, `p${index}`)));
      assert.equal(outcomes.filter((outcome) => outcome === 'recorded').length, 3);
      assert.equal(outcomes.filter((outcome) => outcome === 'full').length, 17);
      assert.equal(await probe.count('deployments'), 4);
      assert.equal(await note(two.id, 'p0'), 'recorded', 'another platform has a queue of its own');
      const recorded = outcomes.indexOf('recorded');
      assert.equal(await note(one.id, `p${recorded}`), 'known', 'a full queue still knows what is in it');
      await store.deployments.approve(one.id, `p${recorded}`, CLI, NOW_MS);
      assert.equal(await note(one.id, 'next'), 'recorded', 'an approved one makes room');
    });

    it('lists the deployments of one platform, first seen first', async () => {
      const { deployments } = current().store;
      const { id } = await addPlatform();
      await addPlatform(['other']);
      for (const [deploymentId, atMs] of [
        ['b', 2],
        ['a', 3],
        ['c', 1],
      ] as const) {
        await deployments.approve(id, deploymentId, CLI, atMs);
      }
      assert.deepEqual(
        (await deployments.listByPlatform(id)).map(({ deploymentId }) => deploymentId),
        ['c', 'b', 'a'],
      );
    });
  });

  describe('tenants', () => {
    it('creates the tenant with the first launch and remembers it', async () => {
      const { deployments, tenants } = current().store;
      const { id: platformId } = await addPlatform(['1']);
      const create = aTenant({ accountId: 'second' as AccountId });
      const expected = { ...create, version: 1 };
      assert.deepEqual(await deployments.assignTenant(anAssignment(platformId, '1', { create })), expected);
      assert.deepEqual(await tenants.find(create.id), expected);
      assert.deepEqual(await tenants.list(), [expected]);
      assert.equal((await deployments.find(platformId, '1'))?.tenantId, create.id);
      assert.equal(await tenants.find('nobody' as TenantId), undefined);
    });

    it('gives deployments of one platform and one hint the same tenant', async () => {
      const { deployments, tenants } = current().store;
      const { id: platformId } = await addPlatform(['1', '2']);
      const first = await deployments.assignTenant(anAssignment(platformId, '1'));
      assert.deepEqual(await deployments.assignTenant(anAssignment(platformId, '2')), first);
      assert.equal((await tenants.list()).length, 1);
    });

    it('gives another hint another tenant', async () => {
      const { deployments } = current().store;
      const { id: platformId } = await addPlatform(['1', '2']);
      const first = await deployments.assignTenant(anAssignment(platformId, '1'));
      const second = await deployments.assignTenant(anAssignment(platformId, '2', { hint: 'other' }));
      assert.notEqual(second.id, first.id);
    });

    it('never lets two platforms share a tenant, whatever the hint', async () => {
      const { deployments } = current().store;
      const [one, two] = [await addPlatform(['1']), await addPlatform(['1'])];
      const first = await deployments.assignTenant(anAssignment(one.id, '1'));
      const second = await deployments.assignTenant(anAssignment(two.id, '1'));
      assert.notEqual(second.id, first.id);
    });

    it('keeps a tenant that was set earlier, even for another hint', async () => {
      const { deployments, tenants } = current().store;
      const { id: platformId } = await addPlatform(['1', '2']);
      const first = await deployments.assignTenant(anAssignment(platformId, '1'));
      assert.deepEqual(await deployments.assignTenant(anAssignment(platformId, '1', { hint: 'moved' })), first);
      assert.equal((await tenants.list()).length, 1);
      const moved = await deployments.assignTenant(anAssignment(platformId, '2', { hint: 'moved' }));
      assert.notEqual(moved.id, first.id, 'the refused hint was not tied to the tenant');
    });

    it('gives one deployment one tenant, even when two hints for it come at once', async () => {
      const { deployments, tenants } = current().store;
      const { id: platformId } = await addPlatform(['1']);
      const given = await Promise.all(
        ['one', 'two'].map((hint) => deployments.assignTenant(anAssignment(platformId, '1', { hint }))),
      );
      assert.deepEqual(given[0], given[1]);
      assert.deepEqual(await tenants.list(), [given[0]]);
    });

    it('gives a taken namespace the next free number', async () => {
      const { deployments } = current().store;
      const { id: platformId } = await addPlatform(['1', '2', '3', '4']);
      const namespaceFor = async (deploymentId: string, namespace: string) =>
        (
          await deployments.assignTenant(
            anAssignment(platformId, deploymentId, { hint: deploymentId, create: aTenant({ namespace }) }),
          )
        ).namespace;
      assert.equal(await namespaceFor('1', 'law'), 'law');
      assert.equal(await namespaceFor('2', 'law'), 'law2');
      assert.equal(await namespaceFor('3', 'law3'), 'law3');
      assert.equal(await namespaceFor('4', 'law'), 'law4');
    });

    it('keeps a numbered namespace within 24 characters', async () => {
      const { deployments, tenants } = current().store;
      const { id: platformId } = await addPlatform(['1', '2']);
      const namespace = 'a'.repeat(24);
      for (const deploymentId of ['1', '2']) {
        const create = aTenant({ namespace });
        await deployments.assignTenant(anAssignment(platformId, deploymentId, { hint: deploymentId, create }));
      }
      const namespaces = (await tenants.list()).map((tenant) => tenant.namespace);
      assert.deepEqual(new Set(namespaces), new Set([namespace, `${'a'.repeat(23)}2`]));
    });

    for (const namespace of ['', '1law', 'Law', 'la_w', 'läw', 'law\n', 'a'.repeat(25)]) {
      it(`refuses the namespace ${JSON.stringify(namespace)}`, async () => {
        const { store, probe } = current();
        const { id: platformId } = await addPlatform(['1']);
        const assignment = anAssignment(platformId, '1', { create: aTenant({ namespace }) });
        await assertCode('INPUT_INVALID', () => store.deployments.assignTenant(assignment));
        assert.equal(await probe.count('tenants'), 0);
      });
    }

    it('refuses a tenant for an unknown deployment and creates none', async () => {
      const { store, probe } = current();
      const { id: platformId } = await addPlatform();
      await assertCode('STORE_CONFLICT', () => store.deployments.assignTenant(anAssignment(platformId, 'unknown')));
      assert.equal(await probe.count('tenants'), 0);
    });

    it('gives 20 first launches at once one tenant', async () => {
      const { store, openAgain, probe } = current();
      const deploymentIds = Array.from({ length: 10 }, (_, index) => `d${index}`);
      const { id: platformId } = await addPlatform(deploymentIds);
      const second = await openAgain();
      try {
        const given = await Promise.all(
          [store, second].flatMap(({ deployments }) =>
            deploymentIds.map((deploymentId) => deployments.assignTenant(anAssignment(platformId, deploymentId))),
          ),
        );
        assert.equal(given.length, 20);
        assert.equal(new Set(given.map(({ id }) => id)).size, 1);
        assert.equal(await probe.count('tenants'), 1);
      } finally {
        await second.close();
      }
    });
  });
}
