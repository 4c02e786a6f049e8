import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { builtInAdapters } from '../../adapters/index.js';
import { loadAdapters } from '../adapter-sdk/load-adapters.js';
import { createAdapterRegistry } from '../adapter-sdk/registry.js';
import { AppError } from '../errors/app-error.js';
import { KAF_SETTINGS } from '../identity/kaf.js';
import { installationKey } from '../launch/installation-keys.js';
import { systemClock } from '../runtime/clock.js';
import { createKeyring } from '../runtime/keyring.js';
import { systemRandom } from '../runtime/random.js';
import { kalturaOf, withStore } from './context.js';
import { matchRoster, type MatchOptions } from './identity-match.js';
import { previewLaunch, previewRecorded, type PreviewOptions } from './identity-preview.js';
import { aliasCommand, ruleCommand, type AliasOptions, type RuleCommandOptions } from './identity-rule.js';
import type { IdentityTools } from './identity-tools.js';

const KAF_HELP = `a setting of KAF instead of a rule, name=value; repeat for several: ${KAF_SETTINGS.join(', ')}`;
const SHOW_HELP = 'print personal values although the output is no terminal';

interface Show {
  show?: boolean;
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

function guests(value: string): 'refuse' | 'guest' {
  if (value === 'refuse' || value === 'guest') return value;
  throw new InvalidArgumentError('Choose one of refuse, guest.');
}

export function identityCommand(): Command {
  const identity = new Command('identity').description('Who viewers are to Kaltura: look, try another rule, change it');

  identity
    .command('preview')
    .argument('[file]', 'a launch: the payload of its token as JSON, or the token; without it, standard input')
    .description('Show what a launch says about its viewer and which userId it gives. Nothing is verified or stored')
    .option('--recorded', 'instead of a file, all recorded launches: how many viewers another rule would change')
    .option('--rule <rule>', "a rule to try, e.g. '{username:lower|sub}'")
    .option('--kaf <setting>', KAF_HELP, collect, [])
    .option('--tenant <namespace>', 'the tenant; without it, that of the launch')
    .option('--adapter <id>', 'kind of LMS, for a launch of a platform that is not registered')
    .option('--show', SHOW_HELP)
    .action((file: string | undefined, options: PreviewOptions & Show & { recorded?: boolean }, command: Command) =>
      withTools(command, options, (tools) =>
        options.recorded ? previewRecorded(tools, options) : previewLaunch(tools, readInput(file), options),
      ),
    );

  identity
    .command('match')
    .argument('<roster>', 'CSV with the columns sub, username, email, sourcedid, in any order; - is standard input')
    .description('Count, rule by rule, how many people of a roster Kaltura knows already')
    .requiredOption('--tenant <namespace>', 'whose people they are')
    .option('--rule <rule>', 'a further rule to try')
    .option('--kaf <setting>', KAF_HELP, collect, [])
    .option('--show', 'name examples')
    .action((roster: string, options: MatchOptions & Show, command: Command) =>
      withTools(command, { show: options.show ?? false }, (tools) =>
        // Counts are what it is for; names only when somebody asks, on a terminal too.
        matchRoster({ ...tools, personal: options.show ?? false }, readInput(roster), options),
      ),
    );

  identity
    .command('rule')
    .argument('<namespace>', 'the tenant')
    .description('Show the rule of a tenant, or what another one would change, and store it')
    .option('--set <rule>', "default, pseudonym, or a template, e.g. '{namespace}-{username:lower|sub}'")
    .option('--kaf <setting>', KAF_HELP, collect, [])
    .option('--reset', 'go back to the default rule')
    .option('--guests <policy>', 'launches without a sub: refuse or guest', guests)
    .option(
      '--share-ids',
      'ids without the tenant’s namespace: the same id elsewhere in the account is the same person',
    )
    .option('--forget-pins', 'let the rule decide anew for viewers who are known already')
    .option('--show', SHOW_HELP)
    .option('--yes', 'store it')
    .action((namespace: string, options: RuleCommandOptions & Show, command: Command) =>
      withTools(command, options, (tools) => ruleCommand(tools, namespace, options)),
    );

  identity
    .command('alias')
    .argument('<namespace>', 'the tenant')
    .argument('<sub>', 'the viewer, as the LMS names them')
    .description('Show, set or remove the userId of one viewer, whatever the rule says')
    .option('--set <userId>', 'this viewer is the person whom Kaltura knows by this id')
    .option('--remove', 'leave it to the rule again')
    .option('--show', SHOW_HELP)
    .action((namespace: string, subject: string, options: AliasOptions & Show, command: Command) =>
      withTools(command, options, (tools) => aliasCommand(tools, { namespace, subject }, options)),
    );

  return identity;
}

const withTools = (command: Command, { show }: Show, work: (tools: IdentityTools) => Promise<void>): Promise<void> =>
  withStore(command, async (store, config) => {
    const keyring = createKeyring({
      secret: config.secret,
      previousSecret: config.previousSecret,
      random: systemRandom,
    });
    await work({
      store,
      registry: createAdapterRegistry([...builtInAdapters, ...(await loadAdapters(config.adapters))]),
      kaltura: kalturaOf(config),
      keyring,
      pseudonymKey: await installationKey('pseudonym', {
        store: store.installationKeys,
        keyring,
        random: systemRandom,
      }),
      clock: systemClock,
      delay: (ms) => sleep(ms),
      print: (line) => console.log(line),
      personal: show ?? process.stdout.isTTY,
    });
  });

const STANDARD_INPUT = 0;

function readInput(file: string | undefined): string {
  try {
    return readFileSync(file === undefined || file === '-' ? STANDARD_INPUT : file, 'utf8');
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { reason: `cannot read ${file ?? 'standard input'}`, cause });
  }
}
