/**
 * Third-party initiated login. Writes nothing but, now and then, why one failed. A browser whose cookies are known to work is sent on at once; another
 * one gets a small page that looks whether the cookie came back and otherwise offers a window, before the
 * authentication request, because the LMS's hint can be used only once.
 */
import { toAppError } from '../../errors/app-error.js';
import type { Handler, RequestFacts, ResponseData } from '../../http/types.js';
import type { PlatformDirectory } from '../../platforms/directory.js';
import type { PlatformRef } from '../../runtime/ids.js';
import { bindingCookies, bindingName, cookiesWorked } from '../browser-binding.js';
import { LTI_PATHS } from '../paths.js';
import type { StateCodec } from '../state.js';
import { parseTargetLink } from '../target-link.js';
import { authenticationRequestUrl } from './authentication-request.js';
import { chooseRegistration } from './choose-registration.js';
import type { ForeignLogins } from './foreign-logins.js';
import type { LoginPage } from './login-page.js';
import type { LoginFailures } from './note-failure.js';
import { readLoginRequest } from './read-login-request.js';

export interface LoginHandlerDependencies {
  states: StateCodec;
  directory: PlatformDirectory;
  foreignLogins: ForeignLogins;
  loginFailures: LoginFailures;
  page: LoginPage;
  publicUrl: URL;
}

/** `inWindow`: our own page opened a window for this login, where cookies are first-party; no need to ask. */
export function createLoginHandler(deps: LoginHandlerDependencies, { inWindow }: { inWindow: boolean }): Handler {
  const start = async (request: RequestFacts): Promise<ResponseData> => {
    const login = readLoginRequest(request);
    parseTargetLink(login.targetLinkUri, deps.publicUrl);
    const platform = await chooseRegistration(deps.directory, login, refOf(request));
    const state = deps.states.issue({ platformRef: platform.ref, deploymentId: login.deploymentId });
    const redirectUri = new URL(LTI_PATHS.launch, deps.publicUrl).href;
    const location = authenticationRequestUrl(platform, login, state, redirectUri);
    const cookies = bindingCookies(state);

    const trusted = cookiesWorked(request) && !deps.foreignLogins.wasNoted(platform.ref, request.address);
    if (inWindow || trusted) return redirect(location, cookies);
    return deps.page.render({
      authenticationUrl: location,
      probePath: `${LTI_PATHS.probe}/${bindingName(state)}`,
      windowPath: `${LTI_PATHS.window}/${platform.ref}`,
      parameters: login.parameters,
      cookies,
      locale: request.headers['accept-language'],
    });
  };

  return async (request) => {
    try {
      return await start(request);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.status < 500) deps.loginFailures.note(request, error);
      throw error;
    }
  };
}

function refOf({ params }: RequestFacts): PlatformRef | undefined {
  return params['ref'] as PlatformRef | undefined;
}

const redirect = (location: string, cookies: string[]): ResponseData => ({
  status: 302,
  headers: { location, 'set-cookie': cookies },
});
