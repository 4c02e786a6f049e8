import { catalogue } from './catalogue.js';

/** The text of docs/reference/errors.md, made from the catalogue. */
export function describeErrors(): string {
  const rows = Object.entries(catalogue).map(
    ([code, { status, viewer, admin }]) => `| \`${code}\` | ${status} | ${viewer} | ${admin} |`,
  );
  return [
    '# Errors',
    '',
    'Each error page shows a sentence, a code and a request id. The log holds the reason under the same request id.',
    'A code never changes its meaning. This page is made from `src/errors/catalogue.ts` by `npm run docs`.',
    '',
    '| code | status | what the viewer reads | what an admin can do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
