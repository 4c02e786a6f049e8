/** From a verified JWT payload to `LtiClaims`: strict where LTI needs it, tolerant everywhere else. */
import { AppError } from '../../errors/app-error.js';
import { deepFreeze } from '../freeze.js';
import { CLAIM } from './claim-uris.js';
import { copyPayload } from './copy-payload.js';
import { contextClaim } from './groups/context.js';
import { customClaim } from './groups/custom.js';
import { extClaim } from './groups/ext.js';
import { compact, toText } from './groups/fields.js';
import { launchPresentationClaim } from './groups/launch-presentation.js';
import { lisClaim } from './groups/lis.js';
import { legacyUserIdClaim, lti1p1Claim } from './groups/migration.js';
import { requiredClaims } from './groups/required.js';
import { resourceLinkClaim } from './groups/resource-link.js';
import { rolesClaim } from './groups/roles.js';
import { toolPlatformClaim } from './groups/tool-platform.js';
import { viewerClaims } from './groups/viewer.js';
import type { CustomValue, LtiClaims } from './lti-claims.js';

export type { CustomValue, LtiClaims };

/**
 * The claims of one message, frozen. `payload` is that of a token whose signature has been checked.
 *
 * Required (non-blank strings): `iss`, deployment_id (at most 255 characters), message_type, version. What stands in
 * the last two is not judged here. A malformed optional claim, or a malformed field of one, counts as absent.
 *
 * @throws AppError `LAUNCH_CLAIM_INVALID` with `details.claim`; the value is never part of the error.
 */
export function parseClaims(payload: unknown): LtiClaims {
  const raw = copyPayload(payload);
  if (raw === undefined) throw claimInvalid('payload');

  const required = requiredClaims.safeParse(raw);
  if (!required.success) throw claimInvalid(String(required.error.issues[0]?.path[0]));

  const claims: LtiClaims = {
    issuer: required.data.iss,
    deploymentId: required.data[CLAIM.deploymentId],
    messageType: required.data[CLAIM.messageType],
    version: required.data[CLAIM.version],
    ...viewerClaims.parse(raw),
    roles: rolesClaim.parse(raw[CLAIM.roles]),
    custom: customClaim.parse(raw[CLAIM.custom]),
    ...compact({
      targetLinkUri: toText(raw[CLAIM.targetLinkUri]),
      context: contextClaim.parse(raw[CLAIM.context]),
      resourceLink: resourceLinkClaim.parse(raw[CLAIM.resourceLink]),
      lis: lisClaim.parse(raw[CLAIM.lis]),
      toolPlatform: toolPlatformClaim.parse(raw[CLAIM.toolPlatform]),
      launchPresentation: launchPresentationClaim.parse(raw[CLAIM.launchPresentation]),
      lti1p1: lti1p1Claim.parse(raw[CLAIM.lti1p1]),
      legacyUserId: legacyUserIdClaim.parse(raw[CLAIM.legacyUserId]),
      ext: extClaim.parse(raw[CLAIM.ext]),
    }),
    raw,
  };
  return deepFreeze(claims);
}

const claimInvalid = (claim: string): AppError =>
  new AppError('LAUNCH_CLAIM_INVALID', { reason: `claim ${claim} is missing or malformed`, details: { claim } });
