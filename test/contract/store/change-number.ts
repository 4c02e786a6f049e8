import assert from 'node:assert/strict';
import type { Store } from '../../../src/store/ports.js';
import {
  addTenant,
  aLaunch,
  aLink,
  aMapping,
  anAssignment,
  aPin,
  aPlatform,
  aSeenCourse,
  aSession,
  aSigningKey,
  NOW_MS,
  CLI,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeChangeNumber(current: CurrentHarness): void {
  const growth = async (command: (store: Store) => Promise<unknown>): Promise<number> => {
    const { store } = current();
    const before = await store.changeNumber();
    await command(store);
    return (await store.changeNumber()) - before;
  };

  describe('change number', () => {
    it('grows with each durable change, and not with a command that changes nothing', async () => {
      const { store } = current();
      const { id: platformId } = await store.platforms.add(aPlatform(), ['1'], CLI);
      const tenant = await addTenant(store);
      const commands: Record<string, (store: Store) => Promise<unknown>> = {
        'deployments.approve': ({ deployments }) => deployments.approve(platformId, '2', CLI, NOW_MS),
        'deployments.notePending': ({ deployments }) =>
          deployments.notePending({ platformId, deploymentId: '3' }, { nowMs: NOW_MS, cap: 9 }),
        'deployments.assignTenant': ({ deployments }) => deployments.assignTenant(anAssignment(platformId, '1')),
        'mappings.createIfAbsent': ({ mappings }) => mappings.createIfAbsent(aMapping(tenant.id), CLI),
        'signingKeys.addFirst': ({ signingKeys }) => signingKeys.addFirst([aSigningKey('k')]),
        'installationKeys.getOrCreate': ({ installationKeys }) => installationKeys.getOrCreate('name', 'sealed'),
      };
      assert.ok((await growth(({ platforms }) => platforms.add(aPlatform(), [], CLI))) > 0, 'platforms.add');
      for (const [name, command] of Object.entries(commands)) {
        assert.ok((await growth(command)) > 0, `${name}, first`);
        assert.equal(await growth(command), 0, `${name}, again`);
      }
    });

    it('stays as it is when a command fails', async () => {
      const platform = aPlatform();
      await current().store.platforms.add(platform, [], CLI);
      const failing = growth(({ platforms }) => assert.rejects(platforms.add(platform, [], CLI)));
      assert.equal(await failing, 0);
    });

    it('does not grow with what comes with each launch or each look at a screen', async () => {
      const { id: tenantId } = await addTenant(current().store);
      await current().store.mappings.createIfAbsent(aMapping(tenantId), CLI);
      await current().store.admins.addLink(aLink('h'), CLI, NOW_MS);
      const grown = await growth(async ({ admins, consumedStates, courses, launches, leases, platforms, viewers }) => {
        await courses.noteSeen([aSeenCourse(tenantId)]);
        await courses.setProblem({ tenantId, courseKey: '15', expectedVersion: 1, problem: 'moved' }, NOW_MS);
        await viewers.pinIfAbsent(aPin(tenantId, 's', 'v'));
        await admins.consumeLink('h', NOW_MS);
        await admins.addSession(aSession('s'), NOW_MS);
        await admins.touchSession('s', NOW_MS + 5, NOW_MS);
        await admins.removeSession('s');
        await leases.acquire({ name: 'l', holder: 'a', lifeMs: 5 }, NOW_MS);
        await leases.release('l', 'a');
        await launches.sweep(NOW_MS, 5);
        await consumedStates.consume('s', NOW_MS + 1);
        await consumedStates.sweep(NOW_MS + 2, 10);
        await launches.append([aLaunch(NOW_MS)]);
        await platforms.list();
      });
      assert.equal(grown, 0);
    });

    it('is seen by whoever else has the store open', async () => {
      const { store, openAgain } = current();
      const second = await openAgain();
      try {
        const before = await second.changeNumber();
        await store.platforms.add(aPlatform(), [], CLI);
        assert.ok((await second.changeNumber()) > before);
      } finally {
        await second.close();
      }
    });
  });
}
