/**
 * One-time ways in. There are no passwords: an owner or whoever may run commands on the server makes a link, and a
 * person whom an owner approved gets a ticket from a launch.
 */
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { Actor, AdminLink, AdminRole, AdminStore, AuditStore } from '../store/ports.js';
import { ADMIN_PATHS } from './paths.js';
import { isToken, newToken, tokenHash } from './secret-token.js';

export const LINK_LIFE_MS = 15 * 60_000;
export const TICKET_LIFE_MS = 2 * 60_000;
export const NAME_MAX_LENGTH = 60;
const PAGE = 500;

export interface SignInLinks {
  /** Stores a link's hash and answers its address, which nobody can read again. */
  make(link: { role: AdminRole; name: string }, by: Actor): Promise<string>;
  /** Takes a link for its one use; undefined when there is none, or it was used, or it ended. */
  consume(token: string): Promise<AdminLink | undefined>;
  /**
   * Stores a ticket's hash and answers its token, for a hidden field of a page of ours. A ticket is no link: nobody can
   * be sent an address that signs them in as the person who got it.
   */
  makeTicket(ticket: Required<Pick<AdminLink, 'role' | 'name' | 'adminId' | 'deployment'>>, by: Actor): Promise<string>;
  /** The same as `consume`, for tickets. */
  consumeTicket(token: string | undefined): Promise<AdminLink | undefined>;
}

export interface SignInLinkDependencies {
  admins: Pick<AdminStore, 'addLink' | 'consumeLink'>;
  publicUrl: URL;
  clock: Clock;
  random: Random;
}

const ticketHash = (token: string): string => tokenHash(`ticket ${token}`);

export function createSignInLinks({ admins, publicUrl, clock, random }: SignInLinkDependencies): SignInLinks {
  return {
    async make({ role, name }, by) {
      const token = newToken(random);
      const nowMs = clock.nowMs();
      await admins.addLink({ tokenHash: tokenHash(token), role, name, expiresAtMs: nowMs + LINK_LIFE_MS }, by, nowMs);
      return new URL(`${ADMIN_PATHS.link}/${token}`, publicUrl).href;
    },
    consume: async (token) => (isToken(token) ? admins.consumeLink(tokenHash(token), clock.nowMs()) : undefined),
    async makeTicket(ticket, by) {
      const token = newToken(random);
      const nowMs = clock.nowMs();
      await admins.addLink({ ...ticket, tokenHash: ticketHash(token), expiresAtMs: nowMs + TICKET_LIFE_MS }, by, nowMs);
      return token;
    },
    consumeTicket: async (token) => (isToken(token) ? admins.consumeLink(ticketHash(token), clock.nowMs()) : undefined),
  };
}

/**
 * True when a link for an owner was ever made, used or not. It stands in the audit, which is never shortened; owners
 * sign in by such links, so on an installation in use the newest records already tell.
 */
export async function ownerLinkWasMade(audit: Pick<AuditStore, 'list'>): Promise<boolean> {
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
