/** What a launch record keeps of the person and the course, sealed: the neutral launch as the adapter gave it. */
import { z } from 'zod';
import { ROLES, type NeutralLaunch } from '../adapter-sdk/index.js';
import type { Keyring } from '../runtime/keyring.js';
import type { LaunchRecord } from '../store/ports.js';
import { LAUNCH_RECORD_SEAL } from './pipeline.js';

const text = z.string().optional();

/** Tolerant: records outlive the version that wrote them. */
const neutralLaunchSchema = z.object({
  adapterId: z.string(),
  tenantHint: z.string(),
  viewer: z.object({
    candidates: z.object({ sub: text, username: text, email: text, sourcedId: text, lti1p1: text }),
    name: text,
    isTestUser: z.boolean().optional(),
  }),
  course: z
    .object({
      key: z.string(),
      title: text,
      label: text,
      sourcedId: text,
      previousKeys: z.array(z.string()).default([]),
      categoryNames: z.array(z.string()).default([]),
    })
    .optional(),
  roles: z.array(z.enum(ROLES)).catch([]),
  application: z.string(),
});

/** Undefined when the launch ended before its adapter answered, or was sealed with a secret that is gone. */
export function openPersonal(
  { sealedPersonal }: Pick<LaunchRecord, 'sealedPersonal'>,
  keyring: Keyring,
): NeutralLaunch | undefined {
  if (sealedPersonal === undefined) return undefined;
  const opened = neutralLaunchSchema.safeParse(keyring.open(LAUNCH_RECORD_SEAL, sealedPersonal));
  // Absent fields are absent in what was sealed: JSON has no undefined.
  return opened.success ? (opened.data as NeutralLaunch) : undefined;
}
