import type { Rule } from '../rule.js';
import { threw } from '../ask.js';

const FOREIGN = [
  '',
  'https://unknown.example',
  'https://lms.example.unknown.example',
  'https://lms.exampl',
  'not a url',
];
const REGISTERED = 'https://lms.example';

export const acceptedIssuers: Rule = {
  id: 'accepted-issuers',
  title: 'An adapter accepts no issuer of another site',
  whatToDo:
    '`acceptsIssuer` may only accept an issuer that is the registered one with something behind it, or the like. Compare whole origins, never beginnings of host names. Leave the function out when the LMS has one issuer.',
  check({ adapter }) {
    const accepts: unknown = adapter.acceptsIssuer;
    if (accepts === undefined) return [];
    return FOREIGN.flatMap((issuer) => {
      const what = issuer === '' ? 'an empty issuer' : `\`${issuer}\``;
      try {
        const answer: unknown = adapter.acceptsIssuer?.(issuer, REGISTERED);
        if (typeof answer !== 'boolean') return [{ message: `For ${what}, the answer is neither true nor false.` }];
        return answer ? [{ message: `A platform of \`${REGISTERED}\` accepts ${what}.` }] : [];
      } catch (error) {
        return [{ message: `For ${what}, \`acceptsIssuer\` ${threw(error)}.` }];
      }
    });
  },
};
