/** Core 5.3.5: the link in the course. Deep linking requests have none, Brightspace sends null in all fields. */
import { z } from 'zod';
import { compact, optionalId, optionalText } from './fields.js';

export const resourceLinkClaim = z
  .object({ id: optionalId, title: optionalText, description: optionalText })
  .transform(compact)
  .optional()
  .catch(undefined);
