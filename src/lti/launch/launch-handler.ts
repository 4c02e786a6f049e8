/**
 * POST of the platform's signed message. The order of the checks is the defence: cheap ones first, the platform from
 * our own state and never from the token, the single use last, and nothing is granted before all have passed.
 */
import { parseClaims } from '../../adapter-sdk/claims/parse-claims.js';
import type { AdapterRegistry } from '../../adapter-sdk/registry.js';
import { AppError, toAppError } from '../../errors/app-error.js';
import type { Handler, RequestFacts, ResponseData } from '../../http/types.js';
import type { LaunchPipeline } from '../../launch/pipeline.js';
import type { LaunchOutcomeFacts, LaunchRecorder } from '../../launch/recorder.js';
import { createStepClock, type StepClock } from '../../launch/step-clock.js';
import type { VerifiedLaunch } from '../../launch/verified-launch.js';
import { originOf } from '../../platforms/origins.js';
import type { PlatformDirectory } from '../../platforms/directory.js';
import type { Clock } from '../../runtime/clock.js';
import { newLaunchId, type IdSource } from '../../runtime/ids.js';
import type { ConsumedStateStore, DeploymentStore, PlatformRecord } from '../../store/ports.js';
import { spentBindingCookies } from '../browser-binding.js';
import type { ForeignLogins } from '../login/foreign-logins.js';
import { requireActive } from '../login/choose-registration.js';
import type { PlatformKeys } from '../platform-keys.js';
import type { LoginState, StateCodec } from '../state.js';
import { parseTargetLink } from '../target-link.js';
import { checkDeployment } from './check-deployment.js';
import { checkMessage } from './check-message.js';
import { consumeState } from './consume-state.js';
import { platformError } from './platform-error.js';
import { proveBinding } from './prove-binding.js';
import { readLaunchForm } from './read-launch-form.js';
import { verifyToken } from './verify-token.js';

export interface LaunchHandlerDependencies {
  states: StateCodec;
  directory: PlatformDirectory;
  deployments: DeploymentStore;
  consumedStates: ConsumedStateStore;
  keys: PlatformKeys;
  adapters: Pick<AdapterRegistry, 'acceptsIssuer'>;
  pipeline: LaunchPipeline;
  recorder: LaunchRecorder;
  foreignLogins: ForeignLogins;
  ids: IdSource;
  clock: Clock;
  publicUrl: URL;
}

export function createLaunchHandler(deps: LaunchHandlerDependencies): Handler {
  return async (request) => {
    const steps = createStepClock(deps.clock);
    // Without a state of ours nothing is recorded: a stranger's noise must not fill the inspector.
    const form = readLaunchForm(request);
    const login = deps.states.read(form.state);

    const facts: Partial<LaunchOutcomeFacts> = {};
    let launch: VerifiedLaunch;
    try {
      if (form.kind === 'error') throw platformError(form.error, form.description);
      launch = await verifyLaunch(form.idToken, { request, login, steps, facts, deps });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'LAUNCH_STATE_FOREIGN') deps.foreignLogins.note(login.platformRef, request.address);
      deps.recorder.recordFailure({ requestId: request.requestId, atMs: request.receivedAtMs, steps, error, facts });
      throw error;
    }

    const response = await deps.pipeline.run(launch);
    return withCookies(response, spentBindingCookies(login));
  };
}

interface LaunchInProgress {
  request: RequestFacts;
  login: LoginState;
  steps: StepClock;
  /** Filled as it becomes known, so that a failure is recorded with what was known by then. */
  facts: Partial<LaunchOutcomeFacts>;
  deps: LaunchHandlerDependencies;
}

async function verifyLaunch(
  idToken: string,
  { request, login, steps, facts, deps }: LaunchInProgress,
): Promise<VerifiedLaunch> {
  const platform = await steps.run('find-platform', () => findPlatform(login, deps.directory));
  facts.platformId = platform.id;
  facts.adapterId = platform.adapterId;
  const payload = await steps.run('verify-token', () => verifyToken(idToken, { platform, nonce: login.nonce }, deps));
  const { claims, targetLinkUri } = await steps.run('read-claims', () => {
    const parsed = parseClaims(payload);
    checkMessage(parsed);
    return {
      claims: parsed,
      targetLinkUri: parseTargetLink(parsed.targetLinkUri ?? deps.publicUrl.href, deps.publicUrl),
    };
  });
  facts.deploymentId = claims.deploymentId;
  facts.messageType = claims.messageType;
  const deployment = await steps.run('check-deployment', () =>
    checkDeployment(claims.deploymentId, { platform, login }, deps),
  );
  await steps.run('prove-binding', () => proveBinding(request, login, deps.consumedStates));
  await steps.run('consume-state', () => consumeState(login, deps.consumedStates));

  const returnUrl = safeReturnUrl(claims.launchPresentation?.returnUrl, platform);
  return {
    launchId: newLaunchId(deps.ids),
    requestId: request.requestId,
    platform,
    deployment,
    claims,
    targetLinkUri,
    ...(returnUrl ? { returnUrl } : {}),
    receivedAtMs: request.receivedAtMs,
    steps,
  };
}

async function findPlatform(login: LoginState, directory: PlatformDirectory): Promise<PlatformRecord> {
  const platform = await directory.findByRef(login.platformRef);
  if (!platform) throw new AppError('PLATFORM_UNKNOWN', { reason: 'the registration was removed after the login' });
  return requireActive(platform);
}

/**
 * `return_url` of the signed launch: https, or http where the platform itself is on http, and no credentials. A
 * malformed one is dropped: it is a convenience, and the launch does not depend on it.
 */
function safeReturnUrl(value: string | undefined, platform: PlatformRecord): URL | undefined {
  if (value === undefined || originOf(value) === undefined) return undefined;
  const url = new URL(value);
  const secure = url.protocol === 'https:' || new URL(platform.authorizationUrl).protocol === 'http:';
  return secure && url.username === '' && url.password === '' ? url : undefined;
}

const withCookies = (response: ResponseData, cookies: string[]): ResponseData => ({
  ...response,
  headers: { ...response.headers, 'set-cookie': cookies },
});
