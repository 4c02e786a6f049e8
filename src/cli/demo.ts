import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { AppError } from '../errors/app-error.js';
import { createLog } from '../http/log.js';
import { loadCommandConfig } from './context.js';
import { builtInDemoIds } from './demo-adapters.js';
import { startDemoWorld } from './demo-world.js';

interface DemoOptions {
  adapter?: string;
  adapters: string[];
  check?: boolean;
  open: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Show the whole way on this computer: an LMS, the tool, the player and every event that Kaltura gets')
    .option('--adapter <id>', `whose launches the LMS sends: ${builtInDemoIds().join(', ')} (default: moodle)`)
    .option(
      '--adapters <path>',
      'folder or package of an adapter of your own, which the demo then imitates; repeat for several',
      (path: string, others: string[]) => [...others, path],
      [],
    )
    .option('--check', 'play in a headless browser and prove that every event carries the three values')
    .option('--no-open', 'do not open a browser')
    .action(async ({ adapter, adapters, check, open }: DemoOptions, command: Command) => {
      refuseProduction(command);
      if (check) {
        const { runDemoCheck } = await import('./demo-check.js');
        process.exitCode = (await runDemoCheck(adapter, console.log, adapters)) ? 0 : 1;
        return;
      }
      await tour(adapter, adapters, open);
    });
}

/** The sandbox hands out sessions to whoever asks; it must never stand beside a real installation. */
function refuseProduction(command: Command): void {
  const named = command.optsWithGlobals<{ config?: string }>().config ?? process.env['PLAYCONTEXT_CONFIG'];
  const environment =
    named === undefined ? process.env['PLAYCONTEXT_ENVIRONMENT'] : loadCommandConfig(command).config.environment;
  if (environment === 'production') {
    throw new AppError('CONFIG_INSECURE', { reason: 'the demo does not start with a production configuration' });
  }
}

async function tour(adapterId: string | undefined, adapters: string[], open: boolean): Promise<void> {
  const world = await startDemoWorld({ adapterId, adapters, log: createLog({ level: 'warn' }) });
  // Before the address is printed: whoever sees it may stop the demo at once, and nothing of it stays behind.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  console.log(`\n  The tour starts at  ${world.lms.url}`);
  console.log(`  Admin:  ${await world.ownerLink()}\n  Stop it with Ctrl+C.\n`);
  if (open) openBrowser(world.lms.url);
  await stopped;
  console.log('\n  Stopping. Nothing of the demo is left on this computer.');
  await world.close();
}

/** Best effort: a machine without a desktop just keeps the printed address. */
function openBrowser(url: string): void {
  const [command, ...parameters] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return;
  spawn(command, parameters, { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}
