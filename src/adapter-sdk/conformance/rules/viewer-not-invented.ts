import { nameless, renamed } from '../changes.js';
import { answered, ask } from '../ask.js';
import { showPath } from '../claim-paths.js';
import type { Payload, Problem, Rule } from '../rule.js';
import type { Viewer } from '../../types.js';

/** The e-mail address is a candidate of its own; the others must not be made of it. */
const INDEPENDENT = ['sub', 'username', 'sourcedId', 'lti1p1'] as const;

export const viewerNotInvented: Rule = {
  id: 'viewer-not-invented',
  title: 'Ids of viewers are not made from names or e-mail addresses',
  whatToDo:
    'Leave a candidate out when the LMS did not send it. Names and addresses change, and two people may have the same; an admin who wants the e-mail address chooses it in the identity rule.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }): Problem[] => {
      const before = launch.viewer.candidates;
      const made = [...renamed(payload), { path: ['name, email'], payload: nameless(payload) }].flatMap((change) => {
        const after = candidatesOf(change.payload);
        if (after === undefined) return [];
        return INDEPENDENT.filter((candidate) => after[candidate] !== before[candidate]).map((candidate) => ({
          fixture: name,
          path: showPath(change.path),
          message: `\`viewer.candidates.${candidate}\` changes with the name or the address.`,
        }));
      });
      if (made.length > 0) return made;
      const sent = textOf(payload);
      // Whether the `sub` is the one that was sent has a rule of its own.
      return Object.entries(before).flatMap(([candidate, value]: [string, string]) =>
        candidate === 'sub' || sent.includes(value)
          ? []
          : [{ fixture: name, message: `\`viewer.candidates.${candidate}\` stands nowhere in the launch.` }],
      );

      function candidatesOf(changed: Payload): Viewer['candidates'] | undefined {
        const outcome = ask(subject.adapter, changed);
        return outcome.kind === 'launch' ? outcome.launch.viewer.candidates : undefined;
      }
    }),
};

/** All strings of a payload, as they are and without the encodings that LMSs put around them. */
function textOf(payload: Payload): string {
  const texts: string[] = [];
  JSON.stringify(payload, (_key, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') texts.push(String(value), decoded(String(value)));
    return value;
  });
  return texts.join('\n');
}

function decoded(text: string): string {
  const plain = text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#039;', "'")
    .replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
