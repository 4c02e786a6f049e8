/** What an adapter is: pure, synchronous functions from verified claims to a neutral launch. No network, no store. */
import type { z } from 'zod';
import type { LtiClaims } from './claims/parse-claims.js';

export type { LtiClaims };

/** Roles in the course, strongest first. An empty list means: nothing more than watching. */
export const ROLES = [
  'administrator',
  'instructor',
  'content-developer',
  'teaching-assistant',
  'mentor',
  'learner',
] as const;
export type Role = (typeof ROLES)[number];

/** What may become the `userId`, as the LMS said it. Absent means: the LMS did not say. */
export interface ViewerCandidates {
  /** LTI `sub`. Absent for anonymous visitors. */
  sub?: string;
  username?: string;
  email?: string;
  /** The institution's own id (SIS). */
  sourcedId?: string;
  /** `user_id` of the LTI 1.1 link that this one replaces. */
  lti1p1?: string;
}

export interface Viewer {
  candidates: ViewerCandidates;
  /** For screens only; never part of an id. */
  name?: string;
  /** A test or preview user of the LMS. */
  isTestUser?: boolean;
}

export interface Course {
  /** Stable over title changes, unique within the tenant. */
  key: string;
  title?: string;
  label?: string;
  /** The institution's own id of the course (SIS), where the LMS says one. */
  sourcedId?: string;
  /** Keys of the courses that this one was copied from, nearest first. */
  previousKeys: string[];
  /** Names that Kaltura's own integrations would have given the course's category, best first. */
  categoryNames: string[];
}

/** One step of the guide that an LMS admin follows, in the LMS's own words. */
export interface RegistrationStep {
  text: string;
  /** Something to copy, with its label. */
  value?: { label: string; text: string };
}

/** What a registration guide may name. All URLs are absolute. */
export interface RegistrationContext {
  loginUrl: string;
  redirectUrl: string;
  jwksUrl: string;
  targetLinkUrl: string;
  toolName: string;
  iconUrl?: string;
  /** Where an LMS that can register tools by itself begins (LTI Dynamic Registration 1.0). */
  registrationUrl?: string;
}

/** The usual addresses of an LMS. A proposal that an admin confirms; all are absolute URLs but `tokenAudience`. */
export interface PlatformEndpoints {
  issuer: string;
  authorizationUrl: string;
  /** This and the token URL are absent where each registration has its own. */
  jwksUrl?: string;
  tokenUrl?: string;
  /** Where it differs from the token URL. */
  tokenAudience?: string;
  /** Where the LMS publishes its configuration (OpenID Connect Discovery), readable by everybody. */
  configurationUrl?: string;
}

export type AdapterSettingsSchema = z.ZodObject;

export interface AdapterCapabilities {
  deepLinking: boolean;
  namesAndRoles: boolean;
  grades: boolean;
  platformStorage: boolean;
  dynamicRegistration: boolean;
}

export interface RecognitionFacts {
  productFamilyCode?: string;
  issuer: string;
  authorizationUrl?: string;
  claims?: LtiClaims;
}

export interface Adapter<Schema extends AdapterSettingsSchema = AdapterSettingsSchema> {
  /** `^[a-z][a-z0-9-]{1,30}$` */
  id: string;
  apiVersion: 1;
  title: string;
  proof: 'lti13';
  capabilities: AdapterCapabilities;
  /** Flat; every field has a default, so `{}` is a valid set of settings. */
  settings: Schema;
  /** 0 (not this LMS) … 1 (certain). Never a security decision. */
  recognise(facts: RecognitionFacts): number;
  /**
   * Whether a token with this `iss` may come from the platform whose issuer is `registered`, though the two differ.
   * Asked only when `iss` is none of the exact ones that the platform lists, and after signature and client id have
   * been checked. Without it, exact issuers alone count.
   */
  acceptsIssuer?(issuer: string, registered: string): boolean;
  /** Launches of one platform with one hint are one tenant. */
  tenantHint(claims: LtiClaims): string;
  viewer(claims: LtiClaims, settings: z.output<Schema>): Viewer;
  /** Undefined when the launch comes from no course. */
  course(claims: LtiClaims, settings: z.output<Schema>): Course | undefined;
  /** From context roles only; the least role when unsure. */
  roles(claims: LtiClaims, settings: z.output<Schema>): Role[];
  /** The default `applicationName`: 1–60 characters, no comma. */
  application(claims: LtiClaims, settings: z.output<Schema>): string;
  registration(context: RegistrationContext): RegistrationStep[];
  /**
   * What the endpoints of the LMS at this address are by default; `address` has no `/` at its end, no query and no
   * fragment, e.g. `https://moodle.example.edu/school`. Undefined when this LMS has no usual ones.
   */
  endpoints?(address: string): PlatformEndpoints | undefined;
}

/** An adapter's answers about one launch, checked and frozen by the registry. */
export interface NeutralLaunch {
  adapterId: string;
  tenantHint: string;
  viewer: Viewer;
  course?: Course;
  roles: Role[];
  application: string;
}
