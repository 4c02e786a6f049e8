import assert from 'node:assert/strict';
import { startApi, type Api } from './support.js';

describe('the API of the Kaltura stand-in', () => {
  let api: Api;
  let now = 1_700_000_000_000;
  before(async () => {
    api = await startApi({ clock: { nowMs: () => now } });
  });
  after(() => api.standIn.close());
  afterEach(() => api.standIn.faults.clear());
  const code = async (name: string, parameters: object): Promise<string> =>
    (await api.call(name, parameters)).code as string;

  it('answers errors with HTTP 200, Kaltura’s code, text and arguments', async () => {
    assert.deepEqual(await api.call('baseEntry.get', { ks: await api.admin(), entryId: '1_unknown0' }), {
      code: 'ENTRY_ID_NOT_FOUND',
      message: 'Entry id "1_unknown0" not found',
      objectType: 'KalturaAPIException',
      args: { ENTRY_ID: '1_unknown0' },
    });
    assert.deepEqual((await api.call('category.list')).args, []);
  });

  it('finds services and actions whatever their case, and says which is unknown', async () => {
    assert.equal(await api.call('SYSTEM.PING'), true);
    assert.equal(await code('nowhere.list', {}), 'SERVICE_DOES_NOT_EXISTS');
    assert.equal(await code('system.nothing', {}), 'ACTION_DOES_NOT_EXISTS');
  });

  it('takes a call as JSON, as a form with colons or brackets, in the query and in the path', async () => {
    const ks = await api.admin();
    const { url } = api.standIn;
    const form = (body: Record<string, string>) =>
      fetch(`${url}/api_v3/service/category/action/list`, {
        method: 'POST',
        body: new URLSearchParams({ ks, ...body }),
      });
    for (const response of [
      await form({ 'filter:fullNameEqual': 'Campus>Library' }),
      await form({ 'filter[fullNameEqual]': 'Campus>Library' }),
      await fetch(
        `${url}/api_v3/index.php?service=category&action=list&ks=${ks}&filter:fullNameEqual=Campus%3ELibrary`,
      ),
      await fetch(`${url}/api_v3/index.php/service/category/action/list/ks/${ks}/filter:idEqual/86092`),
    ]) {
      const { objects } = (await response.json()) as { objects: { id: number }[] };
      assert.deepEqual(
        objects.map(({ id }) => id),
        [86092],
      );
    }
  });

  it('starts no session for a wrong secret or partner', async () => {
    const { partnerId, adminSecret } = api.standIn;
    assert.equal(await code('session.start', { secret: 'x', partnerId }), 'START_SESSION_ERROR');
    assert.equal(await code('session.start', { secret: adminSecret, partnerId: 1 }), 'START_SESSION_ERROR');
  });

  it('says what a session holds', async () => {
    const session = await api.ks({ userId: 'ana', privileges: 'sview:1_a,sessionid:x', expiry: 60 });
    assert.deepEqual(await api.call('session.get', { ks: session }), {
      sessionType: 0,
      partnerId: api.standIn.partnerId,
      userId: 'ana',
      expiry: now / 1000 + 60,
      privileges: 'sview:1_a,sessionid:x',
      objectType: 'KalturaSessionInfo',
    });
  });

  it('turns away a session that is missing, false, expired or ended, each with its reason', async () => {
    const expired = await api.ks({ expiry: 10 });
    now += 11_000;
    const ended = await api.ks({ privileges: 'sessionid:one' });
    const sibling = await api.ks({ privileges: 'sessionid:one,sview:*' });
    assert.equal(await api.call('session.end', { ks: ended }), null);
    const reason = async (ks: string) =>
      (await api.call('session.get', { ks })) as { code: string; args: Record<string, string> };
    assert.equal(await code('session.get', {}), 'MISSING_KS');
    for (const [ks, number, name] of [
      ['bm90IGEga3M', '-1', 'INVALID_STR'],
      [expired, '-5', 'EXPIRED'],
      [ended, '-6', 'LOGOUT'],
      [sibling, '-6', 'LOGOUT'],
      [await api.ks({ privileges: 'iprestrict:203.0.113.7' }), '-9', 'EXCEEDED_RESTRICTED_IP'],
      [await api.ks({ privileges: 'urirestrict:/p/*' }), '-11', 'EXCEEDED_RESTRICTED_URI'],
    ] as const) {
      const answer = await reason(ks);
      assert.equal(answer.code, 'INVALID_KS');
      assert.deepEqual([answer.args.ERR_CODE, answer.args.ERR_DESC], [number, name]);
    }
    const once = await api.ks({ privileges: 'actionslimit:1' });
    assert.equal((await api.call('session.get', { ks: once })).userId, 'ana');
    assert.equal((await reason(once)).args.ERR_DESC, 'EXCEEDED_ACTIONS_LIMIT');
  });

  it('lets only an administrator change categories', async () => {
    const category = { name: 'X' };
    for (const ks of [
      await api.ks({ privileges: '*' }),
      await api.ks({ type: 2, privileges: 'setrole:PLAYBACK_BASE_ROLE' }),
    ]) {
      const answer = await api.call('category.add', { ks, category });
      assert.deepEqual([answer.code, answer.args], ['SERVICE_FORBIDDEN', { SERVICE: 'category->add' }]);
    }
  });

  it('lets a session with the playback role play and do nothing else', async () => {
    const ks = await api.ks({ privileges: 'sview:1_celldiv1,setrole:PLAYBACK_BASE_ROLE' });
    assert.equal((await api.call('baseEntry.get', { ks, entryId: '1_celldiv1' })).id, '1_celldiv1');
    for (const name of ['user.get', 'category.list', 'categoryEntry.list', 'category.delete']) {
      assert.equal(await code(name, { ks, id: 86092 }), 'SERVICE_FORBIDDEN', name);
    }
  });

  it('shows a viewer only entries that the call names', async () => {
    const ks = await api.ks({});
    assert.equal((await api.call('baseEntry.list', { ks })).totalCount, 0);
    assert.equal((await api.call('baseEntry.list', { ks, filter: { idEqual: '1_celldiv1' } })).totalCount, 1);
    assert.equal((await api.call('baseEntry.list', { ks: await api.ks({ privileges: 'list:*' }) })).totalCount, 5);
  });

  it('gives sources only to a session that may view that entry', async () => {
    const context = async (privileges: string) =>
      api.call('baseEntry.getPlaybackContext', { ks: await api.ks({ privileges }), entryId: '1_celldiv1' });
    assert.equal((await context('sview:1_celldiv1')).sources.length, 1);
    for (const privileges of ['', 'sview:1_privatev', 'view:*']) {
      const { sources, actions } = await context(privileges);
      assert.deepEqual([sources, actions[0].type], [[], 1], privileges);
    }
  });

  it('keeps new categories out of lists while the search index is late, but not from the duplicate check', async () => {
    const ks = await api.admin();
    api.standIn.faults.setIndexLag(5_000);
    const added = await api.call('category.add', { ks, category: { name: 'Late', parentId: 86091 } });
    const filter = { fullNameEqual: 'Campus>Late' };
    assert.equal((await api.call('category.list', { ks, filter })).totalCount, 0);
    const again = await api.call('category.add', { ks, category: { name: 'Late', parentId: 86091 } });
    assert.deepEqual([again.code, again.args], ['DUPLICATE_CATEGORY', { CATEGORY: 'Campus>Late' }]);
    now += 5_001;
    assert.equal((await api.call('category.list', { ks, filter })).objects[0].id, added.id);
  });

  it('finds the beginning of a name, whole words and ids, below a category, and nothing in the middle of a word', async () => {
    const ks = await api.admin();
    const names = async (filter: object): Promise<string[]> =>
      (await api.call('category.list', { ks, filter })).objects.map(({ name }: { name: string }) => name).toSorted();
    const departments = api.standIn.categories.find('Campus>Departments');
    assert.deepEqual(await names({ nameOrReferenceIdStartsWith: 'biol', ancestorIdIn: departments }), ['Biology']);
    assert.deepEqual(await names({ freeText: 'biology' }), ['Biology', 'Biology 101']);
    assert.deepEqual(await names({ freeText: '101 biology' }), ['Biology 101']);
    assert.deepEqual(await names({ freeText: 'safety,110' }), ['Chemistry 110', 'Lab safety']);
    assert.deepEqual(await names({ freeText: '"biology"' }), ['Biology']);
    assert.deepEqual(await names({ freeText: String(departments) }), ['Departments']);
    assert.deepEqual(await names({ freeText: 'iolog' }), []);
  });

  it('moves categories with all below them, for a session without entitlement, and refuses to move one below itself', async () => {
    const ks = await api.admin();
    const { id } = await api.call('category.add', { ks, category: { name: 'Movable', parentId: 86091 } });
    const child = await api.call('category.add', { ks, category: { name: 'Child', parentId: id } });
    const move = async (categoryIds: string, targetCategoryParentId: number) =>
      api.call('category.move', { ks, categoryIds, targetCategoryParentId });
    assert.equal(await move(String(id), 86092), true);
    assert.equal((await api.call('category.get', { ks, id: child.id })).fullName, 'Campus>Library>Movable>Child');
    assert.equal((await move(String(id), child.id)).code, 'PARENT_CATEGORY_IS_CHILD');
    assert.equal((await move(`${id},86091`, 0)).code, 'CANNOT_MOVE_CATEGORIES_FROM_DIFFERENT_PARENT_CATEGORIES');
    api.standIn.categories.remove(id as number);
    assert.equal(api.standIn.categories.find('Campus>Library>Movable>Child'), undefined);
  });

  it('answers fields of a response profile only, and a page at a time', async () => {
    const ks = await api.admin();
    const responseProfile = { type: 1, fields: 'id' };
    const answer = await api.call('category.list', { ks, responseProfile, pager: { pageSize: 1, pageIndex: 2 } });
    assert.deepEqual(answer.objects, [{ id: 86092, objectType: 'KalturaCategory' }]);
  });

  it('suffers the faults it is told to, once each', async () => {
    const { faults, url } = api.standIn;
    faults.next({ kind: 'refuse', code: 'ACTION_BLOCKED', message: 'later' }, { action: 'system.ping' });
    faults.next({ kind: 'status', status: 503 }, { times: 2 });
    assert.equal(await code('system.ping', {}), 'ACTION_BLOCKED');
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(`${url}/api_v3/service/system/action/ping`)).status),
    );
    assert.deepEqual(statuses.sort(), [200, 503, 503]);
    faults.next({ kind: 'drop' });
    await assert.rejects(fetch(`${url}/api_v3/service/system/action/ping`, { method: 'POST', body: '{}' }));
    faults.next({ kind: 'html' });
    assert.match(await (await fetch(`${url}/api_v3/service/system/action/ping`)).text(), /^<!doctype html>/);
    assert.equal(await api.call('system.ping'), true);
  });

  it('is not answered under a foreign name', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        `${api.standIn.url}/api_v3/service/system/action/ping`,
        { headers: { host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    assert.equal(status, 421);
  });
});

describe('the API of a stand-in that enforces entitlement', () => {
  let api: Api;
  before(async () => {
    api = await startApi({ entitlementEnforced: true });
  });
  after(() => api.standIn.close());
  const context = async (privileges: string) =>
    api.call('baseEntry.getPlaybackContext', { ks: await api.ks({ privileges }), entryId: '1_celldiv1' });

  it('hides categories from a session without disableentitlement or their context, the duplicate check still sees them', async () => {
    const filter = { fullNameEqual: 'Campus' };
    const count = async (privileges: string) =>
      (await api.call('category.list', { ks: await api.ks({ type: 2, privileges }), filter })).totalCount as number;
    assert.equal(await count(''), 0);
    assert.equal(await count('disableentitlement'), 1);
    assert.equal(await count('enableentitlement,privacycontext:campus'), 1);
    assert.equal(await count('privacycontext:other'), 0);
    const answer = await api.call('category.add', { ks: await api.ks({ type: 2 }), category: { name: 'Campus' } });
    assert.equal(answer.code, 'DUPLICATE_CATEGORY');
  });

  it('refuses an entry to a session that has only sview', async () => {
    assert.equal((await context('sview:1_celldiv1')).code, 'ENTRY_ID_NOT_FOUND');
    for (const privileges of ['disableentitlementforentry:1_celldiv1', 'disableentitlement', 'privacycontext:campus']) {
      assert.equal((await context(`sview:1_celldiv1,${privileges}`)).sources.length, 1, privileges);
    }
    assert.equal((await context('sview:*,disableentitlementforentry:1_recapclp')).code, 'ENTRY_ID_NOT_FOUND');
  });

  it('refuses manifest, thumbnail and captions the same way', async () => {
    const { url, partnerId } = api.standIn;
    const bare = await api.ks({ privileges: 'sview:1_celldiv1' });
    const exempt = await api.ks({ privileges: 'sview:1_celldiv1,disableentitlementforentry:1_celldiv1' });
    const delivery = `${url}/p/${partnerId}/sp/${partnerId}00`;
    const get = (path: string) => fetch(path, { redirect: 'manual' });
    for (const [ks, manifest, thumbnail, captions] of [
      [bare, 404, 404, false],
      [exempt, 302, 200, true],
    ] as const) {
      assert.equal(
        (await get(`${delivery}/playManifest/entryId/1_celldiv1/format/url/ks/${ks}/a.mp4`)).status,
        manifest,
      );
      assert.equal(
        (await get(`${delivery}/thumbnail/entry_id/1_celldiv1/version/1/width/64/ks/${ks}`)).status,
        thumbnail,
      );
      const track = `${url}/api_v3/index.php/service/caption_captionAsset/action/serve/captionAssetId/1_capt00en/ks/${ks}`;
      assert.equal((await (await get(track)).text()).startsWith('WEBVTT'), captions);
    }
  });
});
