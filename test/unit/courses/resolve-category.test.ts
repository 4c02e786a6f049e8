import assert from 'node:assert/strict';
import type { Course } from '../../../src/adapter-sdk/types.js';
import { AppError } from '../../../src/errors/app-error.js';
import type { AccountId, CategoryId } from '../../../src/runtime/ids.js';
import type { PlatformSettings, TenantRecord } from '../../../src/store/ports.js';
import { arts, course, hasCode, law, mapping, platform, setUp } from '../../support/course-world.js';

describe('A mapped course', () => {
  for (const policy of ['play', 'refuse', 'provision'] as const) {
    it(`gets its category under the policy "${policy}"`, async () => {
      const { records, createProcess, categories } = setUp();
      records.push(mapping(law, 'c1', '77'));
      assert.deepEqual(
        await createProcess().resolve({ platform: platform(policy), tenant: law, course: course('c1') }),
        {
          categoryId: '77',
          origin: 'manual',
        },
      );
      assert.equal(categories.callCount(), 0);
    });
  }

  it('does not lend its category to a course of the same key in another tenant', async () => {
    const { records, createProcess } = setUp();
    records.push(mapping(law, 'c1', '77'));
    const request = { platform: platform('play'), tenant: arts, course: course('c1') };
    assert.deepEqual(await createProcess().resolve(request), { origin: 'unmapped' });
  });

  it('is read once until the store changes, then anew', async () => {
    const { records, createProcess, find, storeChanged } = setUp();
    records.push(mapping(law, 'c1', '77'));
    const resolver = createProcess();
    const request = { platform: platform('play'), tenant: law, course: course('c1') };
    await resolver.resolve(request);
    await resolver.resolve(request);
    assert.equal(find.callCount, 1);
    records[0] = mapping(law, 'c1', '78');
    storeChanged();
    assert.equal((await resolver.resolve(request)).categoryId, '78');
  });
});

describe('A launch without a course', () => {
  for (const policy of ['play', 'refuse', 'provision'] as const) {
    it(`is unmapped under the policy "${policy}": there is nothing to map`, async () => {
      const { createProcess, categories } = setUp();
      const request = { platform: platform(policy), tenant: law, course: undefined };
      assert.deepEqual(await createProcess().resolve(request), { origin: 'unmapped' });
      assert.equal(categories.callCount(), 0);
    });
  }
});

describe('A course without a mapping', () => {
  it('plays without a category under the policy "play"', async () => {
    const { createProcess, categories, records } = setUp();
    const request = { platform: platform('play'), tenant: law, course: course('c1') };
    assert.deepEqual(await createProcess().resolve(request), { origin: 'unmapped' });
    assert.equal(categories.ensureCategory.callCount, 0);
    assert.equal(records.length, 0);
  });

  it('is refused under the policy "refuse"', async () => {
    const { createProcess } = setUp();
    const request = { platform: platform('refuse'), tenant: law, course: course('c1') };
    await assert.rejects(createProcess().resolve(request), hasCode('MAPPING_MISSING'));
  });
});

describe('Policy "provision"', () => {
  const request = (owner: TenantRecord, wanted: Course, settings: Partial<PlatformSettings> = {}) => ({
    platform: platform('provision', settings),
    tenant: owner,
    course: wanted,
  });

  it('makes the category that Kaltura’s own integration would have made, and remembers it', async () => {
    const { createProcess, records, categories } = setUp();
    const wanted = course('ctx-15', { title: 'Contracts', label: 'LAW-1', categoryNames: ['15', 'Contracts'] });
    const resolver = createProcess();
    const answer = await resolver.resolve(request(law, wanted));
    const [record] = records;
    assert.equal(record?.categoryFullName, 'LTI>site>channels>15');
    assert.deepEqual(answer, { categoryId: record?.categoryId, origin: 'automatic' });
    assert.equal(record?.courseTitle, 'Contracts');
    assert.equal(record?.courseLabel, 'LAW-1');
    assert.match(
      categories.made.get('LTI>site>channels>15')?.referenceId ?? '',
      /^playcontext:tenant-law:[0-9a-f]{32}$/,
    );

    assert.deepEqual(await resolver.resolve(request(law, wanted)), answer);
    assert.equal(categories.ensureCategory.callCount, 1);
  });

  it('names the category after the course’s key when the adapter knows no name', async () => {
    const { createProcess, records } = setUp();
    await createProcess().resolve(request(law, course('ctx-15')));
    assert.equal(records[0]?.categoryFullName, 'LTI>site>channels>ctx-15');
  });

  it('works below the platform’s own root category', async () => {
    const { createProcess, records } = setUp();
    await createProcess().resolve(request(law, course('15'), { rootCategory: 'Campus>Law' }));
    assert.equal(records[0]?.categoryFullName, 'Campus>Law>site>channels>15');
  });

  it('adopts a category without a reference, as Kaltura’s own integration left it', async () => {
    const { createProcess, categories } = setUp();
    const old = categories.add('LTI>site>channels>15');
    assert.equal((await createProcess().resolve(request(law, course('15')))).categoryId, old.id);
  });

  it('does not adopt a category with somebody else’s reference', async () => {
    const { createProcess, categories, records } = setUp();
    categories.add('LTI>site>channels>15', 'sis:15');
    await createProcess().resolve(request(law, course('15')));
    assert.equal(records[0]?.categoryFullName, 'LTI>site>channels>15-law');
  });

  it('does not adopt a category that a course of another tenant uses', async () => {
    const { createProcess, categories, records } = setUp();
    const old = categories.add('LTI>site>channels>15');
    records.push(mapping(law, 'other', old.id));
    const answer = await createProcess().resolve(request(arts, course('15')));
    assert.notEqual(answer.categoryId, old.id);
    assert.equal(records[1]?.categoryFullName, 'LTI>site>channels>15-arts');
  });

  it('adopts a category that its own tenant uses already', async () => {
    const { createProcess, categories, records } = setUp();
    const old = categories.add('LTI>site>channels>15');
    records.push(mapping(law, 'section of 15', old.id));
    assert.equal((await createProcess().resolve(request(law, course('15')))).categoryId, old.id);
  });

  it('keeps two tenants with courses of one name apart', async () => {
    const { createProcess, records } = setUp();
    const resolver = createProcess();
    const one = await resolver.resolve(request(law, course('15')));
    const two = await resolver.resolve(request(arts, course('15')));
    assert.notEqual(one.categoryId, two.categoryId);
    assert.deepEqual(
      records.map(({ categoryFullName }) => categoryFullName),
      ['LTI>site>channels>15', 'LTI>site>channels>15-arts'],
    );
  });

  it('keeps two courses of one tenant apart that have one name', async () => {
    const { createProcess, records } = setUp();
    const resolver = createProcess();
    for (const key of ['a', 'b', 'c']) {
      await resolver.resolve(request(law, course(key, { categoryNames: ['Seminar'] })));
    }
    const names = records.map(({ categoryFullName }) => categoryFullName.replace('LTI>site>channels>', ''));
    assert.deepEqual(names.slice(0, 2), ['Seminar', 'Seminar-law']);
    assert.match(names[2] ?? '', /^Seminar-law-[0-9a-f]{8}$/);
  });

  it('keeps the whole suffix when the name is as long as Kaltura allows', async () => {
    const { createProcess, categories, records } = setUp();
    categories.add(`LTI>site>channels>${'x'.repeat(200)}`, 'sis:15');
    await createProcess().resolve(request(law, course('15', { categoryNames: ['x'.repeat(200)] })));
    assert.equal(records[0]?.categoryFullName, `LTI>site>channels>${'x'.repeat(196)}-law`);
  });

  it('fails when every name belongs to somebody else, and stores nothing', async () => {
    const { createProcess, categories, records } = setUp();
    categories.ensureCategory.callsFake((_account, { names }) =>
      Promise.resolve({ id: '9' as CategoryId, fullName: names.join('>'), referenceId: 'sis' }),
    );
    await assert.rejects(createProcess().resolve(request(law, course('15'))), hasCode('MAPPING_CONFLICT'));
    assert.equal(records.length, 0);
  });

  it('asks Kaltura once when a whole class opens the course for the first time', async () => {
    const { createProcess, categories, records } = setUp();
    const resolver = createProcess();
    const all = await Promise.all(Array.from({ length: 50 }, () => resolver.resolve(request(law, course('15')))));
    assert.equal(new Set(all.map(({ categoryId }) => categoryId)).size, 1);
    assert.equal(categories.ensureCategory.callCount, 1);
    assert.equal(records.length, 1);
  });

  it('gives two processes that race for one course the same category', async () => {
    const { createProcess, records } = setUp();
    const all = await Promise.all(
      [createProcess(), createProcess()].map((resolver) => resolver.resolve(request(law, course('15')))),
    );
    assert.deepEqual(all[0], all[1]);
    assert.equal(records.length, 1);
  });

  it('answers with the mapping that an admin made in the meantime', async () => {
    const { createProcess, records, categories } = setUp();
    const add = categories.add;
    categories.ensureCategory.callsFake((_account, { names }) => {
      records.push(mapping(law, '15', '77'));
      return Promise.resolve(add(names.join('>')));
    });
    assert.deepEqual(await createProcess().resolve(request(law, course('15'))), { categoryId: '77', origin: 'manual' });
  });

  it('lets only one of two tenants adopt an old category when their first launches race', async () => {
    const { createProcess, categories, records } = setUp();
    categories.add('LTI>site>channels>15');
    const resolver = createProcess();
    const all = await Promise.all([law, arts].map((owner) => resolver.resolve(request(owner, course('15')))));
    assert.notEqual(all[0]?.categoryId, all[1]?.categoryId);
    assert.equal(records.length, 2);
  });

  it('fails the launch when Kaltura fails, so that no play is reported without its course, and tries again', async () => {
    const { createProcess, categories } = setUp();
    categories.ensureCategory.onFirstCall().rejects(new AppError('KALTURA_TIMEOUT'));
    const resolver = createProcess();
    await assert.rejects(resolver.resolve(request(law, course('15'))), hasCode('KALTURA_TIMEOUT'));
    assert.equal((await resolver.resolve(request(law, course('15')))).origin, 'automatic');
  });

  it('uses the account of the tenant', async () => {
    const { createProcess } = setUp();
    const foreign = { ...law, accountId: 'other' as AccountId };
    await assert.rejects(createProcess().resolve(request(foreign, course('15'))), hasCode('KALTURA_ACCOUNT_UNKNOWN'));
  });
});
