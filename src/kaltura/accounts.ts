import type { Config } from '../config/schema.js';
import type { AccountId } from '../runtime/ids.js';
import type { KalturaAccount } from './types.js';

/** The Kaltura accounts of the configuration, each with the name that it has there as its id. */
export const accountsOf = ({ kaltura }: Pick<Config, 'kaltura'>): KalturaAccount[] =>
  Object.entries(kaltura.accounts).map(([id, account]) => ({ id: id as AccountId, ...account }));
