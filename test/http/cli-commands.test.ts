/** What holds for every command: its help, and one sentence, an exit code and no stack for what it can't use. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import {
  cliEnvironment,
  endCommands,
  inParallel,
  runCli,
  startCli,
  type Environment,
  type Outcome,
} from '../support/cli.js';

const program = await createProgram();

/** Every command that can be called, e.g. `platform add`. */
function commandLines(command: Command, path: string[] = []): string[][] {
  const children = command.commands.flatMap((child) => commandLines(child, [...path, child.name()]));
  return [...(path.length > 0 ? [path] : []), ...children];
}

describe('the command line', function () {
  this.timeout(60_000);

  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'playcontext-cli-'));
  });
  afterEach(endCommands);
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('--help', () => {
    const lines = commandLines(program);
    const outcomes = new Map<string, Outcome>();
    before(async () => {
      await inParallel(lines, async (path) => outcomes.set(path.join(' '), await runCli([...path, '--help'])));
    });

    it('is there for every command', () => {
      for (const name of [
        'start',
        'demo',
        'platform add',
        'store backup',
        'store restore',
        'store check',
        'store copy',
      ]) {
        assert.ok(outcomes.has(name), name);
      }
    });

    for (const path of lines) {
      const name = path.join(' ');
      it(`of ${name} says how it is used, without a configuration`, () => {
        const { code, stdout, stderr } = outcomes.get(name)!;
        assert.equal(code, 0);
        assert.equal(stderr, '');
        const [usage, , description = ''] = stdout.split('\n');
        assert.match(usage ?? '', new RegExp(`^Usage: playcontext ${name} `));
        assert.match(description, /^[A-Z].{10,}/, 'what it does');
        assert.doesNotMatch(stdout, /!/);
      });
    }
  });

  describe('what it cannot use', () => {
    const cases: {
      what: string;
      line: string[];
      environment?: Environment;
      code: number;
      says: RegExp;
    }[] = [
      { what: 'no command', line: [], code: 1, says: /Usage: playcontext/ },
      { what: 'an unknown command', line: ['strat'], code: 1, says: /unknown command 'strat'/ },
      { what: 'an unknown option', line: ['start', '--fast'], code: 1, says: /unknown option '--fast'/ },
      { what: 'start without a configuration', line: ['start'], environment: {}, code: 78, says: /^CONFIG_INVALID/ },
      {
        what: 'start with a weak secret',
        line: ['start'],
        environment: cliEnvironment('unused', { PLAYCONTEXT_SECRET: 'short' }),
        code: 78,
        says: /^CONFIG_INSECURE/,
      },
      {
        what: 'a mistyped variable',
        line: ['start'],
        environment: cliEnvironment('unused', { PLAYCONTEXT_SERVER_PROT: '1' }),
        code: 78,
        says: /PLAYCONTEXT_SERVER_PORT/,
      },
      {
        what: 'a configuration file that is not there',
        line: ['--config', 'missing.yaml', 'start'],
        code: 78,
        says: /missing\.yaml cannot be read/,
      },
      {
        what: 'the demo for an unknown system',
        line: ['demo', '--adapter', 'x'],
        code: 1,
        says: /there is no adapter x; .*moodle/,
      },
      {
        what: 'the demo in production',
        line: ['demo'],
        environment: { PLAYCONTEXT_ENVIRONMENT: 'production' },
        code: 78,
        says: /^CONFIG_INSECURE: the demo does not start/,
      },
      {
        what: 'a guide for an unknown adapter',
        line: ['platform', 'guide', '--adapter', 'x'],
        code: 1,
        says: /^ADAPTER_UNKNOWN/,
      },
      { what: 'a platform without a name', line: ['platform', 'add'], code: 1, says: /'--name <name>' not specified/ },
      {
        what: 'a platform with an unknown policy',
        line: ['platform', 'add', '--unmapped-course', 'maybe'],
        code: 1,
        says: /Choose one of play, refuse, provision/,
      },
      {
        what: 'a platform with an unknown account',
        line: [
          ...['platform', 'add', '--name', 'M', '--issuer', 'https://m.example.edu', '--client-id', 'c'],
          ...['--authorization-url', 'https://m.example.edu/a', '--jwks-url', 'https://m.example.edu/j'],
          ...['--account', 'other'],
        ],
        code: 1,
        says: /^KALTURA_ACCOUNT_UNKNOWN: the accounts are: main/,
      },
      {
        what: 'a list of what is not there',
        line: ['platform', 'list', 'everything'],
        code: 1,
        says: /too many arguments/,
      },
      {
        what: 'a platform that is not there',
        line: ['platform', 'show', 'nothing'],
        code: 1,
        says: /^PLATFORM_UNKNOWN/,
      },
      {
        what: 'an approval for a platform that is not there',
        line: ['platform', 'approve', 'nothing', '1'],
        code: 1,
        says: /^PLATFORM_UNKNOWN/,
      },
      { what: 'a backup to nowhere', line: ['store', 'backup'], code: 1, says: /missing required argument 'folder'/ },
      {
        what: 'a restore from nowhere',
        line: ['store', 'restore'],
        code: 1,
        says: /missing required argument 'folder'/,
      },
      { what: 'a copy to nowhere', line: ['store', 'copy'], code: 1, says: /'--to <file>' not specified/ },
    ];
    const outcomes = new Map<string, Outcome>();
    before(async () => {
      await inParallel(cases, async ({ what, line, environment }) => {
        const directory = join(folder, what.replaceAll(' ', '-'));
        outcomes.set(what, await runCli(line, environment ?? cliEnvironment(directory)));
      });
    });

    for (const { what, code, says } of cases) {
      it(`${what} ends with ${code} and a sentence`, () => {
        const outcome = outcomes.get(what)!;
        assert.equal(outcome.code, code, outcome.stderr);
        assert.match(outcome.stderr, says);
        assert.doesNotMatch(outcome.stderr + outcome.stdout, /^\s+at |node:internal|\.ts:\d/m, 'a stack');
        assert.doesNotMatch(outcome.stderr, /short\b|5f2b8c1e/, 'a secret');
      });
    }

    it('says how to get help after each error of the command line', () => {
      for (const what of [
        'an unknown command',
        'an unknown option',
        'a platform without a name',
        'a copy to nowhere',
      ]) {
        assert.match(outcomes.get(what)!.stderr, /Run with --help/, what);
      }
    });
  });

  describe('start', () => {
    it('serves until it is told to stop, and ends with 0', async () => {
      const directory = join(folder, 'served');
      const service = startCli(['start'], cliEnvironment(directory));
      const log = await service.saw(/"address":"[^"]+"/);
      const [, address] = /"address":"([^"]+)"/.exec(log) ?? [];
      const reply = await fetch(`http://${address}/health/live`);
      assert.equal(reply.status, 200);
      const { code, stderr } = await service.signal('SIGTERM');
      assert.equal(code, 0);
      assert.equal(stderr, '');
      assert.ok(readdirSync(directory).includes('durable.db'));
    });

    it('says that its port is taken, and ends with 78', async () => {
      const taken: Server = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = taken.address() as AddressInfo;
        const environment = cliEnvironment(join(folder, 'taken'), { PLAYCONTEXT_SERVER_PORT: String(port) });
        const { code, stderr } = await runCli(['start'], environment);
        assert.equal(code, 78);
        assert.match(stderr, /^CONFIG_INVALID: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)/);
      } finally {
        taken.close();
      }
    });

    it('says what is wrong with its store, and ends with 1', async () => {
      const directory = join(folder, 'damaged');
      mkdirSync(directory);
      writeFileSync(join(directory, 'durable.db'), 'no database'.repeat(1_000));
      const { code, stderr } = await runCli(['start'], cliEnvironment(directory));
      assert.equal(code, 1);
      assert.match(stderr, /^STORE_UNAVAILABLE: .*not a database/);
    });
  });

  describe('demo', () => {
    it('prints one address, and leaves nothing behind when it is stopped', async () => {
      const scratch = join(folder, 'scratch');
      mkdirSync(scratch);
      const demo = startCli(['demo', '--no-open'], { TMPDIR: scratch });
      const [, address] = /starts at\s+(\S+)/.exec(await demo.saw(/starts at\s+\S+\s/)) ?? [];
      assert.match(address ?? '', /^http:\/\/lms\.localhost:\d+/);
      assert.ok(readdirSync(scratch).some((name) => name.startsWith('playcontext-demo-')));
      const { code, stdout } = await demo.signal('SIGINT');
      assert.equal(code, 0);
      assert.match(stdout, /Nothing of the demo is left/);
      assert.deepEqual(
        readdirSync(scratch).filter((name) => name.startsWith('playcontext-demo-')),
        [],
      );
    });
  });

  describe('platform', () => {
    it('prints a guide, registers, lists, shows and approves', async () => {
      const environment = cliEnvironment(join(folder, 'platforms'));
      const run = async (...line: string[]): Promise<string> => {
        const { code, stdout, stderr } = await runCli(['platform', ...line], environment);
        assert.equal(code, 0, stderr);
        return stdout;
      };
      const [guide, empty] = [await run('guide', '--adapter', 'moodle'), await run('list')];
      assert.match(guide, /https:\/\/video\.campus\.edu\/lti\/login/);
      assert.match(empty, /No platform is registered/);

      const added = await run(
        ...['add', '--name', 'Moodle of Law', '--adapter', 'moodle', '--issuer', 'https://moodle.example.edu'],
        ...['--client-id', 'abc', '--authorization-url', 'https://moodle.example.edu/auth'],
        ...['--jwks-url', 'https://moodle.example.edu/certs', '--deployment', '1'],
      );
      const [, ref = ''] = /Registered Moodle of Law as (\S+)\./.exec(added) ?? [];
      const [list, before] = [await run('list'), await run('show', ref)];
      assert.match(list, new RegExp(`^${ref}  active .*moodle .*Moodle of Law`));
      assert.match(before, /Client id\s+abc/);
      assert.doesNotMatch(before, /active\s+2$/m);
      assert.match(await run('approve', ref, '2'), /deployment 2 of Moodle of Law count/);
      assert.match(await run('show', ref), /active\s+2$/m);
    });
  });
});
