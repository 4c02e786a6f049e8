/** The Chromium of the browser tests; looked for once a process. */
import { chromiumPath as findOrInstall } from '../../src/cli/chromium.js';

export { chromiumArguments } from '../../src/cli/chromium.js';

let found: Promise<string> | undefined;

/** The path of a Chromium, which is installed first when this machine has none. */
export function chromiumPath(): Promise<string> {
  found ??= findOrInstall(process.env);
  return found;
}
