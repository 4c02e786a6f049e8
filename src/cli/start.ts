import { Command } from 'commander';
import { createApp } from '../app.js';
import { createLog } from '../http/log.js';
import { createHttpServer } from '../http/server.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import { loadCommandConfig, openStore } from './context.js';
import { packageVersion } from './version.js';
import { listen, closeServer } from './listen.js';

export function startCommand(): Command {
  return new Command('start').description('Start the tool').action(async (_options: unknown, command: Command) => {
    const { config, warnings } = loadCommandConfig(command);
    const log = createLog({ level: config.log.level });
    for (const warning of warnings) log.warn({}, warning);
    const store = await openStore(config);
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
