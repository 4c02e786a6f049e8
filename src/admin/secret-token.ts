/** Tokens of links and sessions: the holder has the token, the store only what proves it. */
import { createHash } from 'node:crypto';
import type { Random } from '../runtime/random.js';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits as 43 base64url characters. */
export const newToken = (random: Random): string => random.bytes(TOKEN_BYTES).toString('base64url');

export const isToken = (value: string | undefined): value is string => value !== undefined && TOKEN.test(value);

/** SHA-256, base64url. A fast hash is enough: nobody can guess 256 bits. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');
