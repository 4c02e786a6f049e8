/** Every claim name of the LTI 1.3 family, once. Core: https://www.imsglobal.org/spec/lti/v1p3 */

const LTI = 'https://purl.imsglobal.org/spec/lti/claim';

export const CLAIM = Object.freeze({
  /** Core 5.3.1 */
  messageType: `${LTI}/message_type`,
  /** Core 5.3.2 */
  version: `${LTI}/version`,
  /** Core 5.3.3 */
  deploymentId: `${LTI}/deployment_id`,
  /** Core 5.3.4 */
  targetLinkUri: `${LTI}/target_link_uri`,
  /** Core 5.3.5 */
  resourceLink: `${LTI}/resource_link`,
  /** Core 5.3.7 */
  roles: `${LTI}/roles`,
  /** Core 5.4.1 */
  context: `${LTI}/context`,
  /** Core 5.4.2 */
  toolPlatform: `${LTI}/tool_platform`,
  /** Core 5.4.3 */
  roleScopeMentor: `${LTI}/role_scope_mentor`,
  /** Core 5.4.4 */
  launchPresentation: `${LTI}/launch_presentation`,
  /** Core 5.4.5 */
  lis: `${LTI}/lis`,
  /** Core 5.4.6 */
  custom: `${LTI}/custom`,
  /** Core 5.4.7; the one that Moodle uses for vendor fields */
  ext: `${LTI}/ext`,
  /** Migration guide 1.3, `lti1p1` */
  lti1p1: `${LTI}/lti1p1`,
  /** Names and Role Provisioning Services 2.0, section 2.4; some platforms send it in launches too */
  legacyUserId: `${LTI}/lti11_legacy_user_id`,
  /** Deep Linking 2.0, section 4.4.1 */
  deepLinkingSettings: 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings',
  /** Names and Role Provisioning Services 2.0, section 3.6.1.1 */
  namesRoleService: 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice',
  /** Assignment and Grade Services 2.0, section 3.1 */
  gradeEndpoint: 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint',
  /** Course Groups Service 1.0 */
  groupsService: 'https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice',
  /** Blackboard Learn: opens a session of the person at Learn's REST interface */
  blackboardSessionToken: 'https://blackboard.com/lti/claim/one_time_session_token',
  /** LTI 1.1 Basic Outcomes in LTI 1.3 */
  basicOutcome: 'https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome',
});
