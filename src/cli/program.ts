/** The command line: one file per command, loaded when it is used. */
import { Command, CommanderError } from 'commander';
import { isAppError } from '../errors/app-error.js';
import { catalogue } from '../errors/catalogue.js';
import { adapterCommand } from './adapter.js';
import { adminCommand } from './admin.js';
import { demoCommand } from './demo.js';
import { identityCommand } from './identity.js';
import { platformCommand } from './platform.js';
import { startCommand } from './start.js';
import { storeCommand } from './store.js';
import { packageVersion } from './version.js';

/** sysexits(3) EX_CONFIG. */
const EXIT_CONFIG = 78;

/** `addCommand` hands nothing down: without this the commands would exit by themselves and not say how to get help. */
function handDown(command: Command): Command {
  for (const child of command.commands) handDown(child.copyInheritedSettings(command));
  return command;
}

export function createProgram(): Command {
  const program = new Command('playcontext')
    .description('Tells Kaltura for every play who watched, in which course and from which application')
    .version(packageVersion())
    .option('-c, --config <file>', 'YAML configuration file (also PLAYCONTEXT_CONFIG)')
    .addCommand(startCommand())
    .addCommand(demoCommand())
    .addCommand(platformCommand())
    .addCommand(adminCommand())
    .addCommand(identityCommand())
    .addCommand(adapterCommand())
    .addCommand(storeCommand())
    .showHelpAfterError('Run with --help to see what it takes.')
    .exitOverride();
  return handDown(program);
}

/** Runs the process's arguments. Known errors become their words and an exit code, never a stack trace. */
export async function run(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    if (!isAppError(error)) throw error;
    console.error(`${error.code}: ${error.reason ?? catalogue[error.code].admin}`);
    if (error.reason) console.error(catalogue[error.code].admin);
    process.exitCode = error.code.startsWith('CONFIG_') ? EXIT_CONFIG : 1;
  }
}
