/** OpenID Connect Core 5.1: who launches. All of it is missing when the platform's privacy settings say so. */
import { z } from 'zod';
import { VIEWER_ID_MAX_LENGTH } from '../../text.js';
import { compact, optionalId, optionalText, toId } from './fields.js';

export const viewerClaims = z
  .object({
    sub: z
      .unknown()
      .optional()
      .transform((value) => toId(value, VIEWER_ID_MAX_LENGTH)),
    name: optionalText,
    given_name: optionalText,
    family_name: optionalText,
    email: optionalId,
    locale: optionalText,
  })
  .transform((claims) =>
    compact({
      subject: claims.sub,
      name: claims.name,
      givenName: claims.given_name,
      familyName: claims.family_name,
      email: claims.email,
      locale: claims.locale,
    }),
  );
