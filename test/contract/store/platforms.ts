import assert from 'node:assert/strict';
import type { PlatformId, PlatformRef } from '../../../src/runtime/ids.js';
import type { NewPlatform } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { aPlatform, STORABLE_TEXTS, UNSTORABLE_TEXTS, CLI } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const FULL: Partial<NewPlatform> = {
  acceptedIssuers: ['https://alias.example.edu', 'https://alias.example.edu/'],
  tokenUrl: 'https://moodle.example.edu/mod/lti/token.php',
  tokenAudience: 'https://moodle.example.edu',
  settings: {
    applicationName: 'Moodle',
    unmappedCourse: 'provision',
    entryPolicy: 'signed',
    rootCategory: 'LTI>law',
    frameOrigins: ['https://portal.example.edu'],
    adapter: { viewerFrom: 'username', nested: { list: [1, true, null, 'x'] } },
  },
};

export function describePlatforms(current: CurrentHarness): void {
  describe('platforms', () => {
    it('keeps every field, and starts at version 1', async () => {
      const platform = aPlatform(FULL);
      const { store } = current();
      const expected = { ...platform, version: 1 };
      assert.deepEqual(await store.platforms.add(platform, [], CLI), expected);
      assert.deepEqual(await store.platforms.findById(platform.id), expected);
      assert.deepEqual(await store.platforms.findByRef(platform.ref), expected);
    });

    it('leaves out optional fields that were not given', async () => {
      const { store } = current();
      const { id } = await store.platforms.add(aPlatform(), [], CLI);
      const found = await store.platforms.findById(id);
      assert.ok(found);
      for (const field of ['tokenUrl', 'tokenAudience']) assert.equal(field in found, false);
      for (const field of ['applicationName', 'rootCategory']) assert.equal(field in found.settings, false);
    });

    it('adds the platform together with its approved deployments', async () => {
      const { store } = current();
      const platform = aPlatform();
      await store.platforms.add(platform, ['1', '2', '1'], CLI);
      const deployments = await store.deployments.listByPlatform(platform.id);
      assert.deepEqual(
        deployments,
        ['1', '2'].map((deploymentId) => ({
          platformId: platform.id,
          deploymentId,
          status: 'active',
          firstSeenAtMs: platform.createdAtMs,
        })),
      );
    });

    for (const field of ['id', 'ref'] as const) {
      it(`refuses a second platform of the same ${field} and stores nothing of it`, async () => {
        const { store, probe } = current();
        const first = await store.platforms.add(aPlatform(), [], CLI);
        const second = aPlatform({ name: 'Another', [field]: first[field] });
        await assertCode('STORE_CONFLICT', () => store.platforms.add(second, ['9'], CLI));
        assert.equal(await probe.count('platforms'), 1);
        assert.equal(await probe.count('deployments'), 0);
      });
    }

    it('lets several platforms share issuer and client id', async () => {
      const { store } = current();
      const first = await store.platforms.add(aPlatform({ createdAtMs: 1 }), [], CLI);
      const second = await store.platforms.add(aPlatform({ createdAtMs: 2 }), [], CLI);
      assert.deepEqual(await store.platforms.findByIssuer(first.issuer, first.clientId), [first, second]);
    });

    it('finds by issuer letter by letter, narrowed by client id when one is given', async () => {
      const { store } = current();
      const one = await store.platforms.add(aPlatform({ clientId: 'one', createdAtMs: 1 }), [], CLI);
      const two = await store.platforms.add(aPlatform({ clientId: 'two', createdAtMs: 2 }), [], CLI);
      await store.platforms.add(aPlatform({ issuer: `${one.issuer}/`, acceptedIssuers: [one.issuer] }), [], CLI);
      assert.deepEqual(await store.platforms.findByIssuer(one.issuer), [one, two]);
      assert.deepEqual(await store.platforms.findByIssuer(one.issuer, 'two'), [two]);
      assert.deepEqual(await store.platforms.findByIssuer(one.issuer, 'three'), []);
      assert.deepEqual(await store.platforms.findByIssuer(one.issuer, ''), []);
      assert.deepEqual(await store.platforms.findByIssuer(one.issuer.toUpperCase()), []);
    });

    it('finds by issuer whatever the status', async () => {
      const { store, probe } = current();
      const { id, issuer } = await store.platforms.add(aPlatform({ status: 'pending' }), [], CLI);
      for (const status of ['pending', 'disabled', 'active'] as const) {
        await probe.setPlatformStatus(id, status);
        assert.deepEqual(
          (await store.platforms.findByIssuer(issuer)).map((platform) => platform.status),
          [status],
        );
      }
    });

    it('lists all platforms by name', async () => {
      const { store } = current();
      for (const name of ['Moodle', 'Canvas', 'Sakai']) await store.platforms.add(aPlatform({ name }), [], CLI);
      assert.deepEqual(
        (await store.platforms.list()).map(({ name }) => name),
        ['Canvas', 'Moodle', 'Sakai'],
      );
    });

    it('answers undefined for an unknown id and an unknown ref', async () => {
      const { store } = current();
      const platform = await store.platforms.add(aPlatform(), [], CLI);
      assert.equal(await store.platforms.findById(platform.ref as string as PlatformId), undefined);
      assert.equal(await store.platforms.findByRef('{"$gt":""}' as PlatformRef), undefined);
    });

    it('hands out copies: changing a record, given or received, changes nothing in the store', async () => {
      const { store } = current();
      const given = aPlatform(FULL);
      const expected = structuredClone({ ...given, version: 1 });
      const received = await store.platforms.add(given, [], CLI);
      const found = await store.platforms.findById(given.id);
      assert.ok(found);
      for (const record of [given, received, found]) {
        record.acceptedIssuers.push('https://evil.example');
        record.settings.frameOrigins.push('https://evil.example');
        record.settings.adapter['viewerFrom'] = 'email';
      }
      assert.deepEqual(await store.platforms.findById(given.id), expected);
    });

    for (const [what, text] of Object.entries(STORABLE_TEXTS)) {
      it(`keeps ${what} letter by letter in text and settings`, async () => {
        const { store } = current();
        const settings = { ...aPlatform().settings, applicationName: text, adapter: { note: [text] } };
        const platform = await store.platforms.add(aPlatform({ name: text, issuer: text, settings }), [text], CLI);
        assert.equal(platform.name, text);
        assert.deepEqual(platform.settings, settings);
        assert.deepEqual(await store.platforms.findByIssuer(text), [platform]);
        assert.equal((await store.deployments.find(platform.id, text))?.deploymentId, text);
      });
    }

    for (const [what, text] of Object.entries(UNSTORABLE_TEXTS)) {
      it(`refuses ${what} in a column, to write and to look up, and keeps it in settings`, async () => {
        const { store, probe } = current();
        await assertCode('INPUT_INVALID', () => store.platforms.add(aPlatform({ name: text }), [], CLI));
        await assertCode('INPUT_INVALID', () => store.platforms.add(aPlatform(), [text], CLI));
        await assertCode('INPUT_INVALID', () => store.platforms.findByIssuer(text));
        assert.equal(await probe.count('platforms'), 0);
        const settings = { ...aPlatform().settings, adapter: { note: text } };
        assert.deepEqual((await store.platforms.add(aPlatform({ settings }), [], CLI)).settings, settings);
      });
    }
  });
}
