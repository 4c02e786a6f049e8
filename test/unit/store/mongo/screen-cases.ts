/** What the methods that only the admin's screens live on are called with, and what reads find then. */
import { newUuid, type LaunchId } from '../../../../src/runtime/ids.js';
import { toDocument } from '../../../../src/store/mongo/documents.js';
import type { StagedRow } from '../../../../src/store/ports.js';
import { ADMIN, aLaunch, NOW_MS, random } from '../../../support/store-fixtures.js';
import { known, PLATFORM, TENANT, type CommandCase } from './command-cases.js';
import type { Command } from './wire.js';

const place = { platformId: PLATFORM, deploymentId: 'd' };
const person = { ...place, subject: 's' };
const frame = { platformId: PLATFORM, origin: 'https://portal.example.edu' };

const asked = toDocument('adminPersons', { ...person, sealedName: 'sealed', status: 'asked', askedAtMs: NOW_MS });
const approved = { ...asked, status: 'approved', role: 'viewer', decidedAtMs: NOW_MS };
const blocked = toDocument('blockedFrames', { ...frame, count: 1, firstAtMs: NOW_MS, lastAtMs: NOW_MS });

const job = {
  id: 'j',
  kind: 'courses.apply-changes',
  tenantId: TENANT,
  input: { stagedId: 'x' },
  total: 9,
  actor: ADMIN,
  createdAtMs: NOW_MS,
};
const waiting: Command = toDocument('jobs', { ...job, status: 'waiting', done: 0, cancelRequested: false });
const running: Command = { ...waiting, holder: 'me', startedAtMs: NOW_MS, leaseEndsAtMs: NOW_MS };
const ended: Command = { ...waiting, status: 'done', finishedAtMs: NOW_MS };

const set = {
  id: newUuid({ random, clock: { nowMs: () => NOW_MS } }),
  tenantId: TENANT,
  deployment: place,
  kind: 'import' as const,
  summary: 'courses.csv',
  createdBy: ADMIN,
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 1_000,
};
const counts = { add: 0, change: 0, remove: 0, same: 0, error: 0 };
const reading: Command = toDocument('stagedSets', {
  ...set,
  id: 'x',
  status: 'reading',
  counts,
  launches: 0,
  done: 0,
  updatedAtMs: NOW_MS,
});
const aRow = (row: number, effect: StagedRow['effect'], launches = 0): StagedRow => ({
  row,
  courseKey: 'a\0\uD800',
  effect,
  launches,
  problems: [],
});
const rows = [aRow(1, 'add', 3), aRow(2, 'change', 4), aRow(3, 'same', 9), aRow(4, 'error'), aRow(5, 'add', 1)];
const manyRows = Array.from({ length: 500 }, (_, row) => ({ _id: `r${row}` }));

export const screenCases: Record<string, CommandCase> = {
  'audit.note': {
    call: ({ audit }) => audit.note({ atMs: NOW_MS, actor: ADMIN, action: 'admin.sign-in', target: 'ada' }),
  },

  'adminPersons.find': { call: ({ adminPersons }) => adminPersons.find(person) },
  'adminPersons.ask': {
    found: { platforms: [known.platform] },
    call: ({ adminPersons }) => adminPersons.ask({ ...person, sealedName: 'sealed', askedAtMs: NOW_MS }, { cap: 3 }),
  },
  'adminPersons.ask, known': {
    found: { adminPersons: [asked] },
    call: ({ adminPersons }) => adminPersons.ask({ ...person, askedAtMs: NOW_MS }, { cap: 3 }),
  },
  'adminPersons.ask, nobody may': {
    call: ({ adminPersons }) => adminPersons.ask({ ...person, askedAtMs: NOW_MS }, { cap: 0 }),
  },
  'adminPersons.ask, full': {
    // Somebody else's, so no person of that id is found.
    found: { adminPersons: [{ ...asked, _id: 'other' }] },
    call: ({ adminPersons }) => adminPersons.ask({ ...person, askedAtMs: NOW_MS }, { cap: 1 }),
  },
  'adminPersons.approve': {
    found: { adminPersons: [asked] },
    call: ({ adminPersons }) => adminPersons.approve({ ...person, role: 'editor' }, ADMIN, NOW_MS),
  },
  'adminPersons.approve, as before': {
    found: { adminPersons: [approved] },
    call: ({ adminPersons }) => adminPersons.approve({ ...person, role: 'viewer' }, ADMIN, NOW_MS),
  },
  'adminPersons.remove': {
    found: { adminPersons: [approved] },
    call: ({ adminPersons }) => adminPersons.remove(person, ADMIN, NOW_MS),
  },
  'adminPersons.list': { call: ({ adminPersons }) => adminPersons.list() },
  'adminPersons.list, of a platform': { call: ({ adminPersons }) => adminPersons.list(PLATFORM) },

  'blockedFrames.note, known': {
    found: { blockedFrames: [blocked] },
    call: ({ blockedFrames }) => blockedFrames.note(frame, { nowMs: NOW_MS, cap: 3 }),
  },
  'blockedFrames.note, new': {
    found: { blockedFrames: [{ ...blocked, _id: 'other' }], platforms: [known.platform] },
    call: ({ blockedFrames }) => blockedFrames.note(frame, { nowMs: NOW_MS, cap: 3 }),
  },
  'blockedFrames.note, full': {
    found: { blockedFrames: [{ ...blocked, _id: 'other' }] },
    call: ({ blockedFrames }) => blockedFrames.note(frame, { nowMs: NOW_MS, cap: 1 }),
  },
  'blockedFrames.list': { call: ({ blockedFrames }) => blockedFrames.list() },
  'blockedFrames.list, of a platform': { call: ({ blockedFrames }) => blockedFrames.list(PLATFORM) },
  'blockedFrames.remove': { call: ({ blockedFrames }) => blockedFrames.remove(PLATFORM, frame.origin) },

  'jobs.add': { call: ({ jobs }) => jobs.add(job) },
  'jobs.find': { call: ({ jobs }) => jobs.find('j') },
  'jobs.list': { call: ({ jobs }) => jobs.list({ limit: 2 }) },
  'jobs.list, of a tenant and kind, further': {
    call: ({ jobs }) => jobs.list({ limit: 2, before: 'j', kind: 'courses.apply-changes', tenantId: TENANT }),
  },
  'jobs.claim, none': { call: ({ jobs }) => jobs.claim({ holder: 'me', kinds: ['a', 'b'], lifeMs: 5 }, NOW_MS) },
  'jobs.claim, for the first time': {
    found: { jobs: [waiting] },
    call: ({ jobs }) => jobs.claim({ holder: 'me', kinds: ['a'], lifeMs: 5 }, NOW_MS),
  },
  'jobs.claim, once more': {
    found: { jobs: [running] },
    call: ({ jobs }) => jobs.claim({ holder: 'other', kinds: ['a'], lifeMs: 5 }, NOW_MS),
  },
  'jobs.progress': {
    found: { jobs: [running] },
    call: ({ jobs }) => jobs.progress({ id: 'j', holder: 'me', done: 1, lifeMs: 5 }, NOW_MS),
  },
  'jobs.progress, with all': {
    found: { jobs: [running] },
    call: ({ jobs }) =>
      jobs.progress({ id: 'j', holder: 'me', done: 1, total: 3, state: { after: 7 }, lifeMs: 5 }, NOW_MS),
  },
  'jobs.finish': {
    found: { jobs: [running] },
    call: ({ jobs }) => jobs.finish({ id: 'j', holder: 'me', status: 'done', result: { changed: 2 } }, NOW_MS),
  },
  'jobs.finish, failed': {
    found: { jobs: [running] },
    call: ({ jobs }) => jobs.finish({ id: 'j', holder: 'me', status: 'failed', errorCode: 'STORE_BUSY' }, NOW_MS),
  },
  'jobs.requestCancel, waiting': {
    found: { jobs: [waiting] },
    call: ({ jobs }) => jobs.requestCancel('j', ADMIN, NOW_MS),
  },
  'jobs.requestCancel, running': {
    found: { jobs: [running] },
    call: ({ jobs }) => jobs.requestCancel('j', ADMIN, NOW_MS),
  },
  'jobs.requestCancel, asked before': {
    found: { jobs: [{ ...running, cancelRequested: true }] },
    call: ({ jobs }) => jobs.requestCancel('j', ADMIN, NOW_MS),
  },
  'jobs.requestCancel, ended': {
    found: { jobs: [ended] },
    call: ({ jobs }) => jobs.requestCancel('j', ADMIN, NOW_MS),
  },
  'jobs.sweep': { found: { jobs: [{ _id: 'j' }] }, call: ({ jobs }) => jobs.sweep(NOW_MS, 2) },

  'stagedChanges.create': { call: ({ stagedChanges }) => stagedChanges.create(set) },
  'stagedChanges.append': {
    found: { stagedSets: [reading] },
    call: ({ stagedChanges }) => stagedChanges.append('x', rows, { done: 5, total: 7 }, NOW_MS),
  },
  'stagedChanges.append, nothing but progress': {
    found: { stagedSets: [reading] },
    call: ({ stagedChanges }) => stagedChanges.append('x', [], { done: 5 }, NOW_MS),
  },
  'stagedChanges.setStatus': {
    found: { stagedSets: [reading] },
    call: ({ stagedChanges }) => stagedChanges.setStatus('x', { from: 'reading', to: 'ready' }, NOW_MS),
  },
  'stagedChanges.setStatus, with all': {
    found: { stagedSets: [reading] },
    call: ({ stagedChanges }) => {
      const report = { applied: 2 };
      const told = { jobId: 'j', errorCode: 'STORE_BUSY', reason: 'because', report };
      return stagedChanges.setStatus('x', { from: 'applying', to: 'failed', ...told }, NOW_MS);
    },
  },
  'stagedChanges.find': { call: ({ stagedChanges }) => stagedChanges.find('x', NOW_MS) },
  'stagedChanges.list': { call: ({ stagedChanges }) => stagedChanges.list(TENANT, NOW_MS) },
  'stagedChanges.rows': { call: ({ stagedChanges }) => stagedChanges.rows('x', { limit: 2 }) },
  'stagedChanges.rows, of some effects, further': {
    call: ({ stagedChanges }) => stagedChanges.rows('x', { limit: 2, after: 7, effects: ['error', 'add'] }),
  },
  'stagedChanges.remove, the last rows': {
    found: { stagedRows: [{ _id: 'r' }] },
    call: ({ stagedChanges }) => stagedChanges.remove('x'),
  },
  'stagedChanges.remove, some rows': {
    found: { stagedRows: manyRows },
    call: ({ stagedChanges }) => stagedChanges.remove('x'),
  },
  'stagedChanges.expired': { call: ({ stagedChanges }) => stagedChanges.expired(NOW_MS, 2) },

  'launches.find': { call: ({ launches }) => launches.find('l' as LaunchId) },
  'launches.list, with every filter': {
    call: ({ launches }) =>
      launches.list({
        limit: 2,
        before: 'l' as LaunchId,
        ...place,
        outcome: 'failed',
        code: 'MAPPING_MISSING',
        course: { tenantId: TENANT, courseKey: '15' },
      }),
  },
  'launches.countByCourse': {
    found: { launches: [toDocument('launches', aLaunch(NOW_MS, { tenantId: TENANT, courseKey: '15' }))] },
    call: ({ launches }) => launches.countByCourse(TENANT, ['15', '16'], NOW_MS),
  },
};
