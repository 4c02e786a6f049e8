import { Command } from 'commander';
import { createSignInLinks, ownerLinkWasMade } from '../admin/sign-in-links.js';
import { createApp } from '../app.js';
import type { Config } from '../config/schema.js';
import { createLog } from '../http/log.js';
import { createHttpServer } from '../http/server.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import type { Store } from '../store/ports.js';
import { loadCommandConfig, openStore } from './context.js';
import { packageVersion } from './version.js';
import { listen, closeServer } from './listen.js';

export function startCommand(): Command {
  return new Command('start').description('Start the tool').action(async (_options: unknown, command: Command) => {
    const { config, warnings } = loadCommandConfig(command);
    const log = createLog({ level: config.log.level });
    for (const warning of warnings) log.warn({}, warning);
    const store = await openStore(config, log);
    const app = await createApp({
      config,
      store,
      log,
      clock: systemClock,
      random: systemRandom,
      version: packageVersion(),
    });
    const server = createHttpServer(app.listener);
    const address = await listen(server, config.server.port, config.server.host);
    log.info({ address, publicUrl: config.server.publicUrl }, 'playcontext listens');
    await offerFirstOwnerLink(store, config);

    await new Promise<void>((resolve) => {
      const stop = (signal: NodeJS.Signals): void => {
        log.info({ signal }, 'stopping: no new requests, those under way are finished');
        app.drain();
        resolve();
      };
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
    });
    await closeServer(server);
    await app.close();
    await store.close();
  });
}

/**
 * A fresh installation has nobody who could let anybody in. Only a person at a terminal is shown the link, since what
 * goes elsewhere is kept as a log, and only once: later ones come from `playcontext admin link`.
 */
async function offerFirstOwnerLink(store: Store, config: Config): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || (await ownerLinkWasMade(store.audit))) return;
  const links = createSignInLinks({
    admins: store.admins,
    publicUrl: new URL(config.server.publicUrl),
    clock: systemClock,
    random: systemRandom,
  });
  const url = await links.make({ role: 'owner', name: 'Owner' }, { kind: 'cli' });
  console.error(`\n  Sign in as the first owner, once, within 15 minutes:\n  ${url}\n`);
}
