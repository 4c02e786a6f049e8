/** One-time links that sign an admin in. There are no passwords: whoever may run commands on the server makes a link. */
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { Actor, AdminLink, AdminRole, AdminStore, AuditStore } from '../store/ports.js';
import { ADMIN_PATHS } from './paths.js';
import { isToken, newToken, tokenHash } from './secret-token.js';

export const LINK_LIFE_MS = 15 * 60_000;
const PAGE = 500;

export interface SignInLinks {
  /** Stores a link's hash and answers its address, which nobody can read again. */
  make(link: { role: AdminRole; name: string }, by: Actor): Promise<string>;
  /** Takes a link for its one use; undefined when there is none, or it was used, or it ended. */
  consume(token: string): Promise<AdminLink | undefined>;
}

export interface SignInLinkDependencies {
  admins: Pick<AdminStore, 'addLink' | 'consumeLink'>;
  publicUrl: URL;
  clock: Clock;
  random: Random;
}

export function createSignInLinks({ admins, publicUrl, clock, random }: SignInLinkDependencies): SignInLinks {
  return {
    async make({ role, name }, by) {
      const token = newToken(random);
      const nowMs = clock.nowMs();
      const link: AdminLink = {
        tokenHash: tokenHash(token),
        role,
        name,
        expiresAtMs: nowMs + LINK_LIFE_MS,
      };
      await admins.addLink(link, by, nowMs);
      return new URL(`${ADMIN_PATHS.link}/${token}`, publicUrl).href;
    },
    consume: async (token) => (isToken(token) ? admins.consumeLink(tokenHash(token), clock.nowMs()) : undefined),
  };
}

/**
 * True when a link for an owner was ever made, used or not. It stands in the audit, which is never shortened; owners
 * sign in by such links, so on an installation in use the newest records already tell.
 */
export async function ownerLinkWasMade(audit: AuditStore): Promise<boolean> {
  let before: string | undefined;
  for (;;) {
    const records = await audit.list({ limit: PAGE, ...(before === undefined ? {} : { before }) });
    if (records.some(({ action, after }) => action === 'admin-link.add' && roleOf(after) === 'owner')) return true;
    before = records.at(-1)?.id;
    if (records.length < PAGE || before === undefined) return false;
  }
}

const roleOf = (after: unknown): unknown =>
  typeof after === 'object' && after !== null && 'role' in after ? after.role : undefined;
