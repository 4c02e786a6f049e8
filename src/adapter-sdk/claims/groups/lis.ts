/** Core 5.4.5: the ids of the institution's own student information system. */
import { z } from 'zod';
import { compact, optionalId } from './fields.js';

export const lisClaim = z
  .object({
    person_sourcedid: optionalId,
    course_section_sourcedid: optionalId,
    course_offering_sourcedid: optionalId,
  })
  .transform((lis) =>
    compact({
      personSourcedid: lis.person_sourcedid,
      courseSectionSourcedid: lis.course_section_sourcedid,
      courseOfferingSourcedid: lis.course_offering_sourcedid,
    }),
  )
  .optional()
  .catch(undefined);
