import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.js';
import type { RequestFacts } from '../http/types.js';
import type { Keyring } from '../runtime/keyring.js';
import { CSRF_FIELD } from '../ui/admin-screen.js';
import { signInOf, type SignIn } from './sessions.js';

const PURPOSE = 'admin-form';
const HEADER = 'x-csrf-token';

export interface FormTokens {
  /** What forms of this sign-in carry in `_csrf`. */
  tokenFor(session: SignIn): string;
  /** Throws ACCESS_FORM_STALE unless field or header holds this sign-in's token, once. */
  check(request: Pick<RequestFacts, 'form' | 'headers'>, session: SignIn): void;
}

/**
 * Synchroniser tokens without a store: an HMAC of what names the sign-in. A page of another site cannot read it, and
 * one of another sign-in does not fit.
 */
export function createFormTokens({ keyring }: { keyring: Keyring }): FormTokens {
  const sign = (key: Buffer, session: SignIn): Buffer => createHmac('sha256', key).update(signInOf(session)).digest();

  return {
    tokenFor(session) {
      const { id, key } = keyring.current(PURPOSE);
      return Buffer.concat([Buffer.of(id), sign(key, session)]).toString('base64url');
    },
    check({ form, headers }, session) {
      const given = (form?.count(CSRF_FIELD) ?? 0) > 0 ? form?.get(CSRF_FIELD) : headers[HEADER];
      const bytes = Buffer.from(given ?? '', 'base64url');
      const mac = bytes.subarray(1);
      const fits = keyring.candidates(PURPOSE, bytes[0] ?? -1).some((key) => {
        const expected = sign(key, session);
        return mac.length === expected.length && timingSafeEqual(mac, expected);
      });
      if (!fits) throw new AppError('ACCESS_FORM_STALE');
    },
  };
}
