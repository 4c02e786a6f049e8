import { Command, InvalidArgumentError } from 'commander';
import { createSignInLinks, LINK_LIFE_MS } from '../admin/sign-in-links.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import type { AdminRole } from '../store/ports.js';
import { withStore } from './context.js';

const ROLES: readonly AdminRole[] = ['owner', 'editor', 'viewer'];

function parseRole(value: string): AdminRole {
  const role = ROLES.find((candidate) => candidate === value);
  if (!role) throw new InvalidArgumentError(`Choose one of ${ROLES.join(', ')}.`);
  return role;
}

function parseName(value: string): string {
  if (value.trim() === '' || value.length > 60) throw new InvalidArgumentError('A name has 1 to 60 characters.');
  return value.trim();
}

export function adminCommand(): Command {
  const admin = new Command('admin').description('Let people into the admin’s screens');
  admin
    .command('link')
    .description('Print an address that signs somebody in, once, within 15 minutes')
    .option('--role <role>', 'what they may do: owner, editor or viewer', parseRole, 'owner')
    .option('--name <name>', 'who it is for; stands beside every change they make', parseName, 'Admin')
    .action(({ role, name }: { role: AdminRole; name: string }, command: Command) =>
      withStore(command, async (store, config) => {
        const links = createSignInLinks({
          admins: store.admins,
          publicUrl: new URL(config.server.publicUrl),
          clock: systemClock,
          random: systemRandom,
        });
        console.log(await links.make({ role, name }, { kind: 'cli' }));
        console.error(`Works once, for ${LINK_LIFE_MS / 60_000} minutes, as ${role}.`);
      }),
    );
  return admin;
}
