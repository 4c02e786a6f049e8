/** `playcontext courses …`: the table of courses as a file, out and in again. */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { APPLY_JOB, createChangeApplier, hasEnded } from '../courses/changes/apply-changes.js';
import { problemSentence } from '../courses/changes/changes-problems.js';
import { exportCourses, exportProblems } from '../courses/csv/csv-export.js';
import { openCourseFile } from '../courses/csv/csv-import.js';
import { changeCount, createStaging } from '../courses/changes/stage-changes.js';
import { AppError } from '../errors/app-error.js';
import { createLog } from '../http/log.js';
import { createJobRunner } from '../jobs/runner.js';
import type { Kaltura } from '../kaltura/types.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import { createChangeFeed } from '../store/change-feed.js';
import type { Actor, RowProblem, StagedChangeSet, Store } from '../store/ports.js';
import { createTranslator } from '../ui/translate.js';
import { kalturaOf, withStore } from './context.js';
import { getTenant } from './identity-tools.js';
import { createProgress } from './progress.js';

const POLL_INTERVAL_MS = 100;
const SHOWN_PROBLEMS = 20;
const BY: Actor = { kind: 'cli' };

interface ImportOptions {
  tenant: string;
  problems?: string;
  yes?: boolean;
}

export function coursesCommand(): Command {
  const courses = new Command('courses').description('Which course is which category: export and import the table');

  courses
    .command('export')
    .description('Write all courses with their categories as CSV')
    .requiredOption('--tenant <namespace>', 'whose courses they are')
    .option('--output <file>', 'file to write; without it, standard output')
    .action(({ tenant: namespace, output }: { tenant: string; output?: string }, command: Command) =>
      withStore(command, async (store) => {
        const { id } = await getTenant({ store }, namespace);
        await write(exportCourses(store.courses, { tenantId: id }), output);
      }),
    );

  courses
    .command('import')
    .argument('<file>', 'CSV as the export writes it; encoding and delimiter are detected')
    .description('Show what a file would change, and with --yes change it')
    .requiredOption('--tenant <namespace>', 'whose courses they are')
    .option('--problems <file>', 'write the lines that cannot be applied to this file')
    .option('--yes', 'apply what can be applied')
    .action((file: string, options: ImportOptions, command: Command) =>
      withStore(command, (store, config) => importCourses(file, options, { store, kaltura: kalturaOf(config) })),
    );

  return courses;
}

async function importCourses(
  file: string,
  { tenant: namespace, problems, yes }: ImportOptions,
  { store, kaltura }: { store: Store; kaltura: Kaltura },
): Promise<void> {
  const tenant = await getTenant({ store }, namespace);
  const opened = await openCourseFile(await read(file));
  for (const column of opened.ignoredColumns) console.error(`column ${column} is ignored`);

  const log = createLog({ level: 'silent' });
  const staging = createStaging({ store, kaltura, clock: systemClock, random: systemRandom, log });
  const { id } = await staging.stage({ tenant, kind: 'import', summary: file, by: BY, ...opened });
  const set = await untilRead(store, id);
  printCounts(set);
  const messages = createTranslator()();
  const sentenceOf = (problem: RowProblem): string => problemSentence(problem, messages);
  await printProblems(store, set, sentenceOf);
  if (problems !== undefined) await write(exportProblems(store.stagedChanges, id, sentenceOf), problems);
  if (set.counts.error > 0) process.exitCode = 1;

  if (changeCount(set) === 0) {
    await discard(store, id);
  } else if (yes) {
    await apply(set, { store, kaltura });
  } else {
    await discard(store, id);
    console.log('Nothing was changed. Repeat with --yes to apply this.');
  }
}

async function untilRead(store: Store, id: string): Promise<StagedChangeSet> {
  let progress: ReturnType<typeof createProgress> | undefined;
  let shown = 0;
  for (;;) {
    const set = await store.stagedChanges.find(id, systemClock.nowMs());
    if (!set) throw new AppError('HTTP_NOT_FOUND', { reason: 'somebody discarded the import' });
    progress ??= createProgress({ label: 'bytes', total: set.total ?? 0, clock: systemClock, stream: process.stderr });
    progress.add(set.done - shown);
    shown = set.done;
    if (set.status !== 'reading') {
      progress.end();
      if (set.status === 'ready') return set;
      throw new AppError('INPUT_INVALID', { reason: set.reason ?? set.errorCode ?? 'the file could not be read' });
    }
    await sleep(POLL_INTERVAL_MS);
  }
}

async function apply(set: StagedChangeSet, { store, kaltura }: { store: Store; kaltura: Kaltura }): Promise<void> {
  const { handler } = createChangeApplier({
    store,
    kaltura,
    changes: createChangeFeed(store, () => undefined),
    clock: systemClock,
  });
  const runner = createJobRunner({
    jobs: store.jobs,
    leases: store.leases,
    clock: systemClock,
    random: systemRandom,
    log: createLog({ level: 'silent' }),
    handlers: { [APPLY_JOB]: handler },
    periodic: [],
  });
  const total = changeCount(set);
  const progress = createProgress({ label: 'courses', total, clock: systemClock, stream: process.stderr });
  let shown = 0;
  try {
    const { id } = await runner.enqueue(
      { kind: APPLY_JOB, tenantId: set.tenantId, input: { stagedId: set.id }, total },
      BY,
    );
    for (;;) {
      const job = await store.jobs.find(id);
      progress.add((job?.done ?? shown) - shown);
      shown = job?.done ?? shown;
      if (hasEnded(job)) {
        progress.end();
        if (job?.status !== 'done') throw new AppError('INTERNAL', { reason: job?.errorCode ?? 'the job was stopped' });
        break;
      }
      await sleep(POLL_INTERVAL_MS);
    }
  } finally {
    await runner.stop();
  }
  const applied = await store.stagedChanges.find(set.id, systemClock.nowMs());
  const conflicts = applied?.report?.conflicts;
  console.log(`Changed ${applied?.report?.applied ?? 0} courses. The change set is ${set.id}.`);
  if (conflicts) {
    console.log(`${conflicts.count} were changed by somebody else meanwhile and stay as they are:`);
    for (const { courseKey, courseTitle } of conflicts.first) console.log(`  ${courseKey}  ${courseTitle ?? ''}`);
  }
}

function printCounts({ counts, launches }: StagedChangeSet): void {
  for (const [label, count] of [
    ['get a category', counts.add],
    ['change their category', counts.change],
    ['lose their category', counts.remove],
    ['stay as they are', counts.same],
    ['have a problem', counts.error],
  ] as const) {
    console.log(`${String(count).padStart(9)} ${label}`);
  }
  console.log(`${String(launches).padStart(9)} launches of the last 30 days came from courses that change`);
}

async function printProblems(
  store: Store,
  { id, counts }: StagedChangeSet,
  sentenceOf: (problem: RowProblem) => string,
): Promise<void> {
  const rows = await store.stagedChanges.rows(id, { limit: SHOWN_PROBLEMS, effects: ['error'] });
  for (const { row, problems } of rows) {
    for (const problem of problems) {
      const { column, value } = problem;
      const place = column === undefined ? `line ${row}` : `line ${row}, ${column}`;
      console.log(`${place}: ${sentenceOf(problem)}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`);
    }
  }
  if (counts.error > rows.length)
    console.log(`and ${counts.error - rows.length} more lines; --problems writes them all`);
}

async function discard(store: Store, id: string): Promise<void> {
  while (!(await store.stagedChanges.remove(id)));
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { reason: `cannot read ${file}`, cause });
  }
}

async function write(pieces: AsyncIterable<string>, file: string | undefined): Promise<void> {
  const target = file === undefined ? process.stdout : createWriteStream(file);
  await pipeline(Readable.from(pieces), target, { end: file !== undefined });
}
