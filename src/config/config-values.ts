/** The kinds of value that a setting can have. Messages never repeat the value: it may be a secret. */
import { isIP } from 'node:net';
import { z } from 'zod';

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** An `http(s)` URL without credentials, query, fragment or trailing slash. */
export const baseUrl = z
  .string()
  .refine(
    (text) => isUrl(text) && !hasExtras(new URL(text)),
    'must be an http or https URL without user, query or fragment',
  )
  .transform((text) => new URL(text).href.replace(/\/+$/, ''));

/** An `http(s)` origin: scheme, host and port only. */
export const originUrl = z
  .string()
  .refine(
    (text) => isUrl(text) && !hasExtras(new URL(text)) && new URL(text).pathname === '/',
    'must be an http or https URL with nothing after the host and port',
  )
  .transform((text) => new URL(text).origin);

/** A source expression for a Content-Security-Policy; its form admits nothing that could end or add a directive. */
export const policyHost = z
  .string()
  .regex(
    /^https?:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?$/,
    'must be like https://media.example.edu or https://*.example.edu',
  );

/** What `X-Forwarded-For` is believed from. */
export const trustedProxy = z
  .string()
  .refine(
    (text) => /^(?:loopback|linklocal|uniquelocal)$/.test(text) || isNetwork(text),
    'must be an address, a network like 10.1.0.0/16, or loopback, linklocal, uniquelocal',
  );

export const port = z.int().min(0).max(65_535);
export const positiveInteger = z.int().positive();
export const nonEmpty = z.string().min(1, 'must not be empty');

/** A secret: shown as set or not set, never as a value, and readable from a file named by `…_FILE`. */
export const secretText = (minimumLength: number): z.ZodString =>
  z.string().min(minimumLength, `must have at least ${minimumLength} characters`);

/** Names database and hosts, and often a user with a password: treated as a secret as a whole. */
export const mongoUri = z
  .string()
  .regex(/^mongodb(?:\+srv)?:\/\/[^\s/]+(?:\/\S*)?$/, 'must be like mongodb://host/ or mongodb+srv://host/');

const hasExtras = ({ username, password, search, hash }: URL): boolean =>
  [username, password, search, hash].some((part) => part !== '');

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
