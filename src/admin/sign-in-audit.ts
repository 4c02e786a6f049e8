/** Who came and went, in the audit: no change of a record, and yet what an owner looks for first. */
import type { Clock } from '../runtime/clock.js';
import type { Actor, AdminSession, AuditStore } from '../store/ports.js';

export interface SignInAudit {
  /** `address`: the client's. */
  signedIn(session: AdminSession, address: string): Promise<void>;
  signedOut(session: AdminSession, by: Actor): Promise<void>;
}

export function createSignInAudit({ audit, clock }: { audit: Pick<AuditStore, 'note'>; clock: Clock }): SignInAudit {
  const note = (action: string, { name, role, deployment }: AdminSession, actor: Actor): Promise<void> =>
    audit.note({
      atMs: clock.nowMs(),
      actor,
      action,
      target: name,
      after: { role, ...(deployment === undefined ? {} : { deployment }) },
    });

  return {
    signedIn: (session, address) => note('admin.sign-in', session, { kind: 'admin', id: session.adminId, address }),
    signedOut: (session, by) => note('admin.sign-out', session, by),
  };
}
