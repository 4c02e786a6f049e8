import { AppError } from '../../errors/app-error.js';
import type { PlatformDirectory } from '../../platforms/directory.js';
import type { PlatformRef } from '../../runtime/ids.js';
import type { PlatformRecord } from '../../store/ports.js';
import type { LoginRequest } from './read-login-request.js';

/**
 * The registration that a login is for: the one named in the login URL, else the one active registration of (issuer,
 * client id). That pair is not unique (self-hosted Canvases share the default issuer), and pending or disabled
 * registrations never make it ambiguous: else a stranger's pending entry would switch off a working one.
 */
export async function chooseRegistration(
  directory: PlatformDirectory,
  login: Pick<LoginRequest, 'issuer' | 'clientId'>,
  ref?: PlatformRef,
): Promise<PlatformRecord> {
  if (ref !== undefined) {
    const platform = await directory.findByRef(ref);
    const fits =
      platform &&
      [platform.issuer, ...platform.acceptedIssuers].includes(login.issuer) &&
      (login.clientId === undefined || login.clientId === platform.clientId);
    if (!fits) throw new AppError('PLATFORM_UNKNOWN', { reason: 'the login URL names another issuer or client id' });
    return requireActive(platform);
  }

  const matches = await directory.findByIssuer(login.issuer, login.clientId);
  const active = matches.filter((platform) => platform.status === 'active');
  if (active.length > 1) throw new AppError('PLATFORM_AMBIGUOUS', { details: { registrations: active.length } });
  const [only] = active;
  if (only) return only;
  const [inactive] = matches;
  if (inactive) return requireActive(inactive);
  throw new AppError('PLATFORM_UNKNOWN', { reason: 'no registration has this issuer and client id' });
}

/** A registration that launches may use; else PLATFORM_DISABLED. */
export function requireActive(platform: PlatformRecord): PlatformRecord {
  if (platform.status !== 'active') {
    throw new AppError('PLATFORM_DISABLED', { reason: `the registration is ${platform.status}` });
  }
  return platform;
}
