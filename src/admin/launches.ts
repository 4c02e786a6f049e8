import { fileURLToPath } from 'node:url';
import type { Route } from '../http/types.js';
import type { LaunchRecord, Store } from '../store/ports.js';
import type { Renderer } from '../ui/render.js';
import type { Translate } from '../ui/translate.js';

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

export interface LaunchListDependencies {
  store: Pick<Store, 'launches' | 'platforms'>;
  renderer: Renderer;
  translate: Translate;
}

/**
 * GET `/demo/launches`: the newest 100 launches. It asks nobody who they are and shows userIds, so only the demo may
 * serve it. Fails with `STORE_BUSY` and `STORE_UNAVAILABLE`.
 */
export function createLaunchList({ store, renderer, translate }: LaunchListDependencies): Route {
  return {
    method: 'GET',
    path: '/demo/launches',
    template: '/demo/launches',
    async handler({ headers }) {
      const locale = headers['accept-language'];
      const [records, platforms] = await Promise.all([store.launches.list({ limit: SHOWN }), store.platforms.list()]);
      const platformNames = new Map<string, string>(platforms.map(({ id, name }) => [id, name]));
      return {
        status: 200,
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
        body: renderer.page(TEMPLATE, {
          title: translate(locale).text('admin.launches.title'),
          locale,
          rows: records.map((record) => toRow(record, platformNames)),
        }),
      };
    },
  };
}
