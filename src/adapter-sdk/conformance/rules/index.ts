/** All rules, in the order in which a report lists them: what explains other breaches comes first. */
import type { Rule } from '../rule.js';
import { acceptedIssuers } from './accepted-issuers.js';
import { answers } from './answers.js';
import { applicationName } from './application-name.js';
import { bareLaunch } from './bare-launch.js';
import { capabilities } from './capabilities.js';
import { claimOrder } from './claim-order.js';
import { copiedCourse } from './copied-course.js';
import { courseKeyDistinct } from './course-key-distinct.js';
import { courseKeyStable } from './course-key-stable.js';
import { courseRoles } from './course-roles.js';
import { hostileStrings } from './hostile-strings.js';
import { leastRole } from './least-role.js';
import { metadata } from './metadata.js';
import { mutations } from './mutations.js';
import { noOutsideWorld } from './no-outside-world.js';
import { optionalClaims } from './optional-claims.js';
import { plainAnswers } from './plain-answers.js';
import { privateViewer } from './private-viewer.js';
import { recognise } from './recognise.js';
import { registrationGuide } from './registration-guide.js';
import { requiredFixtures } from './required-fixtures.js';
import { sameAnswers } from './same-answers.js';
import { settings } from './settings.js';
import { specialViewers } from './special-viewers.js';
import { tenantHint } from './tenant-hint.js';
import { unchangedInput } from './unchanged-input.js';
import { unknownClaims } from './unknown-claims.js';
import { viewerId } from './viewer-id.js';
import { viewerNotInvented } from './viewer-not-invented.js';

/** Checked while an adapter is loaded, before there is anything to ask. Described like the others. */
export const LOADS: Omit<Rule, 'check'> = Object.freeze({
  id: 'loads',
  title: 'The adapter can be loaded',
  whatToDo:
    'Write an ESM module in JavaScript, `adapter.js`, whose default export is a function that receives the SDK and returns `sdk.defineAdapter({ … })`. It must not be async and must not throw.',
});

/** An adapter that breaks one of these cannot be asked anything. */
export const DEFINITION_RULES: readonly Rule[] = Object.freeze([metadata, settings]);

export const RULES: readonly Rule[] = Object.freeze([
  ...DEFINITION_RULES,
  capabilities,
  requiredFixtures,
  answers,
  plainAnswers,
  sameAnswers,
  unchangedInput,
  noOutsideWorld,
  viewerId,
  viewerNotInvented,
  privateViewer,
  specialViewers,
  courseRoles,
  leastRole,
  courseKeyStable,
  courseKeyDistinct,
  copiedCourse,
  tenantHint,
  applicationName,
  acceptedIssuers,
  recognise,
  registrationGuide,
  bareLaunch,
  optionalClaims,
  claimOrder,
  unknownClaims,
  hostileStrings,
  mutations,
]);
