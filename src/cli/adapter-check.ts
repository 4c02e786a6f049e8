/** `adapter check`: the rules of all adapters, applied to what stands in folders. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { builtInAdapters } from '../../adapters/index.js';
import { findAdapters } from '../adapter-sdk/conformance/find-adapters.js';
import { makeReport, type Report } from '../adapter-sdk/conformance/report.js';
import { toMarkdown } from '../adapter-sdk/conformance/to-markdown.js';
import { toTable } from '../adapter-sdk/conformance/to-table.js';
import { AppError } from '../errors/app-error.js';
import { watchAndRun } from './adapter-watch.js';

interface CheckOptions {
  json?: boolean;
  report?: string;
  watch?: boolean;
}

/** What the process ends with. */
const EXIT = { ok: 0, problems: 1, nothingFound: 2 } as const;
const DEFAULT_WIDTH = 100;

export function adapterCheckCommand(): Command {
  return new Command('check')
    .argument('<path...>', 'folders or modules of adapters; what is no adapter is ignored')
    .description('Check adapters and their fixtures against the rules of all adapters')
    .option('--json', 'print the whole result as JSON')
    .option('--report <file>', 'write the result as Markdown, for a pull request')
    .option('--watch', 'check again whenever a file changes')
    .addHelpText(
      'after',
      '\nEnds with 0 when all rules are kept, 1 when one is broken, 2 when there is no adapter or no such path.\nThe rules: docs/reference/adapter-rules.md',
    )
    .action(async (paths: string[], { json = false, report: file, watch = false }: CheckOptions) => {
      if (watch) {
        await watchAndRun({ paths, ...(file === undefined ? {} : { ignoredFile: file }) });
        return;
      }
      const report = makeReport(await findAdapters(paths), builtInAdapters);
      if (file !== undefined) writeReport(file, report);
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : tableFor(process.stdout, report));
      for (const path of report.missing) console.error(`There is no file or folder ${path}.`);
      process.exitCode = exitCodeOf(report);
    });
}

function writeReport(file: string, report: Report): void {
  try {
    writeFileSync(file, toMarkdown(report));
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { reason: `the report cannot be written to ${file}`, cause });
  }
}

function exitCodeOf({ ok, adapters }: Report): number {
  if (adapters.some((adapter) => !adapter.ok)) return EXIT.problems;
  return ok ? EXIT.ok : EXIT.nothingFound;
}

/** https://no-color.org: any value but an empty one switches colours off. */
function tableFor({ isTTY, columns }: NodeJS.WriteStream, report: Report): string {
  return toTable(report, { colour: isTTY && !process.env['NO_COLOR'], width: columns || DEFAULT_WIDTH });
}
