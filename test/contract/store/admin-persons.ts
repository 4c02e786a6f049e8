import assert from 'node:assert/strict';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { personAdminId } from '../../../src/store/person-admin-id.js';
import { assertCode } from '../../support/assert-code.js';
import {
  ADMIN,
  aLink,
  aPerson,
  aPlatform,
  aSession,
  CLI,
  NOW_MS,
  STORABLE_TEXTS,
  UNSTORABLE_TEXTS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const MANY = { cap: 1_000 };

export function describeAdminPersons(current: CurrentHarness): void {
  const addPlatform = async (): Promise<PlatformId> =>
    (await current().store.platforms.add(aPlatform(), ['1'], CLI)).id;

  describe('persons of an LMS', () => {
    it('file a request once, which is no durable change that a launch has in memory, and is not audited', async () => {
      const { store, probe } = current();
      const person = aPerson(await addPlatform(), 's', { sealedName: 'sealed' });
      const [number, audited] = [await store.changeNumber(), await probe.count('audit')];
      assert.equal(await store.adminPersons.ask(person, MANY), 'recorded');
      assert.equal(await store.adminPersons.ask({ ...person, askedAtMs: NOW_MS + 9 }, MANY), 'known');
      assert.deepEqual(await store.adminPersons.find(person), { ...person, status: 'asked' });
      assert.equal(await store.adminPersons.find({ ...person, deploymentId: '2' }), undefined);
      assert.equal(await store.adminPersons.find({ ...person, subject: 'S' }), undefined);
      assert.deepEqual([await store.changeNumber(), await probe.count('audit')], [number, audited]);
    });

    it('fill up to the cap of open requests of their platform; approved ones do not count', async () => {
      const { adminPersons } = current().store;
      const [one, other] = [await addPlatform(), await addPlatform()];
      const ask = (platformId: PlatformId, subject: string) =>
        adminPersons.ask(aPerson(platformId, subject), { cap: 2 });
      assert.deepEqual(
        [await ask(one, 'a'), await ask(one, 'b'), await ask(one, 'c'), await ask(one, 'a'), await ask(other, 'c')],
        ['recorded', 'recorded', 'full', 'known', 'recorded'],
      );
      await adminPersons.approve({ ...aPerson(one, 'a'), role: 'viewer' }, ADMIN, NOW_MS);
      assert.equal(await ask(one, 'c'), 'recorded');
    });

    it('never exceed the cap, however many ask at once', async () => {
      const { store, probe } = current();
      const platformId = await addPlatform();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.adminPersons.ask(aPerson(platformId, `s${index}`), { cap: 5 })),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'recorded').length, 5);
      assert.equal(await probe.count('adminPersons'), 5);
    });

    it('are approved when they asked, and may get another role; nobody else is', async () => {
      const { adminPersons } = current().store;
      const person = aPerson(await addPlatform(), 's', { sealedName: 'sealed' });
      const approve = (role: 'editor' | 'viewer', nowMs: number) =>
        adminPersons.approve({ ...person, role }, ADMIN, nowMs);
      assert.equal(await approve('editor', NOW_MS), undefined);
      await adminPersons.ask(person, MANY);
      const approved = { ...person, status: 'approved', role: 'editor', decidedAtMs: NOW_MS + 1 };
      assert.deepEqual(await approve('editor', NOW_MS + 1), approved);
      assert.deepEqual(await approve('editor', NOW_MS + 2), approved, 'the same role is no change');
      const changed = { ...approved, role: 'viewer', decidedAtMs: NOW_MS + 3 };
      assert.deepEqual(await approve('viewer', NOW_MS + 3), changed);
      assert.deepEqual(await adminPersons.find(person), changed);
    });

    for (const [what, act] of [
      ['are taken back', 'remove'],
      ['get another role', 'approve'],
    ] as const) {
      it(`lose their sessions and links, and nobody else loses one, when they ${what}`, async () => {
        const { admins, adminPersons } = current().store;
        const platformId = await addPlatform();
        const person = aPerson(platformId, 's');
        await adminPersons.ask(person, MANY);
        await adminPersons.approve({ ...person, role: 'editor' }, ADMIN, NOW_MS);
        const deployment = { platformId, deploymentId: '1' };
        const adminId = personAdminId(person);
        const restricted = { adminId, deployment };
        await admins.addSession(aSession('theirs', restricted), NOW_MS);
        await admins.addLink(aLink('their link', restricted), CLI, NOW_MS);
        await admins.addSession(
          aSession('elsewhere', { ...restricted, deployment: { platformId, deploymentId: '2' } }),
          NOW_MS,
        );
        await admins.addSession(aSession('colleague', { ...restricted, adminId: `${adminId}2` }), NOW_MS);
        await admins.addSession(aSession('owner'), NOW_MS);
        if (act === 'remove') assert.equal(await adminPersons.remove(person, ADMIN, NOW_MS), true);
        else await adminPersons.approve({ ...person, role: 'viewer' }, ADMIN, NOW_MS);
        const left = (await admins.listSessions(NOW_MS)).map(({ tokenHash }) => tokenHash);
        assert.deepEqual(left.sort(), ['colleague', 'elsewhere', 'owner']);
        assert.equal(await admins.consumeLink('their link', NOW_MS), undefined);
      });
    }

    it('are gone when they are removed, and may ask again', async () => {
      const { adminPersons } = current().store;
      const person = aPerson(await addPlatform(), 's');
      assert.equal(await adminPersons.remove(person, ADMIN, NOW_MS), false);
      await adminPersons.ask(person, MANY);
      await adminPersons.approve({ ...person, role: 'editor' }, ADMIN, NOW_MS);
      assert.equal(await adminPersons.remove(person, ADMIN, NOW_MS), true);
      assert.equal(await adminPersons.find(person), undefined);
      assert.equal(await adminPersons.ask(person, MANY), 'recorded');
      assert.equal((await adminPersons.find(person))?.status, 'asked');
    });

    it('are listed newest request first, of one platform or all, 500 at most', async () => {
      const { adminPersons } = current().store;
      const [one, other] = [await addPlatform(), await addPlatform()];
      for (const [index, platformId] of [one, other, one].entries()) {
        await adminPersons.ask(aPerson(platformId, `s${index}`, { askedAtMs: NOW_MS + index }), MANY);
      }
      const subjects = async (platformId?: PlatformId) =>
        (await adminPersons.list(platformId)).map(({ subject }) => subject);
      assert.deepEqual(await subjects(), ['s2', 's1', 's0']);
      assert.deepEqual(await subjects(one), ['s2', 's0']);
    });

    it('belong to a platform that exists', async () => {
      const nobody = aPerson('nobody' as PlatformId, 's');
      await assertCode('STORE_CONFLICT', () => current().store.adminPersons.ask(nobody, MANY));
    });

    it('have a subject that is kept letter by letter, or refused', async () => {
      const { adminPersons } = current().store;
      const platformId = await addPlatform();
      for (const subject of Object.values(STORABLE_TEXTS)) {
        assert.equal(await adminPersons.ask(aPerson(platformId, subject), MANY), 'recorded');
        assert.equal((await adminPersons.find(aPerson(platformId, subject)))?.subject, subject);
      }
      for (const subject of Object.values(UNSTORABLE_TEXTS)) {
        await assertCode('INPUT_INVALID', () => adminPersons.ask(aPerson(platformId, subject), MANY));
        await assertCode('INPUT_INVALID', () => adminPersons.find(aPerson(platformId, subject)));
      }
    });
  });
}
