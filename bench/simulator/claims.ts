/** What a real Moodle 4.5 put into a student's token (test/fixtures/moodle-real), with who, where and what replaced. */
import { readFileSync } from 'node:fs';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim';
const TOKEN_LIFE_SECONDS = 60;

const fixture = new URL('../../test/fixtures/moodle-real/05d-launch-result-idtoken-student.json', import.meta.url);
const { payload: template } = JSON.parse(readFileSync(fixture, 'utf8')) as { payload: Record<string, unknown> };
const customTemplate = template[`${LTI}/custom`] as Record<string, string>;

export interface LaunchWish {
  issuer: string;
  clientId: string;
  deploymentId: string;
  targetLinkUri: string;
  nonce: string;
  /** Numbers of the viewer and of the course. */
  viewer: number;
  course: number;
  /** Custom parameters of the link besides those that Moodle sent. */
  custom: Record<string, string>;
  nowSeconds: number;
}

export const subjectOf = (viewer: number): string => String(viewer + 10);
/** All of one length, so that none is the beginning of another. */
export const courseIdOf = (course: number): string => String(course + 1_000_001);

export function claimsOf(wish: LaunchWish): Record<string, unknown> {
  const subject = subjectOf(wish.viewer);
  const courseId = courseIdOf(wish.course);
  return {
    ...template,
    nonce: wish.nonce,
    iat: wish.nowSeconds,
    exp: wish.nowSeconds + TOKEN_LIFE_SECONDS,
    iss: wish.issuer,
    aud: wish.clientId,
    sub: subject,
    name: `Sam Student ${subject}`,
    email: `student${subject}@example.org`,
    [`${LTI}/deployment_id`]: wish.deploymentId,
    [`${LTI}/target_link_uri`]: wish.targetLinkUri,
    [`${LTI}/lis`]: { person_sourcedid: `SIS-S${subject}`, course_section_sourcedid: `SIS-${courseId}` },
    [`${LTI}/context`]: {
      id: courseId,
      label: `C${courseId}`,
      title: `Course ${courseId}`,
      type: ['CourseSection'],
    },
    [`${LTI}/ext`]: { user_username: `student${subject}`, lms: 'moodle-2' },
    [`${LTI}/custom`]: {
      ...customTemplate,
      ctx: courseId,
      who: subject,
      user_id: subject,
      username: `student${subject}`,
      ...wish.custom,
    },
  };
}
