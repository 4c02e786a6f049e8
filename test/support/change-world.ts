/** A store with courses, the Kaltura stand-in, and what prepares, applies and takes back changes of their mappings. */
import { createChangeApplier, type ChangeApplier } from '../../src/courses/changes/apply-changes.js';
import {
  createStaging,
  type ChangesWanted,
  type Staging,
  type WantedRow,
} from '../../src/courses/changes/stage-changes.js';
import { createJobRunner, type JobRunner } from '../../src/jobs/runner.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { StagedChangeSet, StagedEffect, StagedRow } from '../../src/store/ports.js';
import { startCategoryWorld, type CategoryWorld } from './category-world.js';
import { ADMIN } from './store-fixtures.js';

export const BIOLOGY = 'Campus>Departments>Biology';
export const CHEMISTRY = 'Campus>Departments>Chemistry';

export interface ChangeWorld extends CategoryWorld {
  staging: Staging;
  applier: ChangeApplier;
  runner: JobRunner;
  logged: string[];
  /** How often the applier looked for changes, so that launches see them. */
  polls: { count: number };
  /** Prepares rows and answers with the set once they are read. */
  stage(rows: Iterable<WantedRow>, changes?: Partial<ChangesWanted>): Promise<StagedChangeSet>;
  rows(set: StagedChangeSet, ...effects: StagedEffect[]): Promise<StagedRow[]>;
  /** The set as it is now. */
  find(set: StagedChangeSet): Promise<StagedChangeSet>;
  /** `row` wants the course mapped to that category of the stand-in. */
  mapTo(row: number, courseKey: string, fullName: string): WantedRow;
}

export async function startChangeWorld(): Promise<ChangeWorld> {
  const world = await startCategoryWorld();
  const { store, kaltura, clock } = world;
  const logged: string[] = [];
  const polls = { count: 0 };
  const note = (_fields: object, message: string): void => void logged.push(message);
  const log = { info: note, warn: note, error: note };
  const staging = createStaging({ store, kaltura, clock, random: systemRandom, log });
  const changes = {
    poll: () => {
      polls.count += 1;
      return Promise.resolve();
    },
  };
  const applier = createChangeApplier({ store, kaltura, changes, clock });
  const runner = createJobRunner({
    ...{ jobs: store.jobs, leases: store.leases, clock, random: systemRandom, log, periodic: [] },
    handlers: { 'courses.apply-changes': applier.handler },
  });

  return {
    ...world,
    staging,
    applier,
    runner,
    logged,
    polls,
    stage: (rows, wanted = {}) =>
      staging.stageNow({
        tenant: world.tenant,
        kind: 'bulk',
        summary: 'As the test wants it',
        rows: from(rows),
        by: ADMIN,
        ...wanted,
      }),
    rows: (set, ...effects) =>
      store.stagedChanges.rows(set.id, { limit: 500, ...(effects.length === 0 ? {} : { effects }) }),
    async find(set) {
      const found = await store.stagedChanges.find(set.id, clock.nowMs());
      if (!found) throw new Error('the set is gone');
      return found;
    },
    mapTo: (row, courseKey, fullName) => ({
      row,
      courseKey,
      to: { categoryId: world.idOf(fullName), origin: 'manual' },
    }),
    async close() {
      await runner.stop();
      await staging.idle();
      await world.close();
    },
  };
}

async function* from<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
