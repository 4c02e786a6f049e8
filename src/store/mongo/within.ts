import { AppError } from '../../errors/app-error.js';

/**
 * Waits for `work` for so long. What it has begun goes on and ends by the driver's own limits; nobody hears of it.
 *
 * @param work is told by `expired` that nobody waits any more
 * @throws AppError `STORE_UNAVAILABLE` when the time is over
 */
export async function within<Result>(
  timeoutMs: number,
  work: (expired: () => boolean) => Promise<Result>,
): Promise<Result> {
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      expired = true;
      reject(new AppError('STORE_UNAVAILABLE', { reason: `no answer within ${timeoutMs} ms` }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(() => expired), late]);
  } finally {
    clearTimeout(timer);
  }
}
