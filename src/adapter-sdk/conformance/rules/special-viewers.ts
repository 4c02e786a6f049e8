import { answeredFixture } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

export const specialViewers: Rule = {
  id: 'special-viewers',
  title: 'Visitors without an account have no id, and test users are told from people',
  whatToDo:
    'Answer no candidates at all for anonymous visitors and for guest accounts that many people share. Answer `isTestUser: true` for preview users only.',
  check(subject) {
    const problems: Problem[] = [];
    const anonymous = answeredFixture(subject, 'anonymous')?.launch.viewer.candidates;
    for (const candidate of Object.keys(anonymous ?? {})) {
      problems.push({ fixture: 'anonymous', message: `The visitor has the candidate ${candidate}.` });
    }
    const testUser = answeredFixture(subject, 'test-user')?.launch.viewer;
    if (testUser !== undefined && testUser.isTestUser !== true) {
      problems.push({ fixture: 'test-user', message: 'The preview user is taken for a person.' });
    }
    if (answeredFixture(subject, 'resource-link')?.launch.viewer.isTestUser === true) {
      problems.push({ fixture: 'resource-link', message: 'The learner is taken for a test user.' });
    }
    return problems;
  },
};
