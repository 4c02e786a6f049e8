import { Command, InvalidArgumentError } from 'commander';
import { builtInAdapters } from '../../adapters/index.js';
import { createAdapterRegistry, type AdapterRegistry } from '../adapter-sdk/registry.js';
import { loadAdapters } from '../adapter-sdk/load-adapters.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors/app-error.js';
import { addPlatform, type PlatformInput } from '../platforms/add-platform.js';
import { chooseAccount } from '../platforms/choose-account.js';
import { findTenantToJoin, joinTenant } from '../platforms/join-tenant.js';
import { toolEndpoints } from '../platforms/tool-endpoints.js';
import { systemClock } from '../runtime/clock.js';
import type { PlatformRef } from '../runtime/ids.js';
import { systemRandom } from '../runtime/random.js';
import type { PlatformRecord, Store } from '../store/ports.js';
import { withStore } from './context.js';

interface AddOptions extends Omit<PlatformInput, 'accountId' | 'deploymentIds' | 'acceptedIssuers' | 'frameOrigins'> {
  account?: string;
  deployment: string[];
  acceptedIssuer: string[];
  frameOrigin: string[];
}

const collect = (value: string, previous: string[]): string[] => [...previous, value];

const oneOf =
  <Choice extends string>(...choices: Choice[]) =>
  (value: string): Choice => {
    const choice = choices.find((candidate) => candidate === value);
    if (!choice) throw new InvalidArgumentError(`Choose one of ${choices.join(', ')}.`);
    return choice;
  };

export function platformCommand(): Command {
  const platform = new Command('platform').description('Connect learning platforms (LMSs) by hand');

  platform
    .command('guide')
    .description('Print what to paste into the LMS, before it has given you a client id')
    .option('--adapter <id>', 'kind of LMS', 'generic')
    .action(({ adapter }: { adapter: string }, command: Command) =>
      withStore(command, async (_store, config) => {
        printGuide(await loadRegistry(config), adapter, config);
      }),
    );

  platform
    .command('add')
    .description('Register a platform and print what to paste into the LMS')
    .requiredOption('--name <name>', 'as people see it, e.g. "Moodle of the Law School"')
    .requiredOption('--issuer <iss>', 'issuer, exactly as the LMS shows it')
    .requiredOption('--client-id <id>', 'client id that the LMS gave the tool')
    .requiredOption('--authorization-url <url>', 'authentication request URL')
    .requiredOption('--jwks-url <url>', 'public key set URL')
    .option('--token-url <url>', 'access token URL')
    .option('--token-audience <aud>', 'audience of token requests, where it differs from the token URL')
    .option('--deployment <id>', 'approved deployment id; repeat for several', collect, [])
    .option('--tenant <namespace>', 'tenant that the deployments join, because both are one LMS')
    .option('--adapter <id>', 'kind of LMS; without it, recognised by the addresses')
    .option('--application-name <name>', 'what Kaltura reports as the application')
    .option('--account <id>', 'Kaltura account of the configuration; without it, the only one')
    .option('--unmapped-course <policy>', 'play, refuse or provision', oneOf('play', 'refuse', 'provision'), 'play')
    .option(
      '--entry-policy <policy>',
      'which videos may play: course, root or signed',
      oneOf('course', 'root', 'signed'),
      'root',
    )
    .option('--root-category <fullName>', 'category above site>channels, where it differs from the account’s')
    .option('--frame-origin <origin>', 'further origin that may frame the player; repeat for several', collect, [])
    .option('--accepted-issuer <iss>', 'further issuer that tokens may carry; repeat for several', collect, [])
    .action((options: AddOptions, command: Command) =>
      withStore(command, async (store, config) => {
        const registry = await loadRegistry(config);
        const { account, deployment, acceptedIssuer, frameOrigin, ...input } = options;
        const added = await addPlatform(
          {
            ...input,
            accountId: chooseAccount(config, account),
            deploymentIds: deployment,
            acceptedIssuers: acceptedIssuer,
            frameOrigins: frameOrigin,
          },
          { kind: 'cli' },
          { store, registry, config, clock: systemClock, random: systemRandom },
        );
        console.log(`Registered ${added.name} as ${added.ref}.\n`);
        printGuide(registry, added.adapterId, config, added.ref);
      }),
    );

  platform
    .command('list')
    .description('List the registered platforms')
    .action((_options: unknown, command: Command) =>
      withStore(command, async (store) => {
        const platforms = await store.platforms.list();
        if (platforms.length === 0) console.log('No platform is registered. Run `playcontext platform add --help`.');
        for (const { ref, status, adapterId, name, issuer, clientId } of platforms) {
          console.log([ref, status.padEnd(8), adapterId.padEnd(12), name, issuer, clientId].join('  '));
        }
      }),
    );

  platform
    .command('show')
    .argument('<ref>', 'reference of the platform, as `list` shows it')
    .description('Show a platform, its deployments and what the LMS needs')
    .action((ref: string, _options: unknown, command: Command) =>
      withStore(command, async (store, config) => {
        const found = await getPlatform(store, ref);
        printPlatform(found);
        const deployments = await store.deployments.listByPlatform(found.id);
        const namespaces = new Map((await store.tenants.list()).map(({ id, namespace }) => [id, namespace]));
        console.log('Deployments:');
        if (deployments.length === 0) console.log('  none yet; the first launch shows up here as pending');
        for (const { deploymentId, status, tenantId } of deployments) {
          const namespace = tenantId && namespaces.get(tenantId);
          console.log(`  ${status.padEnd(8)}  ${deploymentId}${namespace ? `  tenant ${namespace}` : ''}`);
        }
        console.log('');
        printGuide(await loadRegistry(config), found.adapterId, config, found.ref);
      }),
    );

  platform
    .command('approve')
    .argument('<ref>', 'reference of the platform')
    .argument('<deployment>', 'deployment id, as `show` lists it')
    .option('--tenant <namespace>', 'tenant that it joins, because both are one LMS')
    .description('Approve a deployment, so that its launches count')
    .action((ref: string, deploymentId: string, { tenant: namespace }: { tenant?: string }, command: Command) =>
      withStore(command, async (store) => {
        const found = await getPlatform(store, ref);
        if (namespace !== undefined) {
          const { issuer, acceptedIssuers, accountId } = found;
          const tenant = await findTenantToJoin({ namespace, issuers: [issuer, ...acceptedIssuers], accountId }, store);
          const join = { platform: found, deploymentIds: [deploymentId], tenant };
          await joinTenant(join, { kind: 'cli' }, { store, clock: systemClock });
          console.log(`Launches of deployment ${deploymentId} of ${found.name} count for the tenant ${namespace} now.`);
          return;
        }
        await store.deployments.approve(found.id, deploymentId, { kind: 'cli' }, systemClock.nowMs());
        console.log(`Launches of deployment ${deploymentId} of ${found.name} count from now on.`);
      }),
    );

  return platform;
}

async function loadRegistry(config: Config): Promise<AdapterRegistry> {
  return createAdapterRegistry([...builtInAdapters, ...(await loadAdapters(config.adapters))]);
}

async function getPlatform(store: Store, ref: string): Promise<PlatformRecord> {
  const found = await store.platforms.findByRef(ref as PlatformRef);
  if (!found) throw new AppError('PLATFORM_UNKNOWN', { reason: `no platform has the reference ${ref}` });
  return found;
}

function printPlatform({
  name,
  ref,
  status,
  adapterId,
  issuer,
  clientId,
  authorizationUrl,
  jwksUrl,
  settings,
}: PlatformRecord): void {
  const rows: [string, string][] = [
    ['Name', name],
    ['Reference', ref],
    ['Status', status],
    ['Adapter', adapterId],
    ['Issuer', issuer],
    ['Client id', clientId],
    ['Authentication request URL', authorizationUrl],
    ['Public key set URL', jwksUrl],
    ['Application name', settings.applicationName ?? 'the adapter’s'],
    ['Unmapped courses', settings.unmappedCourse],
    ['Entry policy', settings.entryPolicy],
  ];
  for (const [label, value] of rows) console.log(`${label.padEnd(28)}${value}`);
}

function printGuide(registry: AdapterRegistry, adapterId: string, config: Config, ref?: PlatformRef): void {
  const adapter = registry.get(adapterId);
  const endpoints = toolEndpoints(new URL(config.server.publicUrl), ref);
  console.log(`In ${adapter.title}:`);
  registry.registrationSteps(adapter.id, endpoints).forEach(({ text, value }, index) => {
    console.log(`${String(index + 1).padStart(2)}. ${text}`);
    if (value)
      console.log(`      ${value.label}: ${value.text.replaceAll('\n', `\n${' '.repeat(value.label.length + 8)}`)}`);
  });
}
