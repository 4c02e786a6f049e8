#!/usr/bin/env node
// Plain JavaScript that any Node can parse, so that an old one gets a sentence and not a stack trace.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`playcontext needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

// A clone runs its source, so that nothing stale from an earlier build is ever run; the package has only `dist`.
const source = new URL('../src/cli/program.ts', import.meta.url);
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api');
  register();
  await (await import(source.href)).run();
} else {
  await (await import(new URL('../dist/src/cli/program.js', import.meta.url).href)).run();
}
