import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isObject } from './claim-paths.js';
import type { Payload } from './rule.js';

export interface FixtureFolder {
  /** Payloads by the names of their files, without `.json`. */
  fixtures: Record<string, Payload>;
  /** Names of files that are no JSON objects. */
  unreadable: string[];
}

/** All `*.json` files of a folder, in the order of their names. A folder that does not exist has none. */
export function readFixtureFolder(folder: URL): FixtureFolder {
  const read: FixtureFolder = { fixtures: {}, unreadable: [] };
  if (!existsSync(folder)) return read;
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files.sort()) {
    const name = file.slice(0, -'.json'.length);
    const payload = parse(readFileSync(new URL(encodeURIComponent(file), folder), 'utf8'));
    if (isObject(payload)) read.fixtures[name] = payload;
    else read.unreadable.push(name);
  }
  return read;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
