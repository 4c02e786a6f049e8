/** Everything that an adapter author needs. Outside adapters get this module as their factory's argument. */
export { z } from 'zod';
export { cleanApplicationName } from './application-name.js';
export { CLAIM } from './claims/claim-uris.js';
export { toId } from './claims/groups/fields.js';
export { type CustomValue, type LtiClaims, parseClaims } from './claims/parse-claims.js';
export { contextRoles, isTestUser } from './context-roles.js';
export { customId, customValue } from './custom-value.js';
export { ADAPTER_API_VERSION, type AdapterDefinition, defineAdapter } from './define-adapter.js';
export {
  genericBase,
  genericSettings,
  type GenericSettings,
  hasAuthorizationPath,
  isCourseContext,
  productFamily,
  RECOGNITION_FLOOR,
  recogniseBy,
} from './generic-base.js';
export { nextPage } from './next-page.js';
export { parseHistory } from './parse-history.js';
export { type AdapterRegistry, createAdapterRegistry } from './registry.js';
export {
  type Adapter,
  type AdapterCapabilities,
  type AdapterSettingsSchema,
  type Course,
  type NeutralLaunch,
  type PlatformEndpoints,
  type RecognitionFacts,
  type RegistrationContext,
  type RegistrationStep,
  type Role,
  ROLES,
  type Viewer,
  type ViewerCandidates,
} from './types.js';
