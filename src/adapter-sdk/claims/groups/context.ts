/** Core 5.4.1: the course. Without a usable id there is no course. */
import { z } from 'zod';
import { isId, numberAsText } from '../../text.js';
import { compact, optionalText, textList } from './fields.js';

export const contextClaim = z
  .object({
    id: z.preprocess(
      (value) => (typeof value === 'number' ? numberAsText(value) : value),
      z.string().refine((value) => isId(value)),
    ),
    label: optionalText,
    title: optionalText,
    type: textList,
  })
  .transform(compact)
  .optional()
  .catch(undefined);
