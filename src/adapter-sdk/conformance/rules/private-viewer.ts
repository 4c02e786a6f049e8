import { answeredFixture } from '../ask.js';
import type { Problem, Rule, Subject } from '../rule.js';

const OPAQUE = ['sub', 'lti1p1'];

export const privateViewer: Rule = {
  id: 'private-viewer',
  title: 'Viewer and course are the same when the LMS holds personal data back',
  whatToDo:
    'Build nothing on names, addresses or other personal data. In `minimal-privacy` there is no name and no address; in `no-personal-data` there is nothing of the person but the `sub`.',
  check: (subject) => [...compare(subject, 'minimal-privacy'), ...compare(subject, 'no-personal-data')],
};

function compare(subject: Subject, fixture: string): Problem[] {
  const open = answeredFixture(subject, 'resource-link')?.launch;
  const held = answeredFixture(subject, fixture)?.launch;
  if (open === undefined || held === undefined) return [];
  const problems: Problem[] = [];
  const add = (message: string): void => void problems.push({ fixture, message });
  const { candidates, name } = held.viewer;
  if (candidates.sub !== open.viewer.candidates.sub) add('The viewer is not the one of `resource-link`.');
  if (held.course?.key !== open.course?.key) add('The course is not the one of `resource-link`.');
  if (held.tenantHint !== open.tenantHint) add('The tenant is not the one of `resource-link`.');
  if (name !== undefined) add('The viewer has a name, so this fixture or the adapter is wrong.');
  if (candidates.email !== undefined) add('The viewer has an e-mail address, so this fixture or the adapter is wrong.');
  const personal = Object.keys(candidates).filter((candidate) => !OPAQUE.includes(candidate) && candidate !== 'email');
  if (fixture === 'no-personal-data' && personal.length > 0) {
    add(`The viewer has a ${personal.join(' and a ')}, so this fixture or the adapter is wrong.`);
  }
  return problems;
}
