/** The claims without which a message is no LTI 1.3 message. Their values are judged by the launch steps. */
import { z } from 'zod';
import { isId } from '../../text.js';
import { CLAIM } from '../claim-uris.js';

const id = (maxLength: number) => z.string().refine((value) => isId(value, maxLength));

export const requiredClaims = z.object({
  iss: id(512),
  [CLAIM.deploymentId]: id(255),
  [CLAIM.messageType]: id(255),
  [CLAIM.version]: id(255),
});
