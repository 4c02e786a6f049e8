/** What can be wrong with a row of a staged change, in words. The words of `RowProblem.problem` never change meaning. */
import type { RowProblem } from '../../store/ports.js';
import type { MessageKey, Messages } from '../../ui/translate.js';

const SENTENCES = {
  both: 'courses.problem.both',
  'category-differs': 'courses.problem.category-differs',
  'category-outside': 'courses.problem.category-outside',
  'category-unknown': 'courses.problem.category-unknown',
  'cell-count': 'courses.problem.cell-count',
  'changed-since': 'courses.problem.changed-since',
  'course-twice': 'courses.problem.course-twice',
  'course-unknown': 'courses.problem.course-unknown',
  missing: 'courses.problem.missing',
  'no-proposal': 'courses.problem.no-proposal',
  'not-an-id': 'courses.problem.not-an-id',
  'not-yours': 'courses.problem.not-yours',
  'quote-open': 'courses.problem.quote-open',
  'too-long': 'courses.problem.too-long',
  'unknown-word': 'courses.problem.unknown-word',
  unreadable: 'courses.problem.unreadable',
} as const satisfies Record<string, MessageKey>;

/** Words that files, staging and lists of courses use. */
export type ProblemWord = keyof typeof SENTENCES;

/** One sentence; a word that this version of the program does not know stands for itself. */
export function problemSentence({ problem }: Pick<RowProblem, 'problem'>, messages: Messages): string {
  const key = Object.hasOwn(SENTENCES, problem) ? SENTENCES[problem as ProblemWord] : undefined;
  return key === undefined ? problem : messages.text(key);
}
