/** Core 5.4.4: where the LMS shows the tool. Width and height are CSS pixels. */
import { z } from 'zod';
import { compact, optionalNumber, optionalText } from './fields.js';

export const launchPresentationClaim = z
  .object({
    document_target: optionalText,
    return_url: optionalText,
    locale: optionalText,
    width: optionalNumber,
    height: optionalNumber,
  })
  .transform(({ document_target: documentTarget, return_url: returnUrl, ...rest }) =>
    compact({ documentTarget, returnUrl, ...rest }),
  )
  .optional()
  .catch(undefined);
