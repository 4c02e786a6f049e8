/** The report for a pull request. */
import type { AdapterReport, Report } from './report.js';
import { isBroken, nameOf, placeOf, printable, ruleLink, shownProblems, summaryOf, wordsOfRule } from './wording.js';

const MARKS = { passed: '✓', failed: '✗', 'not-run': '–' } as const;

/** GitHub Flavored Markdown, without anything that changes from run to run. */
export function toMarkdown(report: Report): string {
  const blocks = ['# Adapter check', `**${summaryOf(report)}**`];
  const rules = report.adapters[0]?.rules.map(({ id }) => id) ?? [];
  if (rules.length > 0) {
    const rows = rules.map((id, line) =>
      row([`\`${id}\``, ...report.adapters.map(({ rules: all }) => MARKS[all[line]?.outcome ?? 'not-run'])]),
    );
    const names = report.adapters.map((adapter) => escape(nameOf(adapter)));
    blocks.push([row(['rule', ...names]), row(['---', ...names.map(() => '---')]), ...rows].join('\n'));
  }
  for (const adapter of report.adapters.filter(({ ok }) => !ok)) blocks.push(...problemBlocks(adapter));
  if (report.ignored.length > 0) {
    blocks.push(
      '## Ignored',
      report.ignored.map(({ path, reason }) => `- ${code(path)}: ${escape(reason)}`).join('\n'),
    );
  }
  return `${blocks.join('\n\n')}\n`;
}

function problemBlocks(adapter: AdapterReport): string[] {
  const name = adapter.id === undefined ? '' : ` (${escape(printable(adapter.id))})`;
  return [
    `## ${code(adapter.path)}${name}`,
    ...adapter.rules.filter(isBroken).flatMap((result) => {
      const { title, whatToDo } = wordsOfRule(result.id);
      const { shown, more } = shownProblems(result);
      const items = shown.map((problem) => {
        const place = placeOf(problem);
        return `- ${place === '' ? '' : `${code(place)}: `}${escape(printable(problem.message))}`;
      });
      if (more !== '') items.push(`- ${more}`);
      return [
        `### ${result.id}`,
        `${escape(title)}.`,
        items.join('\n'),
        `${escape(whatToDo)} See \`${ruleLink(result.id)}\`.`,
      ];
    }),
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const code = (text: string): string => `\`${printable(text).replaceAll('`', "'")}\``;

/** Plain text stays plain; what stands between back quotes is code already. */
const escape = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\|<>[\]*_]/g, '\\$&')))
    .join('`');
