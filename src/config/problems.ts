import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/catalogue.js';

export type ProblemKind = 'invalid' | 'missing-secret' | 'insecure';

export interface Problem {
  kind: ProblemKind;
  /** Names the setting; never holds its value. */
  text: string;
}

/** One error for everything that is wrong, so that an operator corrects it in one go. */
export function configError(problems: readonly Problem[]): AppError {
  const reason = problems.map(({ text }) => `\n  - ${text}`).join('');
  return new AppError(codeOf(problems), { reason, details: { problems: problems.length } });
}

function codeOf(problems: readonly Problem[]): ErrorCode {
  if (problems.every(({ kind }) => kind === 'missing-secret')) return 'CONFIG_SECRET_MISSING';
  return problems.every(({ kind }) => kind === 'insecure') ? 'CONFIG_INSECURE' : 'CONFIG_INVALID';
}
