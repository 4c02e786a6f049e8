import { fileURLToPath } from 'node:url';
import type { LaunchRecord, Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { ADMIN_PATHS } from './paths.js';

const TEMPLATE = fileURLToPath(new URL('./launches.eta', import.meta.url));
const SHOWN = 100;

/** A row of the list. Absent: the launch did not get so far. */
interface LaunchRow {
  iso: string;
  date: string;
  time: string;
  played: boolean;
  code: string | undefined;
  step: string;
  platform: string | undefined;
  person: string | undefined;
  course: string | undefined;
  category: string | undefined;
  /** The course is known and has no category. */
  unmapped: boolean;
  application: string | undefined;
  entry: string | undefined;
}

function toRow(record: LaunchRecord, platformNames: ReadonlyMap<string, string>): LaunchRow {
  const iso = new Date(record.atMs).toISOString();
  return {
    iso,
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    played: record.outcome === 'played',
    code: record.code,
    step: record.step,
    platform: record.platformId && (platformNames.get(record.platformId) ?? record.platformId),
    person: record.viewerId,
    course: record.courseTitle ?? record.courseKey,
    category: record.categoryId,
    unmapped: record.categoryOrigin === 'unmapped',
    application: record.applicationName,
    entry: record.entryId,
  };
}

/** The newest 100 launches. Fails with `STORE_BUSY` and `STORE_UNAVAILABLE`. */
export function createLaunchList({ store }: { store: Pick<Store, 'launches' | 'platforms'> }): AdminRoute {
  return {
    method: 'GET',
    path: ADMIN_PATHS.launches,
    template: ADMIN_PATHS.launches,
    role: 'viewer',
    async handler(_request, screen) {
      const [records, platforms] = await Promise.all([store.launches.list({ limit: SHOWN }), store.platforms.list()]);
      const platformNames = new Map<string, string>(platforms.map(({ id, name }) => [id, name]));
      return screen.page(TEMPLATE, {
        title: screen.messages.text('admin.launches.title'),
        section: 'launches',
        rows: records.map((record) => toRow(record, platformNames)),
      });
    },
  };
}
