import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../../src/cli/chromium.js';

describe('finding Chromium', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'playcontext-chromium-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function program(path: string, exitCode: number): string {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\nexit ${String(exitCode)}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('takes the configured one before any other', async () => {
    const configured = program('mine/browser', 0);
    program('bin/chromium', 0);
    const environment = { PLAYCONTEXT_CHROMIUM: configured, PATH: join(folder, 'bin') };
    assert.equal(await findChromium(environment), configured);
  });

  it('refuses a configured one that does not start, instead of taking another', async () => {
    program('bin/chromium', 0);
    const environment = { PLAYCONTEXT_CHROMIUM: join(folder, 'typo'), PATH: join(folder, 'bin') };
    await assert.rejects(findChromium(environment), /PLAYCONTEXT_CHROMIUM is .*typo/);
  });

  it('looks through PATH for each name', async () => {
    const chrome = program('second/google-chrome', 0);
    const environment = { PATH: [join(folder, 'first'), join(folder, 'second')].join(':') };
    assert.equal(await findChromium(environment), chrome);
  });

  it('passes over a stand-in that only says how to install it', async () => {
    program('bin/chromium-browser', 1);
    const chrome = program('bin/chrome', 0);
    assert.equal(await findChromium({ PATH: join(folder, 'bin') }), chrome);
  });
});
