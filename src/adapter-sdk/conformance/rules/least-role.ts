import { CLAIM } from '../../claims/claim-uris.js';
import { answered, ask, strength } from '../ask.js';
import { without, withValue } from '../claim-paths.js';
import type { Payload, Problem, Rule } from '../rule.js';

const VOCABULARY = 'http://purl.imsglobal.org/vocab/lis/v2';
/** `strength` of a learner; institution students may be taken for learners. */
const LEARNER = 1;

/** Roles that say nothing about the course. */
const UNSURE: Readonly<Record<string, readonly unknown[]>> = Object.freeze({
  'roles in the institution': [
    `${VOCABULARY}/institution/person#Administrator`,
    `${VOCABULARY}/institution/person#Instructor`,
    `${VOCABULARY}/institution/person#Faculty`,
    `${VOCABULARY}/institution/person#Student`,
  ],
  'roles in the system': [
    `${VOCABULARY}/system/person#SysAdmin`,
    `${VOCABULARY}/system/person#Administrator`,
    'http://purl.imsglobal.org/vocab/lti/system/person#TestUser',
  ],
  'roles that nobody knows': [
    `${VOCABULARY}/membership#Unknown`,
    `${VOCABULARY}/membershipX#Instructor`,
    'https://unknown.example/membership#Instructor',
    'urn:lti:sysrole:ims/lis/Administrator',
    'not-an-instructor',
  ],
  'malformed roles': [null, 7, {}, ''],
});

export const leastRole: Rule = {
  id: 'least-role',
  title: 'Without a role in the course, nobody is more than a learner',
  whatToDo:
    'Count context roles only (`…/membership#…`): `contextRoles(claims.roles)` does it. Roles in the institution or the system never grant anything, and neither do unknown ones.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload }) => {
      const launches: [what: string, payload: Payload][] = [
        ['no roles', without(payload, [CLAIM.roles])],
        ...Object.entries(UNSURE).map(([what, roles]): [string, Payload] => [
          what,
          withValue(payload, [CLAIM.roles], roles),
        ]),
      ];
      return launches.flatMap(([what, other]): Problem[] => {
        const outcome = ask(subject.adapter, other);
        if (outcome.kind !== 'launch' || strength(outcome.launch) <= LEARNER) return [];
        const role = outcome.launch.roles[0] ?? '';
        return [{ fixture: name, path: 'roles', message: `With ${what}, the viewer is ${role} of the course.` }];
      });
    }),
};
