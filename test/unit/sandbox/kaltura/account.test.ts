import assert from 'node:assert/strict';
import { createAccount, type Account } from '../../../../src/sandbox/kaltura/account.js';
import { ApiException } from '../../../../src/sandbox/kaltura/api-error.js';

const ENTRY = {
  id: '1_aaaaaaaa',
  name: 'A',
  description: '',
  durationSeconds: 1,
  createdAt: 1,
  media: undefined,
  captions: [],
};

function refused(run: () => unknown): { code: string; args: Readonly<Record<string, string>> } {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ApiException);
    return { code: error.code, args: error.args };
  }
  throw new Error('it was not refused');
}

describe('categories of the stand-in', () => {
  let account: Account;
  beforeEach(() => {
    account = createAccount({ partnerId: 1, uiConfId: 2, entries: [ENTRY], clock: { nowMs: () => 1_000_000 } });
  });

  it('count up from 86091 and carry the path in names and ids', () => {
    const root = account.addCategory({ name: 'Root', parentId: 0 });
    const child = account.addCategory({ name: 'Child', parentId: root.id });
    assert.deepEqual(
      [root.id, child.id, child.fullName, child.fullIds, child.depth],
      [86091, 86092, 'Root>Child', '86091>86092', 1],
    );
  });

  it('lose the characters that Kaltura keeps for itself', () => {
    assert.equal(account.addCategory({ name: 'A, B > C < D', parentId: 0 }).fullName, 'A_ B _ C _ D');
  });

  it('are refused a full name that exists, also after Kaltura rewrote it', () => {
    account.addCategory({ name: 'A_B', parentId: 0 });
    const { code, args } = refused(() => account.addCategory({ name: 'A,B', parentId: 0 }));
    assert.deepEqual([code, args], ['DUPLICATE_CATEGORY', { CATEGORY: 'A_B' }]);
  });

  it('may share a reference id', () => {
    account.addCategory({ name: 'A', parentId: 0, referenceId: 'r' });
    assert.equal(account.addCategory({ name: 'B', parentId: 0, referenceId: 'r' }).referenceId, 'r');
  });

  it('need a parent that exists, and never move below themselves', () => {
    assert.equal(refused(() => account.addCategory({ name: 'A', parentId: 5 })).code, 'PARENT_CATEGORY_NOT_FOUND');
    const root = account.addCategory({ name: 'Root', parentId: 0 });
    const child = account.addCategory({ name: 'Child', parentId: root.id });
    assert.equal(
      refused(() => account.updateCategory(root.id, { parentId: child.id })).code,
      'PARENT_CATEGORY_IS_CHILD',
    );
  });

  it('take their descendants along when they are renamed', () => {
    const root = account.addCategory({ name: 'Root', parentId: 0 });
    const child = account.addCategory({ name: 'Child', parentId: root.id });
    const grandchild = account.addCategory({ name: 'Leaf', parentId: child.id });
    account.updateCategory(root.id, { name: 'New' });
    assert.equal(grandchild.fullName, 'New>Child>Leaf');
  });

  it('hand their entries to the parent when they are deleted', () => {
    const root = account.addCategory({ name: 'Root', parentId: 0 });
    const child = account.addCategory({ name: 'Child', parentId: root.id });
    account.assign(ENTRY.id, child.id, 'u');
    account.deleteCategory(child.id, true);
    assert.deepEqual(account.categoriesOf(ENTRY.id), [root]);
  });

  it('inherit privacy contexts', () => {
    const root = account.addCategory({ name: 'Root', parentId: 0, privacyContext: 'campus' });
    const child = account.addCategory({ name: 'Child', parentId: root.id, privacyContext: 'library' });
    assert.deepEqual(account.privacyContexts(child), ['library', 'campus']);
    assert.equal(
      refused(() => account.addCategory({ name: 'X', parentId: 0, privacyContext: 'a-b' })).code,
      'PRIVACY_CONTEXT_INVALID_STRING',
    );
  });

  it('hold an entry once, and an entry stands in at most 32', () => {
    const root = account.addCategory({ name: 'Root', parentId: 0 });
    account.assign(ENTRY.id, root.id, 'u');
    assert.equal(refused(() => account.assign(ENTRY.id, root.id, 'u')).code, 'CATEGORY_ENTRY_ALREADY_EXISTS');
    for (let each = 1; each < 32; each += 1) {
      account.assign(ENTRY.id, account.addCategory({ name: `C${each}`, parentId: 0 }).id, 'u');
    }
    const last = account.addCategory({ name: 'Last', parentId: 0 });
    assert.equal(refused(() => account.assign(ENTRY.id, last.id, 'u')).code, 'MAX_CATEGORIES_FOR_ENTRY_REACHED');
  });
});
