/** `playcontext adapter check` as people and pipelines run it. */
import assert from 'node:assert/strict';
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../../../src/adapter-sdk/conformance/report.js';

/** Output, or the end. */
async function somethingOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  const first = new AbortController();
  const { signal } = first;
  const events = [stdout, stderr].flatMap((stream) => [
    once(stream, 'data', { signal }),
    once(stream, 'end', { signal }),
  ]);
  await Promise.race(events);
  first.abort();
  await Promise.allSettled(events);
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const broken = 'test/fixtures/broken-adapters';

describe('playcontext adapter check', function () {
  this.timeout(120_000);
  let folder: string;
  let children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playcontext-check-'));
  });
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    children = [];
    await rm(folder, { recursive: true });
  });

  const start = (...given: string[]) => {
    const child = spawn(process.execPath, ['bin/playcontext.mjs', 'adapter', 'check', ...given], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    return { child, output };
  };
  const run = async (...given: string[]) => {
    const { child, output } = start(...given);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, ...output };
  };

  it('passes for adapters/* as a shell hands it over, and names what is no adapter', async () => {
    const paths = (await readdir(join(root, 'adapters'))).map((name) => `adapters/${name}`);
    const { exitCode, stdout, stderr } = await run('--json', ...paths);
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual([exitCode, report.ok, stderr], [0, true, '']);
    const ignored = report.ignored.map(({ path }) => path);
    assert.ok(ignored.includes('adapters/README.md') && ignored.includes('adapters/index.ts'));
    assert.deepEqual(
      report.adapters.map(({ path }) => path),
      paths.filter((path) => !ignored.includes(path)),
    );
    assert.ok(report.adapters.some(({ id }) => id === 'moodle'));
  });

  it('fails for a broken adapter, in a plain table and in a report for a pull request', async () => {
    const file = join(folder, 'report.md');
    const { exitCode, stdout } = await run(`${broken}/least-role.js`, `${broken}/healthy.js`, '--report', file);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^rule +broken-least-role +healthy$/m);
    assert.match(stdout, /^least-role +FAIL +ok$/m);
    assert.match(stdout, /With roles in the\s+institution, the viewer is instructor of the course\./);
    assert.doesNotMatch(stdout, /\u001B/); // eslint-disable-line no-control-regex
    const report = await readFile(file, 'utf8');
    assert.match(report, /^\| `least-role` \| ✗ \| ✓ \|$/m);
    assert.match(report, /docs\/reference\/adapter-rules\.md#least-role/);
  });

  it('ends with 2 when there is no adapter', async () => {
    const { exitCode, stdout } = await run('adapters/README.md');
    assert.equal(exitCode, 2);
    assert.match(stdout, /Ignored adapters\/README\.md: It is no module\.\n\nThere is no adapter here\.\n$/);
  });

  it('ends with 2 when one of the paths does not exist, as after a typing error', async () => {
    const { exitCode, stderr } = await run(`${broken}/healthy.js`, 'adapters/moodel');
    assert.equal(exitCode, 2);
    assert.match(stderr, /There is no file or folder adapters\/moodel\./);
  });

  it('--watch ends when there is nothing to watch', async () => {
    const { exitCode, stderr } = await run('adapters/moodel', '--watch');
    assert.deepEqual([exitCode, stderr], [2, 'There is no file or folder adapters/moodel.\n']);
  });

  it('says so when the report cannot be written', async () => {
    const { exitCode, stderr } = await run(`${broken}/healthy.js`, '--report', join(folder, 'no', 'report.md'));
    assert.equal(exitCode, 1);
    assert.match(stderr, /^INPUT_INVALID: the report cannot be written to .*report\.md/);
  });

  it('--watch checks again when a file changes, until it is told to stop', async () => {
    await cp(join(root, broken, 'fixtures'), join(folder, 'mine/fixtures'), { recursive: true });
    const healthy = await readFile(join(root, broken, 'healthy.js'), 'utf8');
    const module = join(folder, 'mine/adapter.mjs');
    await writeFile(module, healthy);

    const { child, output } = start(join(folder, 'mine'), '--watch', '--report', join(folder, 'mine/report.md'));
    const runs = (): string[] => output.stdout.match(/^The adapter .*$/gm) ?? [];
    const until = async (count: number): Promise<void> => {
      while (runs().length < count || (output.stderr.match(/Watching/g)?.length ?? 0) < count) {
        assert.equal(child.exitCode, null, output.stderr);
        await somethingOf(child);
      }
    };
    await until(1);
    await writeFile(module, healthy.replace("'Example LMS',\n})", "'Example, LMS',\n})"));
    await until(2);
    await writeFile(module, healthy);
    await until(3);
    child.kill('SIGTERM');
    const [exitCode] = (await once(child, 'close')) as [number | null];

    assert.equal(exitCode, 0);
    assert.deepEqual(
      runs().map((line) => / (keeps|breaks) /.exec(line)?.[1]),
      ['keeps', 'breaks', 'keeps'],
    );
    assert.ok(!output.stdout.includes('\u001B'), 'the screen is cleared on terminals only');
  });
});
