/** Reads a whole store and tells what does not fit together, the same for every kind of store. */
import { isAppError } from '../errors/app-error.js';
import type { AccountId } from '../runtime/ids.js';
import type { TransferPort } from './ports.js';
import { aggregates, checkRecords, type Aggregate, type TransferRecords } from './transfer-records.js';

export interface CheckOptions {
  transfer: TransferPort;
  /** Accounts of the configuration: platforms and tenants may name them. */
  accountIds: readonly string[];
  onTotal?: (records: number) => void;
  onProgress?: (records: number) => void;
}

export interface CheckResult {
  counts: Record<string, number>;
  /** Courses that have a mapping. */
  mappings: number;
  /** One line per kind of problem, with how many records have it; none for a sound store. */
  problems: string[];
}

const courseOf = ({ tenantId, courseKey }: { tenantId: string; courseKey: string }): string =>
  `${tenantId} ${courseKey}`;

const isAggregate = (name: string): name is Aggregate => aggregates.some((aggregate) => aggregate === name);

/** What the records seen so far have in them that later ones refer to. */
function createFacts(accountIds: readonly string[]) {
  const accounts = new Set<string>(accountIds);
  const platforms = new Set<string>();
  const tenants = new Set<string>();
  const mappings = new Map<string, { version: number; categoryId: string }>();
  const lastHistory = new Map<string, TransferRecords['mappingHistory']>();
  let signingKeys = 0;
  let currentKeys = 0;
  const found = new Map<string, number>();

  const problem = (what: string): void => void found.set(what, (found.get(what) ?? 0) + 1);
  const expect = (holds: boolean, what: string): void => {
    if (!holds) problem(what);
  };
  const tenantOf = (what: string, { tenantId }: { tenantId: string }): void =>
    expect(tenants.has(tenantId), `${what} of a tenant that does not exist`);
  const accountOf = (what: string, { accountId }: { accountId: AccountId }): void =>
    expect(accounts.has(accountId), `${what} of account ${accountId}, which is neither configured nor connected`);

  const looks: { [Name in Aggregate]?: (record: TransferRecords[Name]) => void } = {
    accounts: ({ id }) => void accounts.add(id),
    platforms(platform) {
      platforms.add(platform.id);
      accountOf('platforms', platform);
    },
    tenants(tenant) {
      tenants.add(tenant.id);
      accountOf('tenants', tenant);
    },
    tenantHints(hint) {
      expect(platforms.has(hint.platformId), 'hints of a platform that does not exist');
      tenantOf('hints', hint);
    },
    deployments({ platformId, tenantId }) {
      expect(platforms.has(platformId), 'deployments of a platform that does not exist');
      if (tenantId !== undefined) tenantOf('deployments', { tenantId });
    },
    courses(course) {
      tenantOf('courses', course);
      const { mapping, problem: found, version } = course;
      expect(mapping !== undefined || found === undefined, 'courses with a problem of a mapping that they do not have');
      if (mapping !== undefined) mappings.set(courseOf(course), { version, categoryId: mapping.categoryId });
    },
    mappingHistory(entry) {
      tenantOf('history', entry);
      const last = lastHistory.get(courseOf(entry));
      if (last === undefined || last.id < entry.id) lastHistory.set(courseOf(entry), entry);
    },
    viewers: (viewer) => tenantOf('viewers', viewer),
    adminPersons({ platformId }) {
      expect(platforms.has(platformId), 'persons of a platform that does not exist');
    },
    blockedFrames({ platformId }) {
      expect(platforms.has(platformId), 'blocked frames of a platform that does not exist');
    },
    jobs({ tenantId }) {
      if (tenantId !== undefined) tenantOf('jobs', { tenantId });
    },
    apiClients({ tenantId }) {
      if (tenantId !== undefined) tenantOf('API clients', { tenantId });
    },
    signingKeys({ status }) {
      signingKeys += 1;
      if (status === 'current') currentKeys += 1;
    },
  };

  return {
    problem,
    see<Name extends Aggregate>(aggregate: Name, record: TransferRecords[Name]): void {
      looks[aggregate]?.(record);
    },
    /** What only shows when everything has been seen. */
    end(): void {
      for (const [course, { after }] of lastHistory) {
        const mapping = mappings.get(course);
        const fits = mapping?.version === after?.version && mapping?.categoryId === after?.categoryId;
        expect(fits, 'mappings that are not what their history ends with');
      }
      if (signingKeys > 0 && currentKeys !== 1) problem(`signing key sets with ${currentKeys} current keys`);
    },
    mappings: () => mappings.size,
    problems: () => [...found].map(([what, count]) => `${count} × ${what}`),
  };
}

/**
 * Reads every record, checks its form, what it refers to, that a mapping is what its history ends with, and that as
 * many records can be read as are counted. Holds the ids of tenants, platforms and courses in memory. Records that
 * change meanwhile may show as problems: a second run tells.
 *
 * @throws what the store throws when it can't be read
 */
export async function checkContent({ transfer, accountIds, onTotal, onProgress }: CheckOptions): Promise<CheckResult> {
  const counts = await transfer.counts();
  onTotal?.(Object.values(counts).reduce((sum, count) => sum + count, 0));
  const facts = createFacts(accountIds);
  const read = new Map<string, number>();
  for await (const { aggregate, records } of transfer.read()) {
    read.set(aggregate, (read.get(aggregate) ?? 0) + records.length);
    onProgress?.(records.length);
    if (!isAggregate(aggregate)) {
      facts.problem(`batches of an aggregate that nobody knows (${aggregate})`);
      continue;
    }
    for (const record of records) {
      try {
        for (const checked of checkRecords(aggregate, [record])) facts.see(aggregate, checked);
      } catch (thrown) {
        if (!isAppError(thrown)) throw thrown;
        facts.problem(thrown.reason ?? thrown.code);
      }
    }
  }
  facts.end();
  for (const [aggregate, count] of Object.entries(counts)) {
    const found = read.get(aggregate) ?? 0;
    if (found !== count) facts.problem(`${aggregate}: ${count} counted, ${found} read`);
  }
  return { counts, mappings: facts.mappings(), problems: facts.problems() };
}
