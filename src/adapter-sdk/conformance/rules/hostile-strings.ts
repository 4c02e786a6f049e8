import { CLAIM } from '../../claims/claim-uris.js';
import { answeredFixture, ask, isSubOf, strength } from '../ask.js';
import { optionalPaths, showPath, valueAt, withValue } from '../claim-paths.js';
import type { Problem, Rule, Subject } from '../rule.js';

/** What people, attackers and broken encodings write into the free fields of an LMS. */
const HOSTILE: Readonly<Record<string, string>> = Object.freeze({
  HTML: `"><img src=x onerror=alert(1)><script>alert(1)</script>`,
  'right-to-left text': '\u202E\u05E9\u05DC\u05D5\u05DD \u2066evil\u2069',
  emoji: '👩‍🎓🏳️‍🌈'.repeat(20),
  '10 kB of text': 'long '.repeat(2_000),
  'half a character': 'a\uD800b\uDC00',
  'a control character': 'a\u0000b\u001B[31m\r\nc',
  'a template': '{{ks}} ${ks} <%= ks %>',
  'a prototype’s name': '__proto__',
  'a broken encoding': '%E0%A4%A,%00',
});

/** Another value of these is another person, course or role. */
const IDENTIFYING = ['sub', showPath([CLAIM.context, 'id']), showPath([CLAIM.roles])];

export const hostileStrings: Rule = {
  id: 'hostile-strings',
  title: 'Hostile text changes neither viewer nor course, gives no role, and ends no launch',
  whatToDo:
    'Hand text through as it is; the program cleans it. Take ids with `toId` or `customId`, which refuse what cannot be one, and names with `cleanApplicationName`.',
  check: (subject) => [...ofFixture(subject), ...generated(subject)],
};

function ofFixture(subject: Subject): Problem[] {
  const honest = answeredFixture(subject, 'resource-link')?.launch;
  const hostile = answeredFixture(subject, 'hostile-strings')?.launch;
  if (honest === undefined || hostile === undefined) return [];
  const fixture = 'hostile-strings';
  const problems: Problem[] = [];
  if (hostile.viewer.candidates.sub !== honest.viewer.candidates.sub) {
    problems.push({ fixture, message: 'The viewer is not the one of `resource-link`.' });
  }
  if (hostile.course?.key !== honest.course?.key) {
    problems.push({ fixture, message: 'The course is not the one of `resource-link`.' });
  }
  if (strength(hostile) > strength(honest)) {
    problems.push({ fixture, message: 'The role is stronger than in `resource-link`.' });
  }
  return problems;
}

function generated(subject: Subject): Problem[] {
  return ['resource-link', 'copied-course'].flatMap((name) => {
    const fixture = answeredFixture(subject, name);
    if (fixture === undefined) return [];
    const { payload, launch } = fixture;
    const texts = optionalPaths(payload).filter((path) => typeof valueAt(payload, path) === 'string');
    return texts.flatMap((path) =>
      Object.entries(HOSTILE).flatMap(([what, text]): Problem[] => {
        const other = withValue(payload, path, text);
        const found = { fixture: name, path: showPath(path) };
        const outcome = ask(subject.adapter, other);
        if (outcome.kind === 'refused') return [];
        if (outcome.kind === 'failed') return [{ ...found, message: `With ${what}, ${outcome.message}.` }];
        if (isSubOf(payload, launch) && !isSubOf(other, outcome.launch)) {
          return [{ ...found, message: `With ${what}, the viewer’s \`sub\` is not the one that the LMS sent.` }];
        }
        if (IDENTIFYING.includes(found.path)) return [];
        if (outcome.launch.course?.key !== launch.course?.key) {
          return [{ ...found, message: `With ${what}, the course is another one.` }];
        }
        return strength(outcome.launch) > strength(launch)
          ? [{ ...found, message: `With ${what}, the viewer has a stronger role.` }]
          : [];
      }),
    );
  });
}
