/** The one file that reads the system's time. Everything else is handed a `Clock`. */

export interface Clock {
  /** Now, in epoch milliseconds. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** LTI and Kaltura count time in whole epoch seconds; our ports count in milliseconds. */
export const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);
