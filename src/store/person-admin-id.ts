import type { PlatformId } from '../runtime/ids.js';

/**
 * The admin's id, in sessions, history and audit, of a person who signs in from their LMS. A subject means something
 * within its platform only.
 */
export const personAdminId = ({ platformId, subject }: { platformId: PlatformId; subject: string }): string =>
  `lti:${platformId}:${subject}`;
