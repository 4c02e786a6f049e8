import { AppError } from '../../errors/app-error.js';
import type { ConsumedStateStore } from '../../store/ports.js';
import type { LoginState } from '../state.js';

/** Single use, decided by one unique insert: of any number of parallel replays, in any process, one goes on. */
export async function consumeState(login: LoginState, states: ConsumedStateStore): Promise<void> {
  const first = await states.consume(login.stateId, login.expiresAtMs);
  if (!first) throw new AppError('LAUNCH_REPLAYED', { reason: 'the state was used before' });
}
