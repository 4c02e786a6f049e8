import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { TenantId } from '../../src/runtime/ids.js';
import {
  cliEnvironment,
  endCommands,
  inParallel,
  runCli,
  startCli,
  type Environment,
  type Outcome,
} from '../support/cli.js';
import { fillStore } from '../support/full-store.js';
import { openRaw } from '../support/libsql-probe.js';
import { NOW_MS, random } from '../support/store-fixtures.js';

const STACK = /^\s+at |node:internal/m;

describe('playcontext store', function () {
  this.timeout(60_000);

  let folder: string;
  let directory: string;
  let environment: Environment;
  let tenantId: TenantId;
  const store = (...line: string[]): Promise<Outcome> => runCli(['store', ...line], environment);
  const done = async (...line: string[]): Promise<Outcome> => {
    const outcome = await store(...line);
    assert.equal(outcome.code, 0, outcome.stderr + outcome.stdout);
    return outcome;
  };
  const refused = (outcome: Outcome, code: number, says: RegExp): void => {
    assert.equal(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, STACK);
  };
  const open = (at = directory) => openLibsqlStore({ directory: at, clock: { nowMs: () => NOW_MS }, random });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'playcontext-cli-store-'));
    directory = join(folder, 'data');
    environment = cliEnvironment(directory);
    // In a folder of its own: this process never lets go of the file that it had open.
    const made = join(folder, 'made');
    const filled = await open(made);
    ({ tenantId } = await fillStore(filled));
    await filled.close();
    mkdirSync(directory, { mode: 0o700 });
    for (const name of ['durable.db', 'volatile.db']) {
      const raw = openRaw(made, name as 'durable.db');
      raw.prepare('VACUUM INTO ?').get([join(directory, name)]);
      raw.close();
    }
  });
  afterEach(async () => {
    await endCommands();
    rmSync(folder, { recursive: true, force: true });
  });

  const holds = async (at: string, courseKey: string): Promise<boolean> => {
    const opened = await open(at);
    try {
      return (await opened.mappings.find(tenantId, courseKey)) !== undefined;
    } finally {
      await opened.close();
    }
  };
  const removeCourse = (courseKey: string): void => {
    const raw = openRaw(directory, 'durable.db');
    raw.prepare('DELETE FROM courses WHERE course_key = ?').run([courseKey]);
    raw.close();
  };

  it('backs up beside a running service, restores when it has stopped, and checks', async () => {
    const service = startCli(['start'], environment);
    await service.saw(/playcontext listens/);
    const backup = join(folder, 'backup');
    const { stdout } = await done('backup', backup);
    assert.match(stdout, /durable\.db\s+[\d.]+ kB {2}schema \d+, \d+ rows\n\s+sha256 [0-9a-f]{64}/);
    assert.match(stdout, /Keep the secret of the configuration too/);

    refused(await store('restore', backup), 1, /^STORE_IN_USE: another process has .*durable\.db open/);
    refused(await store('copy', '--to', targetFile()), 1, /^STORE_IN_USE/);
    assert.match((await done('check')).stdout, /No problem was found/);
    assert.equal((await service.signal('SIGTERM')).code, 0);

    const restored = await done('restore', backup);
    assert.match(restored.stdout, /Restored the backup of \d{4}-/);
    const [, aside = ''] = /What was there before is in (\S+)\.\n/.exec(restored.stdout) ?? [];
    assert.ok(existsSync(join(aside, 'durable.db')));
    assert.ok(await holds(directory, 'course-0'));
    assert.match((await done('check')).stdout, /courses\s+6, 4 of them with a category/);
  });

  it('restores what was lost since', async () => {
    const backup = join(folder, 'backup');
    await done('backup', backup);
    const service = startCli(['start'], environment);
    await service.saw(/playcontext listens/);
    await service.signal('SIGKILL');
    await done('restore', backup);
    assert.ok(await holds(directory, 'course-1'));
  });

  it('refuses a target that exists, a backup that was changed, and a store that is not there', async () => {
    const backup = join(folder, 'backup');
    await done('backup', backup);
    const half = join(folder, 'half');
    mkdirSync(half);
    const empty = cliEnvironment(join(folder, 'nothing'));
    const [exists, changed, noBackup, noCheck] = await inParallel(
      [
        () => store('backup', backup),
        () => store('restore', half),
        () => runCli(['store', 'backup', join(folder, 'other')], empty),
        () => runCli(['store', 'check'], empty),
      ],
      (run) => run(),
    );
    refused(exists!, 1, /^STORE_TARGET_EXISTS: .*backup exists/);
    refused(changed!, 1, /^STORE_BACKUP_INVALID: cannot read .*manifest\.json/);
    refused(noBackup!, 1, /^STORE_UNAVAILABLE: there is no .*durable\.db/);
    assert.equal(noCheck!.code, 1);
    assert.match(noCheck!.stdout, /PROBLEM: there is no .*durable\.db/);
    assert.equal(existsSync(join(folder, 'nothing')), false, 'a check makes no store');
  });

  it('tells by the exit code of a check that something is wrong', async () => {
    removeCourse('broken');
    const { code, stdout, stderr } = await store('check');
    assert.equal(code, 1);
    assert.match(stdout, /PROBLEM: 1 × mappings that are not what their history ends with/);
    assert.match(stdout, /1 problem was found\./);
    assert.doesNotMatch(stderr, STACK);

    writeFileSync(join(directory, 'volatile.db'), 'x'.repeat(8_192));
    const damaged = await store('check');
    assert.equal(damaged.code, 1);
    assert.match(damaged.stdout, /PROBLEM: volatile\.db: file is not a database/);
    assert.match(damaged.stdout, /durable\.db\s+[\d.]+ kB {2}schema/, 'the other file is looked at');
  });

  it('does not look into a store of another schema, and says what to do', async () => {
    const raw = openRaw(directory, 'durable.db');
    raw.exec("UPDATE meta SET value = 99 WHERE key = 'schema_version'");
    raw.close();
    const { code, stdout } = await store('check');
    assert.equal(code, 1);
    assert.match(stdout, /durable\.db has schema version 99, this program knows \d+: start the newer program/);
  });

  /** A configuration file whose store is `copy`; the rest comes from the environment. */
  function targetFile(text = `store:\n  directory: ${join(folder, 'copy')}\n`): string {
    const file = join(folder, 'target.yaml');
    writeFileSync(file, text);
    return file;
  }

  it('copies everything into an empty store, and says what', async () => {
    const { stdout, stderr } = await done('copy', '--to', targetFile());
    assert.match(stdout, /courses\s+6 {2}[0-9a-f]{64}/);
    assert.match(stdout, /Copied to the store of .*target\.yaml, and compared/);
    assert.match(stderr, /^[\d,]+ of [\d,]+ records copied, 100 %.*\n[\d,]+ of [\d,]+ records compared, 100 %/m);
    assert.equal(stderr.includes('\r'), false, 'no bar where nobody sees it');
    assert.deepEqual(readdirSync(join(folder, 'copy')).sort(), ['durable.db', 'volatile.db']);
    const checked = await runCli(['store', 'check'], cliEnvironment(join(folder, 'copy')));
    assert.equal(checked.code, 0, checked.stdout);

    refused(await store('copy', '--to', targetFile()), 1, /^STORE_TARGET_EXISTS: there is a durable\.db/);
    assert.ok(await holds(directory, 'course-0'), 'the source is as it was');
  });

  it('refuses a copy that could not be used, and makes no target', async () => {
    const copies = join(folder, 'copy');
    const files = [
      [
        `secret: t4Kp9ZxW2mQv7Lc1RbY8Nf3HsD6gJe0A\nstore:\n  directory: ${copies}\n`,
        78,
        /another one, and would not open/,
      ],
      [`store:\n  kind: floppy\n`, 78, /^CONFIG_INVALID/],
      [`store: {}\n`, 1, /^STORE_TARGET_EXISTS/],
    ] as const;
    // The secret of the environment would win over the file's.
    const { PLAYCONTEXT_SECRET: secret = '', ...rest } = environment;
    const source = join(folder, 'source.yaml');
    writeFileSync(source, `secret: ${secret}\n`);
    const outcomes = await inParallel(files, ([text]) => {
      const target = join(folder, `target-${files.findIndex(([other]) => other === text)}.yaml`);
      writeFileSync(target, text.includes('secret') ? text : `secret: ${secret}\n${text}`);
      const isDefault = text === files[2][0];
      return runCli(['--config', source, 'store', 'copy', '--to', target], rest, isDefault ? folder : undefined);
    });
    files.forEach(([, code, says], index) => refused(outcomes[index]!, code, says));
    assert.equal(existsSync(copies), false);
  });

  it('names the tools of MongoDB where the data is there', async () => {
    const mongo = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.includes('STORE')));
    const elsewhere = {
      ...mongo,
      PLAYCONTEXT_STORE_KIND: 'mongo',
      PLAYCONTEXT_STORE_URI: 'mongodb://user:password@127.0.0.1:9/playcontext',
      PLAYCONTEXT_STORE_TIMEOUT_MS: '200',
    };
    const [backup, restore, check] = await inParallel(
      [['backup', join(folder, 'b')], ['restore', folder], ['check']],
      (line) => runCli(['store', ...line], elsewhere),
    );
    refused(backup!, 1, /^STORE_NOT_EMBEDDED: .*mongodump --uri/);
    refused(restore!, 1, /^STORE_NOT_EMBEDDED: .*mongorestore --uri/);
    refused(check!, 1, /^STORE_UNAVAILABLE/);
    for (const { stderr } of [backup!, restore!, check!]) assert.doesNotMatch(stderr, /password@/);
  });
});
