import { AppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';
import type { ConsumedStateStore } from '../../store/ports.js';
import { isBound } from '../browser-binding.js';
import type { LoginState } from '../state.js';

/** The browser that launches is the one that logged in. A used state is told apart, because a reload is no attack. */
export async function proveBinding(
  request: RequestFacts,
  login: LoginState,
  states: ConsumedStateStore,
): Promise<void> {
  if (isBound(request, login)) return;
  // The first launch dropped the cookie, so its repetition arrives without one.
  if (await states.has(login.stateId)) throw new AppError('LAUNCH_REPLAYED', { reason: 'seen before' });
  throw new AppError('LAUNCH_STATE_FOREIGN', { reason: 'no cookie of this login came back' });
}
