/** Prints docs/reference/adapter-rules.md from the rules. */
import type { Rule } from './rule.js';
import { LOADS, RULES } from './rules/index.js';
import { REQUIRED_FIXTURES } from './rules/required-fixtures.js';
import { TRAPPED } from './traps.js';

const INTRODUCTION = `# The rules of all adapters

<!-- Printed from src/adapter-sdk/conformance/rules by \`npm run docs\`. Do not edit: change the rules and print it again. -->

An adapter is finished when it keeps these rules. Two ways apply them:

- \`npx playcontext adapter check PATH…\`: each path is the folder or the module of an adapter, and its fixtures stand in
  \`fixtures/\` beside it. \`--watch\` checks again whenever a file changes, \`--report FILE\` writes Markdown for a pull
  request, \`--json\` prints everything for programs. It ends with 0 when all rules are kept, 1 when one is broken, and
  2 when there is no adapter, or no file, where a path points.
- \`describeAdapter({ adapter, fixtures })\` of \`playcontext/adapter-sdk/testing\`: one mocha test for each rule.

Claims are removed, changed, shuffled and added by the rules themselves; a fixture only has to be a true launch. The
changes are the same in every run. A problem names the fixture, the claim (\`context.title\` is the field \`title\` of the
claim whose name ends in \`/context\`), and what was found, never the value of a claim.

## Fixtures

Payloads of launch tokens, without real people: \`fixtures/<name>.json\`. More than these are welcome, and are checked
too.

| name | shows |
| --- | --- |
`;

const LIMITS = `
## What is not seen

A module that an adapter imports can read files or open connections, and the rules do not notice. During each call, only
these are watched: ${TRAPPED.join(', ')}. An adapter also must not depend on the time zone or the language of the host.
`;

export function describeRules(): string {
  const fixtures = Object.entries(REQUIRED_FIXTURES).map(([name, shows]) => `| \`${name}\` | ${shows} |\n`);
  const table = [LOADS, ...RULES].map(({ id, title }) => `| [\`${id}\`](#${id}) | ${title} |\n`);
  return [
    INTRODUCTION,
    ...fixtures,
    '\n## Rules\n\n| id | rule |\n| --- | --- |\n',
    ...table,
    ...[LOADS, ...RULES].map(section),
    LIMITS,
  ].join('');
}

const section = ({ id, title, whatToDo }: Omit<Rule, 'check'>): string => `\n### ${id}\n\n${title}.\n\n${whatToDo}\n`;
