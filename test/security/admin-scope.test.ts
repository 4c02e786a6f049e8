/**
 * Goes through every route that serves sessions of one deployment, with ids of what does not belong to it. A screen that
 * is added is attacked here without being named.
 */
import assert from 'node:assert/strict';
import { tokenHash } from '../../src/admin/secret-token.js';
import { createKeyring } from '../../src/runtime/keyring.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { CategoryId } from '../../src/runtime/ids.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { personAdminId } from '../../src/store/person-admin-id.js';
import type { AdminRoute } from '../../src/ui/admin-screen.js';
import { ADMIN_WORLD_SECRET, startAdminWorld, type AdminWorld, type SignedIn } from '../support/admin-world.js';
import { testAccount } from '../support/kaltura-account.js';
import { addLms, madeUpIds, SHARED_WORD, type LmsIds } from '../support/two-lms.js';

const TOKEN = 'C'.repeat(43);
const OWN = 'ownlms';
const FOREIGN = 'foreignlms';
const BESIDE = 'besidelms';

/** The path with these ids in its places. */
const pathOf = ({ path }: AdminRoute, ids: LmsIds): string =>
  path.replace(/[:*](\w+)/g, (_place, name: string) =>
    encodeURIComponent((ids as unknown as Record<string, string>)[name] ?? 'x'),
  );
const nameOf = ({ method, path }: AdminRoute): string => `${method} ${path}`;
const hasPlaces = ({ path }: AdminRoute): boolean => path.includes(':');

/** What forms and queries of the screens may name. */
const fieldsOf = (ids: LmsIds): Record<string, string> => ({
  tenant: ids.tenantId,
  tenantId: ids.tenantId,
  platform: ids.platformId,
  deployment: ids.deploymentId,
  course: ids.courseKey,
  courseKey: ids.courseKey,
  changeSet: ids.changeSetId,
  launchId: ids.launchId,
  requestId: ids.requestId,
  category: ids.categoryId,
  categoryId: ids.categoryId,
  expectedVersion: '1',
  action: 'remove',
});

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The answer without what is different each time, and with placeholders for the ids that it was asked for. */
function comparable(body: string, ids: LmsIds): string {
  const named = new Map(Object.entries(ids as unknown as Record<string, string>).map(([name, value]) => [value, name]));
  let text = body.replace(UUID, (id) => `<${named.get(id) ?? 'id'}>`);
  for (const [value, name] of named) {
    for (const form of [encodeURIComponent(value), value]) text = text.replaceAll(form, `<${name}>`);
  }
  return text;
}

describe('a session of one deployment', function () {
  this.timeout(120_000);

  let standIn: KalturaStandIn;
  let world: AdminWorld;
  let who: SignedIn;
  let owner: SignedIn;
  let own: LmsIds;
  let foreign: LmsIds;
  let beside: LmsIds;

  before(async () => {
    standIn = await startKalturaStandIn({ clock: systemClock, random: systemRandom });
    const { id: _id, ...account } = testAccount({
      serviceUrl: standIn.url,
      partnerId: standIn.partnerId,
      adminSecret: standIn.adminSecret,
      rootCategory: standIn.rootCategory,
      timeoutMs: 20_000,
    });
    world = await startAdminWorld({ accounts: { main: account } });
    const keyring = createKeyring({ secret: ADMIN_WORLD_SECRET, random: systemRandom });
    const nowMs = world.clock.now;
    const add = (word: string, categoryId: string, other = {}) =>
      addLms(world.store, keyring, { word, nowMs, categoryId: categoryId as CategoryId, ...other });
    own = await add(OWN, '701');
    foreign = await add(FOREIGN, '702');
    beside = await add(BESIDE, '703', { beside: own });
    await world.store.admins.addSession(
      {
        tokenHash: tokenHash(TOKEN),
        adminId: personAdminId(own),
        name: 'Restricted',
        role: 'editor',
        deployment: { platformId: own.platformId, deploymentId: own.deploymentId },
        createdAtMs: nowMs,
        idleExpiresAtMs: nowMs + 1_800_000,
        expiresAtMs: nowMs + 1_800_000,
      },
      nowMs,
    );
    owner = await world.signIn('owner');
    const cookie = `__Host-pca=${TOKEN}`;
    const page = await (await world.get('/admin/courses', { cookie })).text();
    who = { cookie, csrfToken: /name="_csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '' };
    assert.notEqual(who.csrfToken, '');
  });
  after(async () => {
    await world.close();
    await standIn.close();
  });

  const routes = (method: 'GET' | 'POST'): AdminRoute[] =>
    world.table.filter((route) => route.keepsToDeployment === true && route.method === method);
  const look = (path: string, { cookie }: SignedIn, htmx = false): Promise<Response> =>
    world.get(path, { cookie, ...(htmx ? { 'hx-request': 'true' } : {}) });
  const send = (route: AdminRoute, ids: LmsIds): Promise<Response> =>
    world.post(pathOf(route, ids), { _csrf: who.csrfToken, ...fieldsOf(ids) }, { cookie: who.cookie });
  /** Answers exactly as for ids that nobody has; tells the status. */
  const sameAnswer = async (
    name: string,
    ids: LmsIds,
    unknown: LmsIds,
    ask: (ids: LmsIds) => Promise<Response>,
  ): Promise<number> => {
    const [answer, expected] = [await ask(ids), await ask(unknown)];
    const [body, expectedBody] = [await answer.text(), await expected.text()];
    assert.equal(answer.status, expected.status, name);
    assert.equal(comparable(body, ids), comparable(expectedBody, unknown), name);
    assert.equal(
      comparable(answer.headers.get('location') ?? '', ids),
      comparable(expected.headers.get('location') ?? '', unknown),
      name,
    );
    return answer.status;
  };
  /** What it may not reach, and the ids that nobody has beside which it must look the same. */
  const cases = (): [string, LmsIds, LmsIds][] => [
    ['of another LMS', foreign, madeUpIds(world.clock.now)],
    [
      'of another deployment of the same LMS',
      beside,
      madeUpIds(world.clock.now, { platformId: own.platformId, tenantId: own.tenantId }),
    ],
  ];
  const hides = (text: string, name: string): void => {
    for (const word of [FOREIGN, BESIDE]) assert.ok(!text.includes(word), `${name} shows ${word}`);
  };

  /** Everything that hangs on these ids, but what a check of Kaltura's categories says of them. */
  const stateOf = async ({ tenantId, courseKey, changeSetId, ...ids }: LmsIds): Promise<unknown> => {
    const { store, clock } = world;
    const courses = await store.courses.findMany(tenantId, [courseKey, `${courseKey}-2`]);
    return [
      await store.platforms.findById(ids.platformId),
      await store.tenants.find(tenantId),
      await store.adminPersons.find(ids),
      courses.map(({ problem: _problem, ...course }) => course),
      await store.mappings.history({ tenantId, courseKey }, { limit: 10 }),
      await store.mappings.history({ tenantId, courseKey: `${courseKey}-2` }, { limit: 10 }),
      await store.stagedChanges.find(changeSetId, clock.now),
      await store.stagedChanges.rows(changeSetId, { limit: 10 }),
      await store.jobs.find(ids.jobId),
      await store.launches.find(ids.launchId),
    ];
  };
  /** Looks at what the session has prepared by now: nothing of others stands in it but what was asked for. */
  const staged = async (): Promise<void> => {
    const { store, clock } = world;
    for (const { id, summary } of await store.stagedChanges.list(own.tenantId, clock.now)) {
      if (id === own.changeSetId || id === beside.changeSetId) continue;
      hides(comparable(summary, beside), 'summary of a prepared change');
      for (const row of await store.stagedChanges.rows(id, { limit: 500 })) {
        hides(comparable(JSON.stringify(row), beside), 'row of a prepared change');
        assert.ok(['error', 'same'].includes(row.effect), `would ${row.effect} ${row.courseKey}`);
      }
    }
  };

  it('sees what belongs to it, so that what follows proves something', async () => {
    for (const route of routes('GET').filter(hasPlaces)) {
      const answer = await look(pathOf(route, own), who);
      assert.equal(answer.status, 200, nameOf(route));
      hides(await answer.text(), nameOf(route));
      for (const ids of [foreign, beside]) {
        assert.equal((await look(pathOf(route, ids), owner)).status, 200, `${nameOf(route)}, for an owner`);
      }
    }
    for (const path of ['/admin/courses', `/admin/courses?q=${SHARED_WORD}`, '/admin/launches']) {
      assert.ok((await (await look(path, who)).text()).includes(OWN), path);
    }
    for (const path of [`/admin/courses?tenant=${foreign.tenantId}`, '/admin/launches']) {
      assert.ok((await (await look(path, owner)).text()).includes(FOREIGN), `${path}, for an owner`);
    }
  });

  it('gets the same answer for what it may not see as for what does not exist', async () => {
    for (const route of routes('GET').filter(hasPlaces)) {
      for (const [what, ids, unknown] of cases()) {
        for (const htmx of [false, true]) {
          const name = `${nameOf(route)} ${what}${htmx ? ', by htmx' : ''}`;
          const status = await sameAnswer(name, ids, unknown, (asked) => look(pathOf(route, asked), who, htmx));
          assert.ok([403, 404].includes(status), `${name}: ${status}`);
        }
      }
    }
  });

  it('changes nothing that it may not see, and gets the same answer as for what does not exist', async () => {
    const all = async (): Promise<string> => JSON.stringify([await stateOf(foreign), await stateOf(beside)], null, 1);
    const before = await all();
    for (const route of routes('POST').filter(({ path }) => path !== '/admin/sign-out')) {
      for (const [what, ids, unknown] of cases()) {
        const name = `${nameOf(route)} ${what}`;
        const status = await sameAnswer(name, ids, unknown, (asked) => send(route, asked));
        await staged();
        if (hasPlaces(route)) assert.ok([403, 404].includes(status), `${name}: ${status}`);
        assert.equal(await all(), before, `${name} changed something`);
      }
    }
  });

  it('reads nothing of what it may not see in a list, whatever it filters or searches by', async () => {
    for (const route of routes('GET')) {
      const path = pathOf(route, own);
      const queries = ['', `q=${SHARED_WORD}`, `q=${SHARED_WORD}&order=recent`, 'state=unmapped', 'state=manual'];
      for (const ids of hasPlaces(route) ? [] : [foreign, beside]) {
        for (const [field, value] of Object.entries(fieldsOf(ids))) {
          queries.push(`${field}=${encodeURIComponent(value)}`);
        }
      }
      for (const query of new Set(queries)) {
        let said = await (await look(`${path}?${query}`, who)).text();
        // What was asked for may be said again, in a field or in an address.
        for (const value of new URLSearchParams(query).values()) {
          for (const form of [encodeURIComponent(value), value]) said = said.replaceAll(form, '');
        }
        hides(said, `${nameOf(route)}?${query}`);
      }
    }
  });
});
