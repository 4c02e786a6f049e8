/** The one file that draws random bytes. Everything else is handed a `Random`, so that tests can repeat a run. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** `length` bytes from a cryptographically secure source. */
  bytes(length: number): Buffer;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };
