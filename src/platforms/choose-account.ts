import type { Config } from '../config/schema.js';
import { AppError } from '../errors/app-error.js';
import type { AccountId } from '../runtime/ids.js';

/**
 * The Kaltura account of a new platform: the wished one, or the only one that there is.
 *
 * @throws AppError `KALTURA_ACCOUNT_UNKNOWN`; `INPUT_INVALID` when it must be named
 */
export function chooseAccount({ kaltura }: Pick<Config, 'kaltura'>, wish: string | undefined): AccountId {
  const ids = Object.keys(kaltura.accounts);
  if (wish !== undefined) {
    if (!ids.includes(wish))
      throw new AppError('KALTURA_ACCOUNT_UNKNOWN', { reason: `the accounts are: ${ids.join(', ')}` });
    return wish as AccountId;
  }
  const [only, ...others] = ids;
  if (only === undefined || others.length > 0) {
    throw new AppError('INPUT_INVALID', {
      reason: `name an account with --account: ${ids.join(', ') || 'none is configured'}`,
    });
  }
  return only as AccountId;
}
