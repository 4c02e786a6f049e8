import { CLAIM } from '../../claims/claim-uris.js';
import { ask, hasOwnRule } from '../ask.js';
import type { Payload, Problem, Rule } from '../rule.js';

export const bareLaunch: Rule = {
  id: 'bare-launch',
  title: 'A launch with the required claims alone has no viewer, no course and no role',
  whatToDo: 'Answer `{ candidates: {} }`, `undefined` and `[]` where the LMS said nothing, instead of a default.',
  check({ adapter, fixtures }) {
    const payload: Payload = {
      iss: fixtures['resource-link']?.['iss'] ?? 'https://lms.example',
      [CLAIM.deploymentId]: '1',
      [CLAIM.messageType]: 'LtiResourceLinkRequest',
      [CLAIM.version]: '1.3.0',
    };
    const outcome = ask(adapter, payload);
    if (outcome.kind === 'refused') return [];
    if (outcome.kind === 'failed') return hasOwnRule(outcome) ? [] : [{ message: `${outcome.message}.` }];
    const { viewer, course, roles } = outcome.launch;
    const problems: Problem[] = [];
    for (const candidate of Object.keys(viewer.candidates)) {
      problems.push({ message: `The viewer has a ${candidate} that the LMS did not send.` });
    }
    if (course !== undefined) problems.push({ message: 'There is a course that the LMS did not send.' });
    if (roles.length > 0) problems.push({ message: `There is the role ${roles[0]} that the LMS did not send.` });
    return problems;
  },
};
