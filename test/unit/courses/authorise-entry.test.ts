import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createEntryAuthoriser, type EntryRequest } from '../../../src/courses/authorise-entry.js';
import { AppError, isAppError } from '../../../src/errors/app-error.js';
import type { CategoryRef, EntryCategory, KalturaAccount } from '../../../src/kaltura/types.js';
import type { AccountId, CategoryId, EntryId, PlatformRef } from '../../../src/runtime/ids.js';
import type { EntryPolicy, PlatformSettings } from '../../../src/store/ports.js';
import { testAccount, testClock } from '../../support/kaltura-account.js';

const id = (text: string) => text as CategoryId;
const entryId = '0_abcd1234' as EntryId;
const linkKey = Buffer.alloc(32, 5);
const notAllowed = (error: unknown) => isAppError(error) && error.code === 'ENTRY_NOT_ALLOWED';

const platform = (entryPolicy: EntryPolicy, settings: Partial<PlatformSettings> = {}, ref = 'AAAAAAAAAAA') => ({
  ref: ref as PlatformRef,
  settings: {
    unmappedCourse: 'play',
    entryPolicy,
    frameOrigins: [],
    adapter: {},
    ...settings,
  } satisfies PlatformSettings,
});

/** Entry 0_abcd1234 is in LTI(1) > channels(3) > 15(15) > InContext(150). */
function setUp({ assigned = [{ categoryId: id('150'), ancestorIds: ['1', '3', '15', '150'].map(id) }] } = {}) {
  const roots: Record<string, CategoryRef> = {
    LTI: { id: id('1'), fullName: 'LTI' },
    'LTI>law': { id: id('2'), fullName: 'LTI>law' },
  };
  const kaltura = {
    entryCategories: sinon.stub<[KalturaAccount, EntryId], Promise<EntryCategory[]>>().resolves(assigned),
    findCategory: sinon
      .stub<[KalturaAccount, string], Promise<CategoryRef | undefined>>()
      .callsFake((_account, fullName) => Promise.resolve(roots[fullName])),
  };
  const clock = testClock();
  const authoriser = createEntryAuthoriser({ kaltura, linkKey, clock });
  const request = (entryPolicy: EntryPolicy, changes: Partial<EntryRequest> = {}): EntryRequest => ({
    platform: platform(entryPolicy),
    deploymentId: '1',
    account: testAccount(),
    entryId,
    ...changes,
  });
  return { kaltura, clock, authoriser, request };
}

describe('Entry policy "course"', () => {
  it('allows what is in the course’s category or below it', async () => {
    const { authoriser, request } = setUp();
    for (const categoryId of ['15', '150']) {
      assert.deepEqual(await authoriser.authorise(request('course', { categoryId: id(categoryId) })), {
        entryId,
        allowedBy: 'course',
      });
    }
  });

  it('refuses what is in another course’s category, or in one that merely begins alike', async () => {
    const { authoriser, request } = setUp();
    for (const categoryId of ['16', '1500', '5']) {
      await assert.rejects(authoriser.authorise(request('course', { categoryId: id(categoryId) })), notAllowed);
    }
  });

  it('refuses an entry that is assigned only above the course’s category', async () => {
    const { authoriser, request } = setUp({ assigned: [{ categoryId: id('3'), ancestorIds: ['1', '3'].map(id) }] });
    await assert.rejects(authoriser.authorise(request('course', { categoryId: id('15') })), notAllowed);
  });

  it('refuses an entry that is assigned nowhere', async () => {
    const { authoriser, request } = setUp({ assigned: [] });
    await assert.rejects(authoriser.authorise(request('course', { categoryId: id('15') })), notAllowed);
  });

  it('refuses everything unsigned in a course without a category', async () => {
    const { authoriser, request } = setUp();
    await assert.rejects(authoriser.authorise(request('course')), notAllowed);
  });
});

describe('Entry policy "root"', () => {
  it('allows what is below the account’s root category, whatever the course', async () => {
    const { authoriser, request } = setUp();
    assert.equal((await authoriser.authorise(request('root'))).allowedBy, 'root');
  });

  it('refuses what another platform keeps below its own root category', async () => {
    const { authoriser, request } = setUp();
    const other = platform('root', { rootCategory: 'LTI>law' });
    await assert.rejects(authoriser.authorise(request('root', { platform: other })), notAllowed);
  });

  it('says so when the root category does not exist', async () => {
    const { authoriser, request } = setUp();
    const wrong = platform('root', { rootCategory: 'Typo' });
    await assert.rejects(
      authoriser.authorise(request('root', { platform: wrong })),
      (error) => isAppError(error) && error.code === 'KALTURA_ROOT_MISSING',
    );
  });

  it('looks the root category up once in five minutes, for each account', async () => {
    const { authoriser, request, kaltura, clock } = setUp();
    await authoriser.authorise(request('root'));
    clock.now += 300_000;
    await authoriser.authorise(request('root'));
    assert.equal(kaltura.findCategory.callCount, 1);
    clock.now += 1;
    await authoriser.authorise(request('root'));
    assert.equal(kaltura.findCategory.callCount, 2);
    await authoriser.authorise(request('root', { account: testAccount({ id: 'law' as AccountId }) }));
    assert.equal(kaltura.findCategory.callCount, 3);
  });
});

describe('Entry policy "signed"', () => {
  it('refuses an unsigned link, whatever categories the entry has, without asking Kaltura', async () => {
    const { authoriser, request, kaltura } = setUp();
    await assert.rejects(authoriser.authorise(request('signed', { categoryId: id('15') })), notAllowed);
    assert.equal(kaltura.entryCategories.callCount, 0);
  });
});

describe('A signed link', () => {
  const signed = { platformRef: 'AAAAAAAAAAA' as PlatformRef, deploymentId: '1', entryId };

  for (const policy of ['signed', 'course', 'root'] as const) {
    it(`plays under the policy "${policy}" without asking Kaltura`, async () => {
      const { authoriser, request, kaltura } = setUp({ assigned: [] });
      const signature = authoriser.signEntry(signed);
      assert.deepEqual(await authoriser.authorise(request(policy, { signature })), { entryId, allowedBy: 'signature' });
      assert.equal(kaltura.entryCategories.callCount + kaltura.findCategory.callCount, 0);
    });
  }

  it('goes on to play in a copy of the course', async () => {
    const { authoriser, request } = setUp({ assigned: [] });
    const signature = authoriser.signEntry(signed);
    for (const categoryId of ['15', '16']) {
      await authoriser.authorise(request('signed', { signature, categoryId: id(categoryId) }));
    }
  });

  it('does not play on another platform, in another deployment, or with another entry', async () => {
    const { authoriser, request } = setUp();
    const signature = authoriser.signEntry(signed);
    const elsewhere: Partial<EntryRequest>[] = [
      { platform: platform('signed', {}, 'BBBBBBBBBBB') },
      { deploymentId: '2' },
      { deploymentId: '1 ' },
      { entryId: '0_zzzzzzzz' },
    ];
    for (const change of elsewhere) {
      await assert.rejects(authoriser.authorise(request('signed', { signature, ...change })), notAllowed);
    }
  });

  it('keeps platform, deployment and entry apart, whatever they hold', () => {
    const { authoriser } = setUp();
    const one = authoriser.signEntry({ ...signed, platformRef: 'A","B' as PlatformRef, deploymentId: 'C' });
    const two = authoriser.signEntry({ ...signed, platformRef: 'A' as PlatformRef, deploymentId: 'B","C' });
    assert.notEqual(one, two);
  });

  it('does not play with a signature that was changed, cut, lengthened or emptied', async () => {
    const { authoriser, request } = setUp();
    const good = authoriser.signEntry(signed);
    const wrong = [good.slice(0, -1), `${good}A`, good.replace('v1.', 'v2.'), good.toUpperCase(), '', 'é'.repeat(46)];
    wrong.push(`${good.slice(0, 10)}${good[10] === 'A' ? 'B' : 'A'}${good.slice(11)}`);
    for (const signature of wrong) {
      await assert.rejects(authoriser.authorise(request('signed', { signature })), notAllowed);
    }
  });

  it('with a signature that does not fit still plays where the policy allows the entry', async () => {
    const { authoriser, request } = setUp();
    const permission = await authoriser.authorise(request('course', { signature: 'v1.x', categoryId: id('15') }));
    assert.equal(permission.allowedBy, 'course');
  });

  it('carries a version and only characters that survive in links', () => {
    assert.match(setUp().authoriser.signEntry(signed), /^v1\.[A-Za-z0-9_-]{43}$/);
  });

  it('is not made with a short key', () => {
    const { kaltura, clock } = setUp();
    assert.throws(() => createEntryAuthoriser({ kaltura, clock, linkKey: Buffer.alloc(16) }), isAppError);
  });
});

describe('Entry ids', () => {
  for (const wrong of [
    '',
    '0_ABCD1234',
    '2_abcd1234',
    '0_abcd123',
    '0_abcd12345',
    '0_abcd1234\n',
    '*',
    '0_abcd1234/x',
  ]) {
    it(`like ${JSON.stringify(wrong)} are refused before anything else`, async () => {
      const { authoriser, request } = setUp();
      const signature = authoriser.signEntry({
        platformRef: 'AAAAAAAAAAA' as PlatformRef,
        deploymentId: '1',
        entryId: wrong as EntryId,
      });
      await assert.rejects(
        authoriser.authorise(request('signed', { entryId: wrong, signature })),
        (error) => isAppError(error) && error.code === 'ENTRY_ID_MALFORMED',
      );
    });
  }
});

describe('A failure of Kaltura', () => {
  it('refuses the launch with its own code', async () => {
    const { authoriser, request, kaltura } = setUp();
    kaltura.entryCategories.rejects(new AppError('KALTURA_TIMEOUT'));
    await assert.rejects(
      authoriser.authorise(request('course', { categoryId: id('15') })),
      (error) => isAppError(error) && error.code === 'KALTURA_TIMEOUT',
    );
  });
});
