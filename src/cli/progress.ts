/** How far long work of a command has come: a bar on a terminal, a plain line now and then elsewhere. */
import type { Clock } from '../runtime/clock.js';

export interface ProgressOptions {
  /** What is counted, e.g. `copied`. */
  label: string;
  /** 0 when nobody knows. */
  total: number;
  clock: Clock;
  /** Usually `process.stderr`: what a command prints for programs stays apart. */
  stream: { write(text: string): unknown; isTTY?: boolean };
}

export interface Progress {
  add(count: number): void;
  /** Prints the last state and ends the line. */
  end(): void;
}

const BAR_CELLS = 24;
const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;
const CLEAR_LINE = '\u001b[K';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `5 s`, `2 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function createProgress({ label, total, clock, stream }: ProgressOptions): Progress {
  const startedAtMs = clock.nowMs();
  const interval = stream.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  let printedAtMs = startedAtMs;
  let done = 0;
  let ended = false;

  const print = (): void => {
    const seconds = (clock.nowMs() - startedAtMs) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    // More than the total may come where the count was taken earlier.
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const parts = [total > 0 ? `${number(done)} of ${number(total)} ${label}` : `${number(done)} ${label}`];
    if (total > 0) parts.push(`${Math.floor(share * 100)} %`);
    if (rate > 0) parts.push(`${number(rate)}/s`);
    if (ended) parts.push(`took ${duration(seconds)}`);
    else if (rate > 0 && total > done) parts.push(`${duration((total - done) / rate)} left`);
    const text = parts.join(', ');
    if (!stream.isTTY) return void stream.write(`${text}\n`);
    const filled = Math.floor(share * BAR_CELLS);
    const bar = total > 0 ? `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ` : '';
    stream.write(`\r${bar}${text}${CLEAR_LINE}${ended ? '\n' : ''}`);
  };

  return {
    add(count) {
      done += count;
      if (clock.nowMs() - printedAtMs < interval) return;
      printedAtMs = clock.nowMs();
      print();
    },
    end() {
      if (ended) return;
      ended = true;
      print();
    },
  };
}
