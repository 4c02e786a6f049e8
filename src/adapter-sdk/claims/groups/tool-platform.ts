/** Core 5.4.2: which LMS this is. */
import { z } from 'zod';
import { compact, optionalId, optionalText } from './fields.js';

export const toolPlatformClaim = z
  .object({
    guid: optionalId,
    name: optionalText,
    version: optionalText,
    product_family_code: optionalText,
    url: optionalText,
  })
  .transform(({ product_family_code: productFamilyCode, ...platform }) => compact({ ...platform, productFamilyCode }))
  .optional()
  .catch(undefined);
