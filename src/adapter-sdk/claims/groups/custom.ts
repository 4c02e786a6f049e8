/**
 * Core 5.4.6: custom parameters. The specification knows strings only, but older Canvas sends numbers, and Moodle
 * sends null for a variable without a value. Everything else is dropped.
 */
import { z } from 'zod';

export type CustomValue = string | number | boolean | null;

const BROKEN = /\p{Cs}/u;

const isCustomValue = (value: unknown): value is CustomValue =>
  value === null ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && !BROKEN.test(value));

export const customClaim = z
  .record(z.string(), z.unknown())
  .transform(
    (custom) =>
      Object.fromEntries(
        Object.entries(custom).filter(([key, value]) => !BROKEN.test(key) && isCustomValue(value)),
      ) as Record<string, CustomValue>,
  )
  .catch({});
