import assert from 'node:assert/strict';
import type { Course } from '../../../src/adapter-sdk/types.js';
import type { CourseSettings } from '../../../src/courses/settings.js';
import { AppError } from '../../../src/errors/app-error.js';
import type { TenantRecord, UnmappedCoursePolicy } from '../../../src/store/ports.js';
import { arts, course, hasCode, law, mapping, platform, setUp } from '../../support/course-world.js';

const RULE = { id: 'r1', field: 'label', pattern: '([A-Z]+)\\d+', categoryPath: 'site>channels>$1', create: false };

const withSettings = (settings: unknown, tenant: TenantRecord = law): TenantRecord => ({
  ...tenant,
  courseSettings: settings,
});
const withRule = (changes: object = {}) => withSettings({ rules: [{ ...RULE, ...changes }] });
const copied = (copiedCourse: CourseSettings['copiedCourse']) => withSettings({ copiedCourse });

const request = (policy: UnmappedCoursePolicy, tenant: TenantRecord, wanted: Course) => ({
  platform: platform(policy),
  tenant,
  course: wanted,
});
const bio = course('k1', { label: 'BIO101', title: 'Biology' });

describe('A rule', () => {
  it('maps a course to the category that it names, and the mapping is remembered as the rule’s', async () => {
    const { categories, records, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>BIO');
    const answer = await createProcess().resolve(request('play', withRule(), bio));
    assert.deepEqual(answer, { categoryId: id, origin: 'rule' });
    assert.deepEqual(
      records.map(({ courseKey, courseTitle, categoryFullName, origin }) => [
        courseKey,
        courseTitle,
        categoryFullName,
        origin,
      ]),
      [['k1', 'Biology', 'LTI>site>channels>BIO', 'rule']],
    );
  });

  it('yields to the mapping that a course has', async () => {
    const { categories, records, createProcess } = setUp();
    categories.add('LTI>site>channels>BIO');
    records.push(mapping(law, 'k1', '77'));
    assert.equal((await createProcess().resolve(request('play', withRule(), bio))).categoryId, '77');
    assert.equal(categories.callCount(), 0);
  });

  it('counts before a copied course’s original and before a category of the course’s name', async () => {
    const { categories, records, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>BIO');
    categories.add('LTI>site>channels>k1');
    records.push(mapping(law, 'old', '77'));
    const wanted = { ...bio, previousKeys: ['old'], categoryNames: ['k1'] };
    assert.equal((await createProcess().resolve(request('provision', withRule(), wanted))).categoryId, id);
  });

  it('maps several courses to one category, also one that another tenant’s courses have', async () => {
    const { categories, records, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>BIO', 'sis:1');
    records.push(mapping(arts, 'x', id));
    const resolver = createProcess();
    for (const key of ['k1', 'k2']) {
      assert.equal((await resolver.resolve(request('play', withRule(), { ...bio, key }))).categoryId, id);
    }
  });

  it('makes the category where it may, whatever the policy, and says in Kaltura who made it', async () => {
    for (const policy of ['play', 'refuse', 'provision'] as const) {
      const { categories, createProcess } = setUp();
      const answer = await createProcess().resolve(request(policy, withRule({ create: true }), bio));
      const made = categories.made.get('LTI>site>channels>BIO');
      assert.deepEqual(answer, { categoryId: made?.id, origin: 'rule' });
      assert.match(made?.referenceId ?? '', /^playcontext:tenant-law:/);
    }
  });

  it('that may not make its category leaves the course to the next step', async () => {
    const { categories, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>k1');
    const wanted = { ...bio, categoryNames: ['k1'] };
    assert.deepEqual(await createProcess().resolve(request('play', withRule(), wanted)), {
      categoryId: id,
      origin: 'matched',
    });
  });

  it('begins below the platform’s own root category', async () => {
    const { categories, createProcess } = setUp();
    const { id } = categories.add('Campus>Law>site>channels>BIO');
    const answer = await createProcess().resolve({
      platform: platform('play', { rootCategory: 'Campus>Law' }),
      tenant: withRule(),
      course: bio,
    });
    assert.equal(answer.categoryId, id);
  });

  it('that cannot be read ends the launch instead of mapping it wrongly', async () => {
    const { createProcess } = setUp();
    const resolver = createProcess();
    for (const broken of [withSettings({ rules: 7 }), withRule({ pattern: '(' })]) {
      await assert.rejects(resolver.resolve(request('play', broken, bio)), hasCode('COURSE_SETTINGS_INVALID'));
    }
  });
});

describe('A copied course', () => {
  const copy = course('new', { previousKeys: ['nearest', 'older'] });

  it('gets the category of the nearest course that has one', async () => {
    const { records, categories, createProcess } = setUp();
    records.push(mapping(law, 'older', '70'), mapping(law, 'nearest', '71'));
    const answer = await createProcess().resolve(request('provision', law, copy));
    assert.deepEqual(answer, { categoryId: '71', origin: 'inherited' });
    assert.equal(records[2]?.origin, 'inherited');
    assert.equal(categories.callCount(), 0);
  });

  it('gets that of an older one when the nearest has none or its category was deleted', async () => {
    const { records, problems, createProcess } = setUp();
    records.push(mapping(law, 'older', '70'), mapping(law, 'nearest', '71'));
    problems.set('nearest', 'deleted');
    assert.equal((await createProcess().resolve(request('play', law, copy))).categoryId, '70');
  });

  it('never gets the category of another tenant’s course', async () => {
    const { records, createProcess } = setUp();
    records.push(mapping(arts, 'nearest', '71'));
    assert.deepEqual(await createProcess().resolve(request('play', law, copy)), { origin: 'unmapped' });
  });

  it('gets what any new course gets when the tenant says "new"', async () => {
    const { records, createProcess } = setUp();
    records.push(mapping(law, 'nearest', '71'));
    const answer = await createProcess().resolve(request('provision', copied('new'), copy));
    assert.equal(answer.origin, 'automatic');
    assert.notEqual(answer.categoryId, '71');
  });

  it('gets a category of its own when the tenant says "clone", and its entries are asked for once', async () => {
    const { records, clones, createProcess } = setUp();
    records.push(mapping(law, 'nearest', '71'));
    const resolver = createProcess();
    const wanted = request('provision', copied('clone'), copy);
    const [one, two] = await Promise.all([resolver.resolve(wanted), resolver.resolve(wanted)]);
    assert.equal(one.origin, 'automatic');
    assert.deepEqual(one, two);
    assert.deepEqual(clones, [
      { tenantId: law.id, courseKey: 'new', fromCategoryId: '71', toCategoryId: one.categoryId },
    ]);
  });

  it('inherits in spite of "clone" when the policy makes no categories', async () => {
    const { records, clones, createProcess } = setUp();
    records.push(mapping(law, 'nearest', '71'));
    for (const policy of ['play', 'refuse'] as const) {
      const wanted = { ...copy, key: policy };
      assert.equal((await createProcess().resolve(request(policy, copied('clone'), wanted))).origin, 'inherited');
    }
    assert.deepEqual(clones, []);
  });

  it('plays although its entries could not be asked for', async () => {
    const { records, onCloned, warn, createProcess } = setUp();
    records.push(mapping(law, 'nearest', '71'));
    const failing = { ...request('provision', copied('clone'), copy) };
    const resolver = createProcess(() => Promise.reject(new AppError('STORE_BUSY')));
    assert.equal((await resolver.resolve(failing)).origin, 'automatic');
    assert.equal(onCloned.callCount, 0);
    assert.equal(warn.callCount, 1);
  });
});

describe('A category that Kaltura’s own integration left', () => {
  const wanted = course('ctx', { categoryNames: ['15', 'Contracts, A > B'] });

  it('is matched by each name that the adapter knows, as Kaltura writes it', async () => {
    const { categories, records, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>Contracts_ A _ B');
    assert.deepEqual(await createProcess().resolve(request('refuse', law, wanted)), {
      categoryId: id,
      origin: 'matched',
    });
    assert.equal(records[0]?.origin, 'matched');
  });

  it('is not matched when it was made for another course or another tenant uses it', async () => {
    for (const take of [
      ({ categories }: ReturnType<typeof setUp>) => void categories.add('LTI>site>channels>15', 'sis:15'),
      ({ categories, records }: ReturnType<typeof setUp>) =>
        void records.push(mapping(arts, 'x', categories.add('LTI>site>channels>15').id)),
    ]) {
      const world = setUp();
      take(world);
      assert.deepEqual(await world.createProcess().resolve(request('play', law, wanted)), { origin: 'unmapped' });
    }
  });

  it('goes to one of two tenants that look for it at once', async () => {
    const { categories, records, createProcess } = setUp();
    categories.add('LTI>site>channels>15');
    const resolver = createProcess();
    const answers = await Promise.all([law, arts].map((tenant) => resolver.resolve(request('play', tenant, wanted))));
    assert.deepEqual(answers.map(({ origin }) => origin).sort(), ['matched', 'unmapped']);
    assert.equal(records.length, 1);
  });
});

describe('An unmapped course', () => {
  const wanted = { ...bio, categoryNames: ['15'] };

  it('asks Kaltura again only after five minutes, and finds a category that came meanwhile', async () => {
    const { categories, clock, createProcess } = setUp();
    const resolver = createProcess();
    const launch = () => resolver.resolve(request('play', withRule(), wanted));
    await launch();
    const asked = categories.callCount();
    assert.equal(asked, 2);
    categories.add('LTI>site>channels>15');
    clock.now += 299_000;
    assert.deepEqual(await launch(), { origin: 'unmapped' });
    assert.equal(categories.callCount(), asked);
    clock.now += 2_000;
    assert.equal((await launch()).origin, 'matched');
  });

  it('plays while Kaltura fails under the policy "play", stores nothing, and is looked for at the next launch', async () => {
    const { categories, records, warn, createProcess } = setUp();
    const { id } = categories.add('LTI>site>channels>BIO');
    categories.findCategory.onFirstCall().rejects(new AppError('KALTURA_TIMEOUT'));
    records.push(mapping(law, 'old', '77'));
    const resolver = createProcess();
    const launch = () => resolver.resolve(request('play', withRule(), { ...wanted, previousKeys: ['old'] }));
    assert.deepEqual(await launch(), { origin: 'unmapped' });
    assert.equal(records.length, 1);
    assert.equal(warn.callCount, 1);
    assert.equal((await launch()).categoryId, id);
  });

  it('is not played while Kaltura fails under the other policies', async () => {
    for (const policy of ['refuse', 'provision'] as const) {
      const { categories, createProcess } = setUp();
      categories.findCategory.rejects(new AppError('KALTURA_UNREACHABLE'));
      await assert.rejects(
        createProcess().resolve(request(policy, withRule(), wanted)),
        hasCode('KALTURA_UNREACHABLE'),
      );
    }
  });

  it('does not hide a failure of the store under the policy "play"', async () => {
    const { createProcess, categories } = setUp();
    categories.findCategory.rejects(new AppError('STORE_UNAVAILABLE'));
    await assert.rejects(createProcess().resolve(request('play', withRule(), wanted)), hasCode('STORE_UNAVAILABLE'));
  });
});

describe('A preview', () => {
  const wanted = course('k1', { label: 'BIO101', categoryNames: ['15'] });
  type World = ReturnType<typeof setUp>;

  const cases: {
    name: string;
    policy?: UnmappedCoursePolicy;
    tenant?: TenantRecord;
    course?: Course;
    given?: (world: World) => void;
    preview: object;
  }[] = [
    {
      name: 'a mapped course',
      given: ({ records }) => void records.push(mapping(law, 'k1', '77')),
      preview: { categoryId: '77', categoryFullName: 'LTI>site>channels>old', origin: 'manual' },
    },
    {
      name: 'a rule’s category',
      tenant: withRule(),
      given: ({ categories }) => void categories.add('LTI>site>channels>BIO'),
      preview: { categoryId: '1000', categoryFullName: 'LTI>site>channels>BIO', origin: 'rule' },
    },
    {
      name: 'a category that a rule would make',
      tenant: withRule({ create: true }),
      preview: { wouldCreate: 'LTI>site>channels>BIO', origin: 'rule' },
    },
    {
      name: 'an inherited category',
      course: { ...wanted, previousKeys: ['old'] },
      given: ({ records }) => void records.push(mapping(law, 'old', '77')),
      preview: { categoryId: '77', categoryFullName: 'LTI>site>channels>old', origin: 'inherited' },
    },
    {
      name: 'a matched category',
      given: ({ categories }) => void categories.add('LTI>site>channels>15'),
      preview: { categoryId: '1000', categoryFullName: 'LTI>site>channels>15', origin: 'matched' },
    },
    {
      name: 'a category that the policy would make',
      policy: 'provision',
      preview: { wouldCreate: 'LTI>site>channels>15', origin: 'automatic' },
    },
    {
      name: 'the next name when the first is taken',
      policy: 'provision',
      given: ({ categories }) => void categories.add('LTI>site>channels>15', 'sis:15'),
      preview: { wouldCreate: 'LTI>site>channels>15-law', origin: 'automatic' },
    },
    { name: 'an unmapped course', preview: { origin: 'unmapped' } },
  ];
  for (const { name, policy = 'play', tenant = law, course: shown = wanted, given, preview } of cases) {
    it(`shows ${name}, as the launch then finds it, and changes nothing`, async () => {
      const world = setUp();
      given?.(world);
      const before = [...world.records];
      const resolver = world.createProcess();
      const seen = await resolver.preview(request(policy, tenant, shown));
      assert.deepEqual(seen, preview);
      assert.deepEqual(world.records, before);
      assert.equal(world.categories.ensureCategory.callCount, 0);
      const launched = await resolver.resolve(request(policy, tenant, shown));
      assert.equal(launched.origin, seen.origin);
      if (seen.categoryId !== undefined) assert.equal(launched.categoryId, seen.categoryId);
      if (seen.wouldCreate !== undefined) {
        assert.equal(world.categories.made.get(seen.wouldCreate)?.id, launched.categoryId);
      }
    });
  }

  it('fails as the launch would under the policy "refuse"', async () => {
    const { createProcess } = setUp();
    await assert.rejects(createProcess().preview(request('refuse', law, wanted)), hasCode('MAPPING_MISSING'));
  });
});
