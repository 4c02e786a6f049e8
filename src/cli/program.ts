/** The command line: one file per command, loaded when it is used. */
import { Command, CommanderError } from 'commander';
import { isAppError } from '../errors/app-error.js';
import { catalogue } from '../errors/catalogue.js';
import { packageVersion } from './version.js';

/** sysexits(3) EX_CONFIG. */
const EXIT_CONFIG = 78;

/** In the order of the help. Each loads what it needs, which for most is a small part of the program. */
const commands: readonly { name: string; load(): Promise<Command> }[] = [
  { name: 'start', load: async () => (await import('./start.js')).startCommand() },
  { name: 'demo', load: async () => (await import('./demo.js')).demoCommand() },
  { name: 'platform', load: async () => (await import('./platform.js')).platformCommand() },
  { name: 'courses', load: async () => (await import('./courses.js')).coursesCommand() },
  { name: 'admin', load: async () => (await import('./admin.js')).adminCommand() },
  { name: 'identity', load: async () => (await import('./identity.js')).identityCommand() },
  { name: 'adapter', load: async () => (await import('./adapter.js')).adapterCommand() },
  { name: 'store', load: async () => (await import('./store.js')).storeCommand() },
];

/** `addCommand` hands nothing down: without this the commands would exit by themselves and not say how to get help. */
function handDown(command: Command): Command {
  for (const child of command.commands) handDown(child.copyInheritedSettings(command));
  return command;
}

/** The whole program, or with the one command that these arguments call when they call one. */
export async function createProgram(commandLine: readonly string[] = []): Promise<Command> {
  const called = commands.filter(({ name }) => commandLine.includes(name));
  const program = new Command('playcontext')
    .description('Tells Kaltura for every play who watched, in which course and from which application')
    .version(packageVersion())
    .option('-c, --config <file>', 'YAML configuration file (also PLAYCONTEXT_CONFIG)')
    .showHelpAfterError('Run with --help to see what it takes.')
    .exitOverride();
  // A name may also stand for a file or an option's value, so several are all loaded.
  for (const { load } of called.length > 0 ? called : commands) program.addCommand(await load());
  return handDown(program);
}

/** Runs the process's arguments. Known errors become their words and an exit code, never a stack trace. */
export async function run(): Promise<void> {
  try {
    await (await createProgram(process.argv.slice(2))).parseAsync();
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
