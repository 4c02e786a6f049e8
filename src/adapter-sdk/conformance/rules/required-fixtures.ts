import { ask } from '../ask.js';
import { showPath } from '../claim-paths.js';
import type { Problem, Rule } from '../rule.js';

/** The launches that every adapter has to know. More are welcome; `anonymous` or `test-user` may be the missing one. */
export const REQUIRED_FIXTURES = Object.freeze({
  'resource-link': 'a learner opens a link in a course',
  'deep-linking': 'a teacher chooses content',
  'minimal-privacy': 'the learner of `resource-link`, with names and addresses held back',
  'no-personal-data': 'the learner of `resource-link`, of whom the LMS says nothing but the `sub`',
  anonymous: 'a visitor without an account (this one or `test-user`)',
  'test-user': 'a preview user of the LMS (this one or `anonymous`)',
  'copied-course': 'a launch in a copy of the course of `resource-link`',
  'hostile-strings': 'the launch of `resource-link` with markup, controls and over-long text in every free field',
});
export type RequiredFixture = keyof typeof REQUIRED_FIXTURES;

const EITHER: readonly string[] = ['anonymous', 'test-user'] satisfies RequiredFixture[];

export const requiredFixtures: Rule = {
  id: 'required-fixtures',
  title: 'The expected fixtures are there, and each is a launch',
  whatToDo:
    'Save the payload of each missing launch as `fixtures/<name>.json`, without real people. The page of the rules says what each shows.',
  check({ adapter, fixtures, unreadable = [] }) {
    const missing = Object.entries(REQUIRED_FIXTURES).flatMap(([name, what]): Problem[] => {
      if (Object.hasOwn(fixtures, name) || unreadable.includes(name)) return [];
      const other = EITHER.includes(name) ? EITHER.find((either) => either !== name) : undefined;
      if (other !== undefined && (Object.hasOwn(fixtures, other) || name !== EITHER[0])) return [];
      return [{ fixture: name, message: `This fixture is missing: ${what}.` }];
    });
    const unusable = Object.entries(fixtures).flatMap(([fixture, payload]): Problem[] => {
      const outcome = ask(adapter, payload);
      return outcome.kind === 'refused'
        ? [
            {
              fixture,
              path: showPath([outcome.claim]),
              message: 'This is no launch: a required claim is missing or malformed.',
            },
          ]
        : [];
    });
    const noJson = unreadable.map((fixture): Problem => ({ fixture, message: 'This file is no JSON object.' }));
    return [...missing, ...noJson, ...unusable];
  },
};
