import { parseClaims } from '../../claims/parse-claims.js';
import { RECOGNITION_FLOOR } from '../../generic-base.js';
import type { Adapter, RecognitionFacts } from '../../types.js';
import { answered, threw } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

/** The floor that every other adapter stands on: the registry does not count its answer either. */
const GENERIC = 'generic';

/** An LMS that nobody knows. */
const STRANGER: Readonly<RecognitionFacts> = Object.freeze({
  issuer: 'https://lms.unknown.example',
  productFamilyCode: 'unknown-lms',
  authorizationUrl: 'https://lms.unknown.example/authorize',
});
const ODD: readonly RecognitionFacts[] = [
  STRANGER,
  { issuer: '' },
  { issuer: 'not a url', authorizationUrl: 'not a url', productFamilyCode: '' },
];

export const recognise: Rule = {
  id: 'recognise',
  title: 'An adapter knows its own LMS better than the others do, and no other LMS',
  whatToDo:
    'Answer a number from 0 to 1, without throwing: 1 for the LMS’s own product family code, less for claims and addresses that only this LMS has, 0 for everything else. `recogniseBy` does it.',
  check(subject) {
    const { adapter, rivals } = subject;
    const problems: Problem[] = [];
    for (const facts of ODD) {
      const score = scoreOf(adapter, facts);
      if (typeof score === 'string') problems.push({ message: score });
      else if (facts === STRANGER && score > RECOGNITION_FLOOR) {
        problems.push({ message: `An LMS that nobody knows gets ${score}.` });
      }
    }
    if (adapter.id === GENERIC || problems.length > 0) return problems;
    return answered(subject).flatMap(({ name, payload }): Problem[] => {
      const claims = parseClaims(payload);
      const facts: RecognitionFacts = { issuer: claims.issuer, claims };
      const own = scoreOf(adapter, facts);
      if (typeof own === 'string') return [{ fixture: name, message: own }];
      if (own <= RECOGNITION_FLOOR) return [{ fixture: name, message: `Its own launch gets ${own}.` }];
      const better = rivals.find(
        (rival) => rival.id !== adapter.id && rival.id !== GENERIC && !(rivalScore(rival, facts) < own),
      );
      return better === undefined
        ? []
        : [{ fixture: name, message: `The adapter ${better.id} claims this launch too.` }];
    });
  },
};

/** A number, or the sentence that says why there is none. */
function scoreOf(adapter: Adapter, facts: RecognitionFacts): number | string {
  try {
    const score: unknown = adapter.recognise(facts);
    return typeof score === 'number' && score >= 0 && score <= 1 ? score : '`recognise` answers no number from 0 to 1.';
  } catch (error) {
    return `\`recognise\` ${threw(error)}.`;
  }
}

function rivalScore(rival: Adapter, facts: RecognitionFacts): number {
  const score = scoreOf(rival, facts);
  return typeof score === 'number' ? score : 0;
}
