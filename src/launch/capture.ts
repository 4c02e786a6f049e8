/**
 * Captured launches: what the author of an adapter makes fixtures of. A platform captures for a while, when somebody
 * asked for it. Claims are redacted before anything is stored, so no person's data waits anywhere to be cleaned up.
 */
import type { Keyring } from '../runtime/keyring.js';
import type { LaunchRecord } from '../store/ports.js';
import { redactClaims } from './capture-claims.js';
import type { VerifiedLaunch } from './verified-launch.js';

const PURPOSE = 'launch-capture';

/** The field of the launch's record that keeps its redacted claims; none while the platform does not capture. */
export function sealedCapture(
  { platform, claims, receivedAtMs }: Pick<VerifiedLaunch, 'platform' | 'claims' | 'receivedAtMs'>,
  keyring: Keyring,
): Pick<LaunchRecord, 'sealedClaims'> {
  const { captureUntilMs = 0 } = platform.settings;
  if (captureUntilMs <= receivedAtMs) return {};
  try {
    return { sealedClaims: keyring.seal(PURPOSE, redactClaims(claims, keyring.current(PURPOSE))) };
  } catch {
    // The viewer's launch matters more than somebody's fixture.
    return {};
  }
}

/** The redacted claims of a record; undefined when it has none, or was sealed with a secret that is gone. */
export function openCapture(
  { sealedClaims }: Pick<LaunchRecord, 'sealedClaims'>,
  keyring: Keyring,
): Record<string, unknown> | undefined {
  const claims = sealedClaims === undefined ? undefined : keyring.open(PURPOSE, sealedClaims);
  return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
}
