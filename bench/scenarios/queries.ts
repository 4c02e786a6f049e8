/** Whether a page of the mapping table, or a search in it, costs more when the table is larger. */
import { join } from 'node:path';
import { median } from '../figures/statistics.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { CourseQuery, Store } from '../../src/store/ports.js';
import { courseIdOf } from '../simulator/claims.js';
import { fillInstallation } from '../world/installation.js';
import type { World } from '../world/tools.js';
import type { Amounts } from './amounts.js';

export interface QueryFigures {
  rows: { query: string; fewMs: number; manyMs: number; ratio: number }[];
  mappings: [few: number, many: number];
  worst: number;
}

type Run = (store: Store) => Promise<unknown>;
const PAGE = 50;
const PAGES_TO_THE_MIDDLE = 5;
const COUNT_CAP = 1_000;

export async function queries(world: World, { queryMappings, queryRuns }: Amounts): Promise<QueryFigures> {
  const [few, many] = await Promise.all(queryMappings.map((mappings) => openFilled(world, mappings)));
  try {
    const rows: QueryFigures['rows'] = [];
    for (const [query, prepare] of Object.entries(kinds)) {
      world.progress(`mapping table: ${query}`);
      const runs = [await prepare(few!), await prepare(many!)] as const;
      // In turn, as the tools: what disturbs one disturbs the other.
      const times: [number[], number[]] = [[], []];
      for (let count = 0; count < queryRuns; count += 1) {
        times[0].push(await timeOf(runs[0], few!));
        times[1].push(await timeOf(runs[1], many!));
      }
      const [fewMs, manyMs] = [median(times[0]), median(times[1])];
      rows.push({ query, fewMs, manyMs, ratio: manyMs / fewMs });
    }
    return { rows, mappings: queryMappings, worst: Math.max(...rows.map(({ ratio }) => ratio)) };
  } finally {
    await few?.close();
    await many?.close();
  }
}

/** Each answers with the query to time; the same number of courses fits in every table. */
const kinds: Record<string, (store: Store) => Promise<Run>> = {
  'first page by title': async () => list({ order: 'title' }),
  'page further on': async (store) => {
    let query: Omit<CourseQuery, 'limit'> = { order: 'title' };
    for (let page = 0; page < PAGES_TO_THE_MIDDLE; page += 1) {
      const { next } = await store.courses.list({ ...query, limit: PAGE });
      if (next !== undefined) query = { ...query, after: next };
    }
    return list(query);
  },
  'last launched first': async () => list({ order: 'recent' }),
  'search for one course': async () => list({ order: 'title', search: courseIdOf(42) }),
  'search, with a word of all': async () => list({ order: 'title', search: `course ${courseIdOf(42)}` }),
  'unmapped courses': async () => list({ order: 'title', state: 'unmapped' }),
  'count up to 1,000': async () => (store) => store.courses.count({}, COUNT_CAP),
  'mapping of one course': async (store) => {
    const [tenant] = await store.tenants.list();
    return (from) => from.mappings.find(tenant!.id, courseIdOf(42));
  },
};

const list =
  (query: Omit<CourseQuery, 'limit'>): Run =>
  (store) =>
    store.courses.list({ ...query, limit: PAGE });

async function timeOf(run: Run, store: Store): Promise<number> {
  const startedAt = performance.now();
  await run(store);
  return performance.now() - startedAt;
}

async function openFilled({ folder, simulatorUrl, kaltura }: World, mappings: number): Promise<Store> {
  const directory = join(folder, `queries-${mappings}`);
  await fillInstallation({ directory, name: 'queries', platforms: 1, mappings, simulatorUrl, kaltura });
  return openLibsqlStore({ directory, clock: systemClock, random: systemRandom });
}
