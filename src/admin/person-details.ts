/** Who a person of an LMS is, for the owner who decides: sealed in the store, opened on one screen. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Keyring } from '../runtime/keyring.js';
import type { AdminPerson } from '../store/ports.js';

const SEAL = 'admin-person';
const CODE = 'admin-person-code';
const MAX_LENGTH = 200;
/** Without letters and digits that people mix up. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 8;

type PersonKey = Pick<AdminPerson, 'platformId' | 'deploymentId' | 'subject'>;

const detailsSchema = z.object({ name: z.string().optional(), email: z.string().optional() });

export type PersonDetails = z.infer<typeof detailsSchema>;

export const sealDetails = ({ name, email }: PersonDetails, keyring: Keyring): string =>
  keyring.seal(SEAL, { name: name?.slice(0, MAX_LENGTH), email: email?.slice(0, MAX_LENGTH) });

/** Empty when nothing was sealed, or with a secret that is gone. */
export function openDetails({ sealedName }: Pick<AdminPerson, 'sealedName'>, keyring: Keyring): PersonDetails {
  const opened = detailsSchema.safeParse(sealedName === undefined ? undefined : keyring.open(SEAL, sealedName));
  return opened.success ? opened.data : {};
}

/**
 * What the person reads and tells the owner, e.g. `K7QP-2MXF`: the owner approves the person who stands before them, and
 * not a namesake. Changes with the installation's secret.
 */
export function personCode({ platformId, deploymentId, subject }: PersonKey, keyring: Keyring): string {
  const digest = createHmac('sha256', keyring.current(CODE).key)
    .update(JSON.stringify([platformId, deploymentId, subject]))
    .digest();
  const letters = [...digest.subarray(0, CODE_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  return `${letters.slice(0, CODE_LENGTH / 2)}-${letters.slice(CODE_LENGTH / 2)}`;
}
