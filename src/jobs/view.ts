/** A job as people read it. Pure. */
import { catalogue } from '../errors/catalogue.js';
import type { JobRecord, JobStatus } from '../store/ports.js';
import type { Messages } from '../ui/translate.js';
import type { JobWords } from './job.js';

/** What `job-progress.eta` shows. */
export interface JobView {
  id: string;
  title: string;
  status: JobStatus;
  /** For the bar; `max` is absent while nobody knows how much there is. */
  value: number;
  max?: number;
  /** "1,200 of 10,000", "40 per second", "about 3 minutes left": what is known of it. */
  facts: string[];
  /** What the job did, why it stopped, or that it waits. */
  sentence?: string;
  errorCode?: string;
  more?: { href: string; text: string };
  /** A button that takes back what the job did. Absent for those who may not. */
  undo?: { path: string; text: string };
  /** Where the next look is to be had. Absent once the job has ended. */
  pollUrl?: string;
  /** Where a form stops the job. Absent for those who may not, and once somebody has. */
  cancelUrl?: string;
  /** The part stands on a screen of another room, which the form leads back to. */
  isEmbedded: boolean;
}

export interface JobViewOptions {
  nowMs: number;
  messages: Messages;
  /** Absent: a kind that this version of the program does not know. */
  words: JobWords | undefined;
  mayCancel: boolean;
  /** Path of a screen that shows the job as a part of itself, and answers htmx with that part. */
  embeddedIn?: string | undefined;
}

const MINUTE_MS = 60_000;
/** Before that, a rate is a guess. */
const MIN_RUN_MS = 2_000;

export const jobPath = (id: string): string => `/admin/jobs/${id}`;

export function jobView(job: JobRecord, options: JobViewOptions): JobView {
  const { messages, words, mayCancel, embeddedIn } = options;
  const isOpen = job.status === 'waiting' || job.status === 'running';
  const sentence = sentenceOf(job, words, messages);
  const more = words?.more?.(job);
  const undo = !isOpen && mayCancel ? words?.undo?.(job) : undefined;
  return {
    id: job.id,
    title: messages.text(words?.title ?? 'jobs.page.title'),
    status: job.status,
    value: job.done,
    ...(job.total === undefined ? {} : { max: Math.max(job.total, job.done, 1) }),
    facts: factsOf(job, options),
    ...(sentence === undefined ? {} : { sentence }),
    ...(job.status === 'failed' && job.errorCode !== undefined ? { errorCode: job.errorCode } : {}),
    ...(more && more.href !== embeddedIn ? { more: { href: more.href, text: messages.text(more.key) } } : {}),
    ...(undo ? { undo: { path: undo.path, text: messages.text(undo.key) } } : {}),
    ...(isOpen ? { pollUrl: embeddedIn ?? jobPath(job.id) } : {}),
    ...(isOpen && mayCancel && !job.cancelRequested ? { cancelUrl: `${jobPath(job.id)}/cancel` } : {}),
    isEmbedded: embeddedIn !== undefined,
  };
}

function sentenceOf(job: JobRecord, words: JobWords | undefined, messages: Messages): string | undefined {
  switch (job.status) {
    case 'waiting':
      return messages.text('jobs.progress.waiting');
    case 'running':
      return job.cancelRequested ? messages.text('jobs.progress.stopping') : undefined;
    case 'cancelled':
      return messages.text('jobs.end.cancelled');
    case 'failed': {
      const { errorCode = 'INTERNAL' } = job;
      const known = Object.hasOwn(catalogue, errorCode) ? (errorCode as keyof typeof catalogue) : 'INTERNAL';
      return `${messages.text('jobs.end.failed')} ${messages.text(`error.${known}.admin`)}`;
    }
    case 'done': {
      const said = words?.result?.(job.result);
      return said ? messages.text(said.key, said.params) : messages.text('jobs.end.done');
    }
  }
}

function factsOf(job: JobRecord, { nowMs, messages }: JobViewOptions): string[] {
  const { done, total, startedAtMs, status } = job;
  if (status === 'waiting' || (done === 0 && total === undefined)) return [];
  const count =
    total === undefined
      ? messages.text('jobs.progress.done', { done })
      : messages.text('jobs.progress.doneOf', { done, total });
  const ranMs = startedAtMs === undefined ? 0 : nowMs - startedAtMs;
  if (status !== 'running' || done === 0 || ranMs < MIN_RUN_MS) return [count];

  const perSecond = (done * 1000) / ranMs;
  const rate =
    perSecond >= 1
      ? messages.text('jobs.progress.perSecond', { count: Math.round(perSecond) })
      : messages.text('jobs.progress.perMinute', { count: Math.max(1, Math.round(perSecond * 60)) });
  if (total === undefined) return [count, rate];
  const leftMs = ((total - done) * 1000) / perSecond;
  const left =
    leftMs < MINUTE_MS
      ? messages.text('jobs.progress.soon')
      : messages.text('jobs.progress.minutesLeft', { count: Math.round(leftMs / MINUTE_MS) });
  return [count, rate, left];
}
