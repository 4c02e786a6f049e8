/** Core 5.3.7: role URIs and short names as sent, without repetitions. */
import { z } from 'zod';
import { unique } from '../../text.js';
import { toTextList } from './fields.js';

export const rolesClaim = z
  .unknown()
  .optional()
  .transform((value) => unique(toTextList(value)));
