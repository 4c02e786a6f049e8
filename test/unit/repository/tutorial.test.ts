/** `npm run test:package` runs the commands of the tutorial; these are the rules by which it reads and runs them. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTutorial, runTutorial, type TutorialStep } from '../../../scripts/tutorial.js';
import { createProgram } from '../../../src/cli/program.js';

const page = readFileSync(new URL('../../../docs/tutorial/write-an-adapter.md', import.meta.url), 'utf8');
const commands = readTutorial(page).flatMap((step) => (step.kind === 'command' ? [step.text] : []));
const command = (text: string, endless = false): TutorialStep => ({ kind: 'command', text, endless });

const program = await createProgram();

describe('the tutorial', () => {
  it('uses only commands and options that the program has', () => {
    const groups = program.commands;
    const ours = commands.filter((text) => text.startsWith('npx playcontext '));
    assert.ok(ours.length >= 5);
    for (const text of ours) {
      const [, , group, name] = text.split(' ');
      const found = groups.find((candidate) => candidate.name() === group);
      const leaf = found?.commands.find((candidate) => candidate.name() === name) ?? found;
      assert.ok(leaf, text);
      const known = leaf.options.map(({ long }) => long);
      for (const [option] of text.matchAll(/--[a-z-]+/g)) assert.ok(known.includes(option), `${text}: ${option}`);
    }
  });

  it('shows each thing that an author does: start, check, capture, demo, publish', () => {
    for (const part of ['adapter new', 'adapter check', 'adapter capture', 'demo --adapters', 'npm test', 'npm pack']) {
      assert.ok(
        commands.some((text) => text.includes(part)),
        part,
      );
    }
  });
});

describe('readTutorial', () => {
  it('takes lines of sh blocks and files with a name, in their order, and nothing else', () => {
    const read = readTutorial(
      '```sh\na b\n\nc \\\n  d\n```\ntext `e`\n```js f.js\ng\n```\n```yaml\nh: 1\n```\n```sh\ni # stop it with Ctrl+C\n```\n',
    );
    assert.deepEqual(read, [
      command('a b'),
      command('c    d'),
      { kind: 'file', name: 'f.js', text: 'g\n' },
      command('i', true),
    ]);
  });
});

describe('runTutorial', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tutorial-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...steps: TutorialStep[]) =>
    runTutorial({ steps, folder, environment: process.env, print: () => undefined, firstWordsMs: 5_000 });

  it('stays in the folder that a command went to', async () => {
    const end = await run(command('mkdir inside'), command('cd inside'), { kind: 'file', name: 'x.txt', text: 'y' });
    assert.ok(end.endsWith('/inside'));
    assert.equal(readFileSync(join(folder, 'inside/x.txt'), 'utf8'), 'y');
  });

  it('ends at the first command that fails, and names it', async () => {
    await assert.rejects(run(command('true'), command('false | true'), command('touch later')), /false \| true/);
    assert.ok(!existsSync(join(folder, 'later')));
  });

  it('interrupts what runs on, once it has said something', async () => {
    await run(command(`node -e "console.log('ready'); setInterval(() => 0, 1000)"`, true), command('touch later'));
    assert.ok(existsSync(join(folder, 'later')));
  });

  it('fails when such a command ends by itself', async () => {
    await assert.rejects(run(command('true', true)), /said nothing or did not end/);
  });
});
