import { z } from 'zod';
import type { ViewerCandidates } from '../adapter-sdk/types.js';
import type { Keyring } from '../runtime/keyring.js';
import type { LaunchRecord } from '../store/ports.js';
import { LAUNCH_RECORD_SEAL } from './pipeline.js';

const recordedLaunch = z.object({
  viewer: z.object({
    candidates: z.object({
      sub: z.string().exactOptional(),
      username: z.string().exactOptional(),
      email: z.string().exactOptional(),
      sourcedId: z.string().exactOptional(),
      lti1p1: z.string().exactOptional(),
    }),
  }),
});

/**
 * What the LMS said about who launched, opened with the installation's secret: personal, so whoever asks writes down
 * that they did. Undefined when the record holds nobody, or was sealed with another secret.
 */
export function openRecordedViewer(
  { sealedPersonal }: Pick<LaunchRecord, 'sealedPersonal'>,
  keyring: Pick<Keyring, 'open'>,
): ViewerCandidates | undefined {
  if (sealedPersonal === undefined) return undefined;
  const opened = recordedLaunch.safeParse(keyring.open(LAUNCH_RECORD_SEAL, sealedPersonal));
  return opened.success ? opened.data.viewer.candidates : undefined;
}
