import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError, isAppError } from '../../../src/errors/app-error.js';
import type { ApiCall, KalturaGateway } from '../../../src/kaltura/gateway.js';
import { createKaltura } from '../../../src/kaltura/kaltura.js';
import { openKs, type OpenedKs } from '../../../src/kaltura/ks.js';
import type { KalturaAccount } from '../../../src/kaltura/types.js';
import type { AccountId, CategoryId, EntryId, LaunchId, ViewerId } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { testAccount, testClock } from '../../support/kaltura-account.js';

const entryId = '0_abcd1234' as EntryId;
const launchId = '01890a5d-ac96-774b-bcce-b302099a8057' as LaunchId;
const viewer = { viewerId: 'law_4711' as ViewerId, entryId, launchId, durationSeconds: 600 };
const throwsCode = (code: string) => (error: unknown) => isAppError(error) && error.code === code;

const open = (ks: string | undefined, account: KalturaAccount): OpenedKs => {
  const result = openKs(ks ?? '', [account.adminSecret]);
  assert.ok(result.ok);
  return result.session;
};

function setUp(accounts: KalturaAccount[] = [testAccount()]) {
  const clock = testClock();
  const gateway = {
    ping: sinon.stub<[ApiCall], Promise<void>>().resolves(),
    baseEntryGet: sinon.stub<Parameters<KalturaGateway['baseEntryGet']>, ReturnType<KalturaGateway['baseEntryGet']>>(),
    categoryList: sinon.stub<Parameters<KalturaGateway['categoryList']>, ReturnType<KalturaGateway['categoryList']>>(),
    categoryAdd: sinon.stub<Parameters<KalturaGateway['categoryAdd']>, ReturnType<KalturaGateway['categoryAdd']>>(),
    categoryEntryList: sinon.stub<
      Parameters<KalturaGateway['categoryEntryList']>,
      ReturnType<KalturaGateway['categoryEntryList']>
    >(),
    userList: sinon.stub<Parameters<KalturaGateway['userList']>, ReturnType<KalturaGateway['userList']>>(),
    categoryGet: sinon.stub<Parameters<KalturaGateway['categoryGet']>, ReturnType<KalturaGateway['categoryGet']>>(),
    categoryEntryAdd: sinon.stub<
      Parameters<KalturaGateway['categoryEntryAdd']>,
      ReturnType<KalturaGateway['categoryEntryAdd']>
    >(),
    categoryEntryDelete: sinon.stub<
      Parameters<KalturaGateway['categoryEntryDelete']>,
      ReturnType<KalturaGateway['categoryEntryDelete']>
    >(),
  };
  const kaltura = createKaltura({ accounts, gateway, clock, random: systemRandom, delay: () => Promise.resolve() });
  const [account] = accounts;
  assert.ok(account);
  return { clock, gateway, kaltura, account };
}

describe('Kaltura accounts', () => {
  it('knows its accounts by id', () => {
    const { kaltura, account } = setUp();
    assert.equal(kaltura.account(account.id), account);
  });

  it('refuses an account that the configuration does not have', () => {
    const { kaltura } = setUp();
    assert.throws(() => kaltura.account('other' as AccountId), throwsCode('KALTURA_ACCOUNT_UNKNOWN'));
    assert.throws(() => kaltura.account('constructor' as AccountId), throwsCode('KALTURA_ACCOUNT_UNKNOWN'));
  });
});

describe('Viewer session', () => {
  const privilegesFor = (account: KalturaAccount) => {
    const { kaltura } = setUp([account]);
    return open(kaltura.viewerSession(account, viewer).ks, account).privileges;
  };
  const base = [
    { name: 'sview', value: entryId },
    { name: 'setrole', value: 'PLAYBACK_BASE_ROLE' },
    { name: 'sessionid', value: launchId },
  ];

  it('is of type USER, names the viewer and grants exactly one entry to play', () => {
    const { kaltura, account } = setUp();
    const session = open(kaltura.viewerSession(account, viewer).ks, account);
    assert.equal(session.type, 'user');
    assert.equal(session.userId, 'law_4711');
    assert.equal(session.partnerId, 102);
    assert.deepEqual(session.privileges, base);
  });

  it('exempts the one entry from entitlement where the account asks for it', () => {
    assert.deepEqual(privilegesFor(testAccount({ entitlement: { mode: 'exempt-entry' } })), [
      ...base,
      { name: 'disableentitlementforentry', value: entryId },
    ]);
  });

  it('enters the privacy context where the account asks for it', () => {
    const account = testAccount({ entitlement: { mode: 'privacy-context', privacyContext: 'campus' } });
    assert.deepEqual(privilegesFor(account), [
      ...base,
      { name: 'enableentitlement', value: '' },
      { name: 'privacycontext', value: 'campus' },
    ]);
  });

  it('is not made without the privacy context that the mode needs', () => {
    const account = testAccount({ entitlement: { mode: 'privacy-context' } });
    assert.throws(() => privilegesFor(account), throwsCode('CONFIG_INVALID'));
  });

  it('is not made for an entry id that would grant more than one entry', () => {
    const { kaltura, account } = setUp();
    for (const wrong of ['*', '0_abcd1234/0_efgh5678', '0_abcd1234,disableentitlement', '0_ABCD1234', '']) {
      assert.throws(
        () => kaltura.viewerSession(account, { ...viewer, entryId: wrong as EntryId }),
        throwsCode('ENTRY_ID_MALFORMED'),
      );
    }
  });

  it('is not made without a viewer, whom Kaltura would report as unknown', () => {
    const { kaltura, account } = setUp();
    assert.throws(
      () => kaltura.viewerSession(account, { ...viewer, viewerId: '' as ViewerId }),
      throwsCode('VIEWER_ID_UNUSABLE'),
    );
  });

  const lives: [durationSeconds: number, hours: number][] = [
    [0, 2],
    [1_800, 2],
    [3_600, 3.5],
    [13_800, 12],
    [100_000, 12],
    [Number.NaN, 2],
    [Number.POSITIVE_INFINITY, 2],
  ];
  for (const [durationSeconds, hours] of lives) {
    it(`lives ${hours} hours for a video of ${durationSeconds} seconds`, () => {
      const { kaltura, account, clock } = setUp();
      const session = kaltura.viewerSession(account, { ...viewer, durationSeconds });
      assert.equal(session.expiresAtMs, clock.nowMs() + hours * 3_600_000);
      assert.equal(open(session.ks, account).expiresAtSeconds * 1_000, session.expiresAtMs);
    });
  }

  it('differs from the next one of the same launch', () => {
    const { kaltura, account } = setUp();
    assert.notEqual(kaltura.viewerSession(account, viewer).ks, kaltura.viewerSession(account, viewer).ks);
  });
});

describe('Kaltura calls', () => {
  it('are made with an ADMIN session of one minute that sees categories under entitlement', async () => {
    const { kaltura, account, gateway, clock } = setUp();
    gateway.categoryList.resolves([]);
    await kaltura.findCategory(account, 'LTI');
    const session = open(gateway.categoryList.firstCall.args[0].ks, account);
    assert.equal(session.type, 'admin');
    assert.equal(session.userId, 'playcontext');
    assert.deepEqual(session.privileges, [{ name: 'disableentitlement', value: '' }]);
    assert.equal(session.expiresAtSeconds * 1_000, clock.nowMs() + 60_000);
  });

  it('ping without a session', async () => {
    const { kaltura, account, gateway } = setUp();
    await kaltura.ping(account);
    assert.deepEqual(gateway.ping.firstCall.args, [{ serviceUrl: account.serviceUrl, timeoutMs: account.timeoutMs }]);
  });
});

describe('Kaltura entries', () => {
  const reply = { id: entryId, name: 'Optics', duration: 95 };
  const found = { id: entryId, name: 'Optics', durationSeconds: 95 };

  it('are asked for once in five minutes', async () => {
    const { kaltura, account, gateway, clock } = setUp();
    gateway.baseEntryGet.resolves(reply);
    assert.deepEqual(await kaltura.entry(account, entryId), found);
    clock.now += 300_000;
    assert.deepEqual(await kaltura.entry(account, entryId), found);
    assert.equal(gateway.baseEntryGet.callCount, 1);
    clock.now += 1;
    await kaltura.entry(account, entryId);
    assert.equal(gateway.baseEntryGet.callCount, 2);
  });

  it('are asked for once by many launches at once', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.baseEntryGet.resolves(reply);
    await Promise.all(Array.from({ length: 20 }, () => kaltura.entry(account, entryId)));
    assert.equal(gateway.baseEntryGet.callCount, 1);
  });

  it('of two accounts are kept apart', async () => {
    const accounts = [testAccount(), testAccount({ id: 'law' as AccountId, partnerId: 103 })];
    const { kaltura, gateway } = setUp(accounts);
    gateway.baseEntryGet.onFirstCall().resolves({ ...reply, name: '1' });
    gateway.baseEntryGet.onSecondCall().resolves({ ...reply, name: '2' });
    const names = [];
    for (const account of accounts) names.push((await kaltura.entry(account, entryId)).name);
    assert.deepEqual(names, ['1', '2']);
  });

  it('that do not exist are remembered shortly', async () => {
    const { kaltura, account, gateway, clock } = setUp();
    gateway.baseEntryGet.resolves(undefined);
    await assert.rejects(kaltura.entry(account, entryId), throwsCode('ENTRY_NOT_FOUND'));
    await assert.rejects(kaltura.entry(account, entryId), throwsCode('ENTRY_NOT_FOUND'));
    assert.equal(gateway.baseEntryGet.callCount, 1);
    gateway.baseEntryGet.resolves(reply);
    clock.now += 10_001;
    assert.deepEqual(await kaltura.entry(account, entryId), found);
  });

  it('are asked for again after a failure', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.baseEntryGet.onFirstCall().rejects(new AppError('KALTURA_TIMEOUT'));
    gateway.baseEntryGet.onSecondCall().resolves(reply);
    await assert.rejects(kaltura.entry(account, entryId), throwsCode('KALTURA_TIMEOUT'));
    assert.deepEqual(await kaltura.entry(account, entryId), found);
  });
});

describe('Categories of an entry', () => {
  const id = (text: string) => text as CategoryId;
  const active = { categoryId: id('9'), entryId: entryId as string, categoryFullIds: [id('3'), id('9')], status: 2 };

  it('are the active assignments: nobody has approved a pending one', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.categoryEntryList.resolves([
      active,
      ...[1, 3, 4].map((status) => ({ ...active, categoryId: id('8'), status })),
    ]);
    assert.deepEqual(await kaltura.entryCategories(account, entryId), [{ categoryId: '9', ancestorIds: ['3', '9'] }]);
    assert.deepEqual(gateway.categoryEntryList.firstCall.args[1], { entryIdEqual: entryId, statusEqual: 2 });
  });

  it('are only those of this entry, whatever the reply holds', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.categoryEntryList.resolves([{ ...active, entryId: '0_other000' }]);
    assert.deepEqual(await kaltura.entryCategories(account, entryId), []);
  });

  it('without a path are counted by themselves', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.categoryEntryList.resolves([{ ...active, categoryFullIds: undefined }]);
    assert.deepEqual(await kaltura.entryCategories(account, entryId), [{ categoryId: '9', ancestorIds: ['9'] }]);
  });

  it('are read page by page', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.categoryEntryList.onFirstCall().resolves(Array.from({ length: 500 }, () => active));
    gateway.categoryEntryList.onSecondCall().resolves([{ ...active, categoryId: id('77') }]);
    const all = await kaltura.entryCategories(account, entryId);
    assert.equal(all.length, 501);
    assert.equal(gateway.categoryEntryList.secondCall.args[2].pageIndex, 2);
  });

  it('are kept for a minute, and for ten seconds when there are none', async () => {
    const { kaltura, account, gateway, clock } = setUp();
    gateway.categoryEntryList.resolves([]);
    await kaltura.entryCategories(account, entryId);
    clock.now += 10_001;
    gateway.categoryEntryList.resolves([active]);
    assert.equal((await kaltura.entryCategories(account, entryId)).length, 1);
    gateway.categoryEntryList.resolves([]);
    clock.now += 60_000;
    assert.equal((await kaltura.entryCategories(account, entryId)).length, 1);
    clock.now += 1;
    assert.equal((await kaltura.entryCategories(account, entryId)).length, 0);
  });
});

describe('ensureCategory against a list that never shows what exists', () => {
  it('gives up with the code that Kaltura gave, after a bounded number of looks', async () => {
    const { kaltura, account, gateway } = setUp();
    gateway.categoryList.callsFake((_call, { fullNameEqual }) =>
      Promise.resolve(fullNameEqual === 'LTI' ? [{ id: '1' as CategoryId, fullName: 'LTI' }] : []),
    );
    gateway.categoryAdd.resolves({ outcome: 'duplicate', fullName: 'LTI>15' });
    await assert.rejects(
      kaltura.ensureCategory(account, { parentFullName: 'LTI', names: ['15'] }),
      (error) =>
        isAppError(error) && error.code === 'KALTURA_REFUSED' && error.details['kalturaCode'] === 'DUPLICATE_CATEGORY',
    );
    assert.equal(gateway.categoryList.callCount, 2 + 6);
  });
});

describe('Existing viewers', () => {
  it('asks a hundred ids at a time, each once, and none with a comma', async () => {
    const { kaltura, gateway, account } = setUp();
    gateway.userList.resolves([]);
    const ids = Array.from({ length: 150 }, (_, index) => `user${index}`);
    await kaltura.existingViewerIds(account, [...ids, ...ids, 'a,user1', '']);
    assert.deepEqual(
      gateway.userList.args.map(([, { idIn }]) => idIn.split(',').length),
      [100, 50],
    );
  });

  it('are told as Kaltura writes them, and only those that were asked for', async () => {
    const { kaltura, gateway, account } = setUp();
    gateway.userList.resolves([{ id: 'Ada' }, { id: 'somebody.else' }]);
    assert.deepEqual(await kaltura.existingViewerIds(account, ['ada', 'ben']), new Set(['Ada']));
  });

  it('are nobody without a request when nobody is asked for', async () => {
    const { kaltura, gateway, account } = setUp();
    assert.equal((await kaltura.existingViewerIds(account, [])).size, 0);
    sinon.assert.notCalled(gateway.userList);
  });
});
