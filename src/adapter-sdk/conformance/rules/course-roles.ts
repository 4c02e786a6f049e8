import { CLAIM } from '../../claims/claim-uris.js';
import type { NeutralLaunch } from '../../types.js';
import { answeredFixture, ask } from '../ask.js';
import type { Problem, Rule } from '../rule.js';
import { withValue } from '../claim-paths.js';

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership#';
const CHOOSES: readonly string[] = ['administrator', 'instructor', 'content-developer', 'teaching-assistant'];

export const courseRoles: Rule = {
  id: 'course-roles',
  title: 'Learners and instructors of the course are known as such',
  whatToDo: 'Read roles with `contextRoles(claims.roles)`. Check the roles in the fixtures.',
  check(subject) {
    const problems: Problem[] = [];
    const learner = answeredFixture(subject, 'resource-link');
    if (learner !== undefined) {
      const { payload, launch } = learner;
      if (!is(launch, 'learner')) {
        problems.push({ fixture: 'resource-link', path: 'roles', message: 'The roles are not exactly `learner`.' });
      }
      const instructor = ask(subject.adapter, withValue(payload, [CLAIM.roles], [`${MEMBERSHIP}Instructor`]));
      if (instructor.kind === 'launch' && !is(instructor.launch, 'instructor')) {
        problems.push({
          fixture: 'resource-link',
          path: 'roles',
          message: 'With the context role Instructor, the roles are not exactly `instructor`.',
        });
      }
    }
    const chooser = answeredFixture(subject, 'deep-linking')?.launch;
    if (chooser !== undefined && !chooser.roles.some((role) => CHOOSES.includes(role))) {
      problems.push({ fixture: 'deep-linking', path: 'roles', message: 'Who chooses content has no role for it.' });
    }
    return problems;
  },
};

const is = ({ roles }: NeutralLaunch, role: string): boolean => roles.length === 1 && roles[0] === role;
