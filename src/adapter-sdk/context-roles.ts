/**
 * What somebody is in the course. LTI 1.3 Core, appendix A.2: platforms mix context roles with institution and system
 * roles, and a student may well be an instructor "of the institution". Only context roles count.
 */
import { toTextList } from './claims/groups/fields.js';
import { ROLES, type Role } from './types.js';

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
/** Older Open edX releases send this, and no context role at all, for learners. */
const INSTITUTION_STUDENT = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student';
const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

/** A principal role, and the sub-role when there is one: `membership/Instructor#Grader` → Instructor, Grader. */
interface ContextRole {
  principal: string;
  sub?: string;
}

const PRINCIPAL_ROLES: Readonly<Record<string, Role>> = Object.freeze({
  Administrator: 'administrator',
  Instructor: 'instructor',
  ContentDeveloper: 'content-developer',
  TeachingAssistant: 'teaching-assistant',
  Mentor: 'mentor',
  Learner: 'learner',
});

/** Sub-roles that are as strong as their principal role. Mentors' and learners' sub-roles are not listed: all are. */
const FULL_SUB_ROLES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  Administrator: ['Administrator'],
  Instructor: [
    'ExternalInstructor',
    'GuestInstructor',
    'Instructor',
    'Lecturer',
    'PrimaryInstructor',
    'SecondaryInstructor',
  ],
  ContentDeveloper: ['ContentDeveloper', 'ContentExpert', 'ExternalContentExpert', 'Librarian'],
  Mentor: [],
  Learner: [],
});

/**
 * The context roles among `sent`, strongest first, without repetitions. Understood are
 * `…/membership#Instructor`, `…/membership/Instructor#TeachingAssistant`, Sakai's
 * `…/membership#Instructor#TeachingAssistant`, short names such as `Instructor`, and several of them in one string,
 * joined by commas, as in rows of Sakai's Names and Roles service.
 *
 * Least role when unsure: unknown roles give nothing. A teaching assistant also carries the principal role
 * Instructor (LTI asks platforms to add it, Canvas and Sakai do), so Instructor next to an assistant's role does not
 * make an instructor. The one exception to "context roles only" is an institution Student without any context role,
 * who is a learner.
 */
export function contextRoles(sent: readonly string[]): Role[] {
  const roles = toTextList(sent);
  const inContext = roles.map(parseContextRole).filter((role) => role !== undefined);
  if (inContext.length === 0) return roles.includes(INSTITUTION_STUDENT) ? ['learner'] : [];

  const found = new Set(inContext.map(toRole));
  const namedInstructor = inContext.some((role) => role.sub !== undefined && toRole(role) === 'instructor');
  if (found.has('teaching-assistant') && !namedInstructor) found.delete('instructor');
  return ROLES.filter((role) => found.has(role));
}

/** Whether a student preview or test user launches (Canvas Student View, Blackboard preview users). */
export const isTestUser = (roles: readonly string[]): boolean => toTextList(roles).includes(TEST_USER);

function parseContextRole(role: string): ContextRole | undefined {
  const local = role.startsWith(MEMBERSHIP) ? role.slice(MEMBERSHIP.length) : `#${role}`;
  const [, principal, sub, rest] = /^[#/](\w+)(?:[#/](\w+))?(.*)$/.exec(local) ?? [];
  if (principal === undefined || rest !== '') return undefined;
  if (!role.startsWith(MEMBERSHIP) && !Object.hasOwn(PRINCIPAL_ROLES, principal)) return undefined;
  return sub === undefined ? { principal } : { principal, sub };
}

function toRole({ principal, sub }: ContextRole): Role | undefined {
  if (!Object.hasOwn(PRINCIPAL_ROLES, principal)) return undefined;
  if (sub === undefined) return PRINCIPAL_ROLES[principal];
  if (principal === 'Instructor' && (sub === 'Grader' || sub.startsWith('TeachingAssistant'))) {
    return 'teaching-assistant';
  }
  const full = FULL_SUB_ROLES[principal] ?? [];
  return full.length === 0 || full.includes(sub) ? PRINCIPAL_ROLES[principal] : undefined;
}
