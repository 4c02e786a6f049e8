import assert from 'node:assert/strict';
import {
  changeCourseSettings,
  checkCourseSettings,
  parseCourseSettings,
  playerOf,
  readCourseSettings,
} from '../../../src/courses/settings.js';
import { isAppError } from '../../../src/errors/app-error.js';
import type { TenantRecord, TenantStore } from '../../../src/store/ports.js';
import { hasCode, law } from '../../support/course-world.js';
import { testClock } from '../../support/kaltura-account.js';

const RULE = { id: 'r1', field: 'label', pattern: '([A-Z]+)\\d+', categoryPath: 'site>$1', create: true };

const reasonOf = (wish: unknown): string => {
  try {
    checkCourseSettings(wish);
  } catch (error) {
    if (isAppError(error) && error.code === 'INPUT_INVALID') return error.reason ?? '';
    throw error;
  }
  return 'taken';
};

describe('Settings of courses', () => {
  it('are no rules, inheriting and no players where a tenant has none', () => {
    for (const stored of [undefined, null, {}]) {
      assert.deepEqual(readCourseSettings(stored), { rules: [], copiedCourse: 'inherit', players: {} });
    }
  });

  it('are read once per stored value', () => {
    const stored = { rules: [RULE] };
    assert.equal(readCourseSettings(stored), readCourseSettings(stored));
  });

  it('that cannot be read say so', () => {
    for (const stored of [7, [], { rules: 7 }, { copiedCourse: 'maybe' }, { rules: [{ ...RULE, id: '' }] }]) {
      assert.throws(() => readCourseSettings(stored), hasCode('COURSE_SETTINGS_INVALID'));
    }
  });

  it('name the rule by its position and what is wrong with it', () => {
    const second = (changes: object) => reasonOf({ rules: [RULE, { ...RULE, id: 'r2', ...changes }] });
    assert.equal(second({}), 'taken');
    assert.match(second({ pattern: '(' }), /^rule 2: the pattern is wrong: missing closing/);
    assert.equal(second({ pattern: '' }), 'rule 2: the pattern is missing');
    assert.equal(second({ pattern: undefined }), 'rule 2: the pattern is missing');
    assert.equal(second({ pattern: 'x'.repeat(501) }), 'rule 2: the pattern is longer than 500 characters');
    assert.equal(second({ categoryPath: ' ' }), 'rule 2: the category path is missing');
    assert.equal(second({ categoryPath: 'x'.repeat(501) }), 'rule 2: the category path is longer than 500 characters');
    assert.match(second({ categoryPath: 'a>$2' }), /^rule 2: .* group that the pattern does not have: \$2$/);
    assert.equal(second({ field: 'name' }), 'rule 2: the field is one of key, label, title, sourcedId');
    assert.match(second({ id: 'a b' }), /^rule 2: the id of a rule/);
    assert.match(second({ id: 'r1' }), /no other rule has it/);
    assert.match(second({ more: 1 }), /^rule 2: the settings are malformed/);
  });

  it('take 200 rules and 500 players, not more', () => {
    const rules = (count: number) => Array.from({ length: count }, (_, index) => ({ ...RULE, id: `r${index}` }));
    const players = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`course ${index}`, 23448540]));
    assert.equal(reasonOf({ rules: rules(200), players: players(500) }), 'taken');
    assert.match(reasonOf({ rules: rules(201) }), /more than 200 rules/);
    assert.match(reasonOf({ players: players(501) }), /more than 500 courses/);
    for (const player of [0, -1, 1.5, '7', null]) assert.match(reasonOf({ players: { c1: player } }), /whole number/);
  });

  it('give a screen the problem and the rule', () => {
    assert.deepEqual(parseCourseSettings({ rules: [RULE, { ...RULE, id: 'r2', categoryPath: '$9' }] }), {
      ok: false,
      problem: 'path-group',
      detail: '$9',
      rule: 1,
    });
  });

  it('know a course’s player and no other’s', () => {
    const settings = checkCourseSettings({ players: { c1: 7 } });
    assert.equal(playerOf(settings, 'c1'), 7);
    for (const key of ['c2', 'constructor', '__proto__']) assert.equal(playerOf(settings, key), undefined);
  });
});

describe('Changing the settings of courses', () => {
  const by = { kind: 'admin' as const, id: 'ada' };
  const clock = testClock();
  const storeThat = (update: TenantStore['update']) => ({ tenants: { update } });

  it('stores them with their defaults, for the version that was seen', async () => {
    const calls: unknown[] = [];
    const store = storeThat((...call) => {
      calls.push(call);
      return Promise.resolve({ outcome: 'done', record: { ...law, version: 2 } satisfies TenantRecord });
    });
    const { create: _, ...short } = RULE;
    assert.equal((await changeCourseSettings(law, { rules: [short] }, { store, clock }, by)).version, 2);
    const courseSettings = { rules: [{ ...short, create: false }], copiedCourse: 'inherit', players: {} };
    assert.deepEqual(calls, [[law.id, 1, { courseSettings }, by, clock.now]]);
  });

  it('is refused when the tenant was changed meanwhile', async () => {
    const store = storeThat(() => Promise.resolve({ outcome: 'conflict', current: law }));
    await assert.rejects(changeCourseSettings(law, {}, { store, clock }, by), hasCode('STORE_CONFLICT'));
  });
});
