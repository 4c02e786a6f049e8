/**
 * What other rooms write to have work done behind the pages: a job goes on when the page that started it is left, and
 * in another process when this one ends.
 */
import type { JobRecord } from '../store/ports.js';
import type { MessageKey, MessageParams } from '../ui/translate.js';

/** How far a job is. */
export interface JobProgress {
  /** Steps done so far. */
  done: number;
  /** Absent: as it was. */
  total?: number;
  /** JSON: where to go on when this process ends. Absent: as it was. */
  state?: unknown;
}

export interface JobControl {
  /**
   * Saves how far the job is, keeps the job ours and lets other work of this process run. Call it after each chunk of
   * at most about 100 ms of work of this process, best with a `state` from which the next chunk follows. Throws when somebody
   * cancelled the job, when another process has it by now, or when this process stops: let that pass through.
   */
  progress(progress: JobProgress): Promise<void>;
}

/** The words of one kind of job, and where it belongs. */
export interface JobWords {
  /** What it is doing, e.g. "Copying videos". */
  title: MessageKey;
  /** What it did, e.g. "42 videos were added". Gets the result of a job that is done. */
  result?(result: unknown): { key: MessageKey; params?: MessageParams } | undefined;
  /** Where a form takes back what an ended job did, and the words of its button. Absent: there is nothing to take back. */
  undo?(job: JobRecord): { path: string; key: MessageKey } | undefined;
  /** Path of the screen that shows more of it, and the words of the link. */
  more?(job: JobRecord): { href: string; key: MessageKey } | undefined;
}

export interface JobHandler {
  /**
   * Does the job, from the start or from `job.state`; a chunk may come twice, when a process died between doing it and
   * saying so. Answers with the result as JSON. An `AppError` fails the job with its code.
   */
  run(job: JobRecord, control: JobControl): Promise<unknown>;
  words: JobWords;
}

/** By kind, `<room>.<verb>`. Jobs of other kinds are left alone: another version of the program knows them. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** Work that comes again. Of all processes on one store, one does it each time. */
export interface PeriodicTask {
  name: string;
  /** At least a minute. */
  everyMs: number;
  run(): Promise<void>;
}
