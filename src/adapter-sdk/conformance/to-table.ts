/** The report for a terminal: a table of rules and adapters, then each problem with what to do. */
import type { AdapterReport, Report } from './report.js';
import { isBroken, nameOf, placeOf, printable, ruleLink, shownProblems, summaryOf, wordsOfRule } from './wording.js';

const MARKS = { passed: 'ok', failed: 'FAIL', 'not-run': '-' } as const;
const COLOURS = { passed: 32, failed: 31, 'not-run': 2 } as const;
const GAP = '  ';
const MIN_WIDTH = 60;
const MAX_WIDTH = 100;

/**
 * Lines that end in line feeds.
 *
 * @param colour whether ANSI colours are wanted
 * @param width columns of the terminal
 */
export function toTable(report: Report, { colour, width }: { colour: boolean; width: number }): string {
  const paint = (text: string, code: number): string => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const columns = Math.max(MIN_WIDTH, width);
  const lines: string[] = [];

  for (const group of groups(report.adapters, columns)) {
    const rules = group[0]?.rules.map(({ id }) => id) ?? [];
    const ruleWidth = Math.max(...rules.map(({ length }) => length));
    const widths = group.map((adapter) => Math.max(nameOf(adapter).length, MARKS.failed.length));
    const row = (first: string, cells: string[]): string => [first.padEnd(ruleWidth), ...cells].join(GAP).trimEnd();
    lines.push(
      row(
        'rule',
        group.map((adapter, index) => nameOf(adapter).padEnd(widths[index] ?? 0)),
      ),
    );
    rules.forEach((rule, line) => {
      const cells = group.map(({ rules: results }, index) => {
        const outcome = results[line]?.outcome ?? 'not-run';
        const text = MARKS[outcome].padEnd(index === group.length - 1 ? 0 : (widths[index] ?? 0));
        return paint(text, COLOURS[outcome]);
      });
      lines.push(row(rule, cells));
    });
    lines.push('');
  }

  for (const adapter of report.adapters.filter(({ ok }) => !ok)) lines.push(...problemLines(adapter, columns, paint));
  for (const { path, reason } of report.ignored) lines.push(`Ignored ${printable(path)}: ${reason}`);
  if (report.ignored.length > 0) lines.push('');
  lines.push(paint(summaryOf(report), report.ok ? COLOURS.passed : COLOURS.failed));
  return `${lines.join('\n')}\n`;
}

/** As many adapters beside each other as there is room for. */
function groups(adapters: readonly AdapterReport[], columns: number): AdapterReport[][] {
  const all: AdapterReport[][] = [];
  let room = 0;
  for (const adapter of adapters) {
    const needed = Math.max(nameOf(adapter).length, MARKS.failed.length) + GAP.length;
    if (room < needed) {
      all.push([]);
      room = columns - Math.max(...adapter.rules.map(({ id }) => id.length));
    }
    all.at(-1)?.push(adapter);
    room -= needed;
  }
  return all;
}

function problemLines(
  adapter: AdapterReport,
  columns: number,
  paint: (text: string, code: number) => string,
): string[] {
  const width = Math.min(columns, MAX_WIDTH);
  const name = adapter.id === undefined ? '' : `${printable(adapter.id)}: `;
  const lines = [`${name}${printable(adapter.path)}`, ''];
  for (const result of adapter.rules.filter(isBroken)) {
    const { title, whatToDo } = wordsOfRule(result.id);
    lines.push(...wrap(`${paint(result.id, COLOURS.failed)}: ${title}`, '  ', width));
    const { shown, more } = shownProblems(result);
    for (const problem of shown) {
      const place = placeOf(problem);
      lines.push(...wrap(printable(place === '' ? problem.message : `${place}: ${problem.message}`), '    - ', width));
    }
    if (more !== '') lines.push(`      ${more}`);
    lines.push(...wrap(`What to do: ${whatToDo}`, '    ', width), `    See ${ruleLink(result.id)}`, '');
  }
  return lines;
}

/** Lines of at most `width` columns; the first begins with `start`, the others with as many blanks. */
function wrap(text: string, start: string, width: number): string[] {
  const lines: string[] = [];
  let line = start;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(start.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
