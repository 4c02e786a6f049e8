/** Migration guide 1.3: the user id of the LTI 1.1 link that this one replaces. */
import { z } from 'zod';
import { compact, optionalId } from './fields.js';

export const lti1p1Claim = z
  .object({ user_id: optionalId })
  .transform(({ user_id: userId }) => compact({ userId }))
  .optional()
  .catch(undefined);

export const legacyUserIdClaim = optionalId;
