import type { Activity, Course, DemoEntry, Persona } from './types.js';

export const personas: readonly Persona[] = [
  {
    id: 'ana',
    ordinal: 0,
    role: 'student',
    givenName: 'Ana',
    familyName: 'Moreno',
    username: 'amoreno',
    email: 'ana.moreno@college.example',
    sisId: 'S2040117',
  },
  {
    id: 'ben',
    ordinal: 1,
    role: 'student',
    givenName: 'Ben',
    familyName: 'Okafor',
    username: 'bokafor',
    email: 'ben.okafor@college.example',
    sisId: 'S2040118',
  },
  {
    id: 'tina',
    ordinal: 2,
    role: 'teacher',
    givenName: 'Tina',
    familyName: 'Lindqvist',
    username: 'tlindqvist',
    email: 'tina.lindqvist@college.example',
    sisId: 'T1000042',
  },
];

export const findPersona = (id: unknown): Persona | undefined => personas.find((persona) => persona.id === id);
export const fullName = ({ givenName, familyName }: Persona): string => `${givenName} ${familyName}`;

/** Short numbers of the fixtures have room for nine different courses. */
const MAX_COURSES = 9;

/** A copy as a teacher makes it for the next term: same activities, ids of its own. Undefined when there is no room. */
export function copyCourse(course: Course, courses: readonly Course[]): Course | undefined {
  if (courses.length >= MAX_COURSES) return undefined;
  const ordinal = courses.length;
  return {
    id: `${course.id}-copy-${ordinal}`,
    ordinal,
    title: `${course.title} (copy)`,
    code: `${course.code}-${ordinal}`,
    activities: course.activities.map((activity, index) => ({ ...activity, ordinal: ordinal * 100 + index })),
    copyOf: course,
  };
}

/** Both courses link the same video: only the course tells the two plays apart. */
export function createCourses(entries: readonly DemoEntry[]): Course[] {
  const [shared, ...rest] = entries;
  const foreign = rest.find(({ inNoCourse }) => inNoCourse);
  const others = rest.filter(({ inNoCourse }) => !inNoCourse);
  if (!shared) throw new Error('The demo LMS needs at least one entry');
  const activitiesOf = (courseOrdinal: number, extras: readonly DemoEntry[]): Activity[] => {
    const activities: Omit<Activity, 'ordinal'>[] = [
      {
        id: 'cell-division',
        title: shared.name,
        note: 'Video, opens in this page',
        entryId: shared.id,
        window: 'frame',
      },
      {
        id: 'cell-division-window',
        title: `${shared.name} (new window)`,
        note: 'The same video, opens in a new window',
        entryId: shared.id,
        window: 'new',
      },
      ...extras.map((entry, index) => ({
        id: `video-${index + 1}`,
        title: entry.name,
        note: 'Video, opens in this page',
        entryId: entry.id,
        window: 'frame' as const,
      })),
    ];
    if (foreign) {
      activities.push({
        id: 'not-in-course',
        title: foreign.name,
        note: 'A link to a video that this course may not play',
        entryId: foreign.id,
        window: 'frame',
      });
    }
    return activities.map((activity, index) => ({ ...activity, ordinal: courseOrdinal * 100 + index }));
  };
  return [
    { id: 'biology', ordinal: 0, title: 'Biology 101', code: 'BIO101', activities: activitiesOf(0, others) },
    { id: 'chemistry', ordinal: 1, title: 'Chemistry 101', code: 'CHM101', activities: activitiesOf(1, []) },
  ];
}
