/** What a verified LTI message says, in our words. Absent fields: the LMS did not say. */
import type { CustomValue } from './groups/custom.js';

export type { CustomValue };

export interface LtiClaims {
  readonly issuer: string;
  /** `sub`: the user, unique within the platform. Absent for anonymous visitors. */
  readonly subject?: string;
  readonly deploymentId: string;
  readonly messageType: string;
  readonly version: string;
  readonly targetLinkUri?: string;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly email?: string;
  readonly locale?: string;
  /** Role URIs and short names as sent; `contextRoles` reads them. */
  readonly roles: readonly string[];
  readonly context?: {
    readonly id: string;
    readonly label?: string;
    readonly title?: string;
    /** URIs or bare words, e.g. `CourseSection`. */
    readonly type: readonly string[];
  };
  readonly resourceLink?: { readonly id?: string; readonly title?: string; readonly description?: string };
  /** Names keep their case. Read it with `customValue`. */
  readonly custom: Readonly<Record<string, CustomValue>>;
  readonly lis?: {
    readonly personSourcedid?: string;
    readonly courseSectionSourcedid?: string;
    readonly courseOfferingSourcedid?: string;
  };
  readonly toolPlatform?: {
    readonly guid?: string;
    readonly name?: string;
    readonly version?: string;
    readonly productFamilyCode?: string;
    readonly url?: string;
  };
  readonly launchPresentation?: {
    readonly documentTarget?: string;
    readonly returnUrl?: string;
    readonly locale?: string;
    /** CSS pixels. */
    readonly width?: number;
    /** CSS pixels. */
    readonly height?: number;
  };
  readonly lti1p1?: { readonly userId?: string };
  readonly legacyUserId?: string;
  readonly ext?: Readonly<Record<string, unknown>>;
  /** The payload, frozen, without oversized parts and credentials: for claims that only one LMS sends. */
  readonly raw: Readonly<Record<string, unknown>>;
}
