/**
 * Signature and registered claims of an id_token (LTI Security Framework 1.0 §5.1.3), with `jose`. Cheap checks come
 * first: a stranger without a login of ours never gets this far, so nobody can make us fetch a key set.
 */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { AdapterRegistry } from '../../adapter-sdk/registry.js';
import { AppError } from '../../errors/app-error.js';
import type { ErrorCode } from '../../errors/catalogue.js';
import type { Clock } from '../../runtime/clock.js';
import { toSeconds } from '../../runtime/clock.js';
import type { PlatformRecord } from '../../store/ports.js';
import type { PlatformKeys } from '../platform-keys.js';

const ALGORITHM = 'RS256';
/** Headers that would let the token choose its own key or demand what we do not know. */
const FORBIDDEN_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'];
/** Hosts' clocks differ: Moodle's tokens live 60 s, and a host two minutes off is common. */
const LEEWAY_SECONDS = 120;

export interface VerifyTokenDependencies {
  keys: PlatformKeys;
  adapters: Pick<AdapterRegistry, 'acceptsIssuer'>;
  clock: Clock;
}

export async function verifyToken(
  idToken: string,
  { platform, nonce }: { platform: PlatformRecord; nonce: string },
  { keys, adapters, clock }: VerifyTokenDependencies,
): Promise<JWTPayload> {
  const kid = checkHeader(idToken);
  const options = {
    algorithms: [ALGORITHM],
    audience: platform.clientId,
    currentDate: new Date(clock.nowMs()),
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['iss', 'aud', 'exp', 'iat', 'nonce'],
  };
  const verify = async (refresh: boolean): Promise<JWTPayload> => {
    const key = await keys.find(platform, kid, { refresh });
    if (!key) throw new AppError('LAUNCH_TOKEN_KEY_UNKNOWN', { reason: kid === undefined ? 'no kid' : 'unknown kid' });
    return (await jwtVerify(idToken, key, options)).payload;
  };

  let payload: JWTPayload;
  try {
    payload = await verify(false);
  } catch (error) {
    // A platform may change a key under the same id; one more look at its key set, at most every 30 s, tells.
    payload = await (error instanceof errors.JWSSignatureVerificationFailed
      ? verify(true).catch((second: unknown) => Promise.reject(toLaunchError(second)))
      : Promise.reject(toLaunchError(error)));
  }
  checkIssuer(payload.iss, platform, adapters);
  checkBeyondJose(payload, platform, nonce, clock);
  return payload;
}

/** The exact issuers of the platform, and what its adapter knows its LMS to write instead (Sakai). */
function checkIssuer(
  issuer: unknown,
  { issuer: registered, acceptedIssuers, adapterId }: PlatformRecord,
  adapters: VerifyTokenDependencies['adapters'],
): void {
  const isKnown =
    typeof issuer === 'string' &&
    ([registered, ...acceptedIssuers].includes(issuer) || adapters.acceptsIssuer(adapterId, issuer, registered));
  if (!isKnown) {
    throw new AppError('LAUNCH_TOKEN_ISSUER', { reason: 'iss is not this platform’s', details: { claim: 'iss' } });
  }
}

function checkHeader(idToken: string): string | undefined {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(idToken);
  } catch (error) {
    throw new AppError('LAUNCH_TOKEN_MALFORMED', { reason: 'the header is not readable', cause: error });
  }
  if (idToken.split('.').length !== 3) throw new AppError('LAUNCH_TOKEN_MALFORMED', { reason: 'not three parts' });
  if (header.alg !== ALGORITHM) throw new AppError('LAUNCH_TOKEN_ALGORITHM', { reason: 'alg is not RS256' });
  const forbidden = FORBIDDEN_HEADERS.find((name) => name in header);
  if (forbidden) throw new AppError('LAUNCH_TOKEN_ALGORITHM', { reason: `the header carries ${forbidden}` });
  if (header.kid !== undefined && (typeof header.kid !== 'string' || header.kid.length > 256)) {
    throw new AppError('LAUNCH_TOKEN_MALFORMED', { reason: 'kid is not a short string' });
  }
  return header.kid;
}

function checkBeyondJose(payload: JWTPayload, platform: PlatformRecord, nonce: string, clock: Clock): void {
  const nowSeconds = toSeconds(clock.nowMs());
  if (typeof payload.iat !== 'number') throw new AppError('LAUNCH_CLAIM_INVALID', { details: { claim: 'iat' } });
  if (payload.iat > nowSeconds + LEEWAY_SECONDS) {
    throw new AppError('LAUNCH_TOKEN_FUTURE', { reason: `iat is ${payload.iat - nowSeconds} s ahead` });
  }
  const authorisedParty = payload['azp'];
  const severalAudiences = Array.isArray(payload.aud) && payload.aud.length > 1;
  if (authorisedParty === undefined ? severalAudiences : authorisedParty !== platform.clientId) {
    throw new AppError('LAUNCH_TOKEN_AUDIENCE', { reason: 'azp is not this client id' });
  }
  if (payload['nonce'] !== nonce) throw new AppError('LAUNCH_TOKEN_NONCE');
}

const CLAIM_CODES: Record<string, ErrorCode> = {
  aud: 'LAUNCH_TOKEN_AUDIENCE',
  nbf: 'LAUNCH_TOKEN_FUTURE',
};

function toLaunchError(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new AppError('LAUNCH_TOKEN_EXPIRED', { reason: 'exp has passed' });
  if (error instanceof errors.JWTClaimValidationFailed) {
    const code = error.reason === 'check_failed' ? CLAIM_CODES[error.claim] : undefined;
    return new AppError(code ?? 'LAUNCH_CLAIM_INVALID', {
      reason: `${error.claim}: ${error.reason}`,
      details: { claim: error.claim },
    });
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new AppError('LAUNCH_TOKEN_SIGNATURE');
  if (error instanceof errors.JOSEError) {
    return new AppError('LAUNCH_TOKEN_MALFORMED', { reason: error.code, cause: error });
  }
  return error;
}
