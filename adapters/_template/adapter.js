/**
 * Example LMS as an LTI 1.3 platform: pure, synchronous functions, claims in, answers out.
 *
 * It starts with the answers that any LTI 1.3 platform allows. Change what your LMS does differently, and remove the
 * functions that you do not change: the generic ones then stand in.
 *
 * @typedef {import('playcontext/adapter-sdk').LtiClaims} LtiClaims
 * @typedef {import('playcontext/adapter-sdk').GenericSettings} Settings
 * @typedef {import('playcontext/adapter-sdk').RecognitionFacts} RecognitionFacts
 */
import { registration } from './registration.js';

/** @param {typeof import('playcontext/adapter-sdk')} sdk */
export default (sdk) => {
  const { genericBase } = sdk;

  return sdk.defineAdapter({
    id: 'example-lms',
    apiVersion: sdk.ADAPTER_API_VERSION,
    title: 'Example LMS',
    proof: 'lti13',
    capabilities: {
      deepLinking: true,
      namesAndRoles: true,
      grades: true,
      platformStorage: false,
      dynamicRegistration: false,
    },

    /** Names of custom parameters. To add a setting: `sdk.genericSettings.extend({ … })`, flat, each with a default. */
    settings: sdk.genericSettings,

    /**
     * 0 (not this LMS) to 1 (certain). A proposal for new platforms, never a security decision.
     *
     * @param {RecognitionFacts} facts
     */
    recognise: (facts) => (sdk.productFamily(facts) === 'example-lms' ? 1 : 0),

    /**
     * The scope in which ids of viewers and courses are unique. When unsure, split: an admin can join two tenants.
     *
     * @param {LtiClaims} claims
     */
    tenantHint: (claims) => genericBase.tenantHint(claims),

    /**
     * What may become the userId. Hand ids through letter by letter, and leave out what the LMS did not say.
     *
     * @param {LtiClaims} claims
     * @param {Settings} settings
     */
    viewer: (claims, settings) => genericBase.viewer(claims, settings),

    /**
     * The course: a key that stays when the title changes, and `undefined` when the launch comes from no course.
     * `categoryNames` says what Kaltura's own integration with this LMS called the course's category.
     *
     * @param {LtiClaims} claims
     * @param {Settings} settings
     */
    course: (claims, settings) => genericBase.course(claims, settings),

    /**
     * Roles in the course. Roles in the institution or the system never count.
     *
     * @param {LtiClaims} claims
     */
    roles: (claims) => sdk.contextRoles(claims.roles),

    /** What Kaltura's reports call the application: 1–60 characters, no comma. */
    application: () => 'Example LMS',

    registration,
  });
};
