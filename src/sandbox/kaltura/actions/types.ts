import type { Clock } from '../../../runtime/clock.js';
import type { Account } from '../account.js';
import type { Entitlement } from '../entitlement.js';
import type { Parameters } from '../parameters.js';
import type { Session, Sessions } from '../sessions.js';

export interface Call {
  parameters: Parameters;
  session: Session | undefined;
  /** Where this browser finds the stand-in, e.g. `http://kaltura.localhost:8080` or the same with `/webm`. */
  base: string;
}

/**
 * Who may call an action. `open`: nobody needs a session. `playback`: any session, also one that may only play.
 * `user`: a session that names no playback role and isn't a widget's. `admin`: the same, of type ADMIN.
 */
export type Access = 'open' | 'playback' | 'user' | 'admin';

export interface Action {
  access: Access;
  run(call: Call): unknown;
}

/** Keys are `service.action` in lower case. */
export type Actions = Readonly<Record<string, Action>>;

export interface ActionDependencies {
  account: Account;
  sessions: Sessions;
  entitlement: Entitlement;
  clock: Clock;
  adminSecret: string;
  /** How long a new category stays out of `category.list`: Kaltura's search index is late. */
  indexLagMs(): number;
}
