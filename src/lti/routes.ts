/** The LTI room's routes. Login and launch are hot: they are served before Express, which costs more than LTI itself. */
import type { Route } from '../http/types.js';
import { AppError } from '../errors/app-error.js';
import { hasBindingCookie } from './browser-binding.js';
import { createLaunchHandler, type LaunchHandlerDependencies } from './launch/launch-handler.js';
import { createLoginHandler, type LoginHandlerDependencies } from './login/login-handler.js';
import { LTI_PATHS } from './paths.js';
import { createJwksHandler } from './signing-keys.js';
import type { SigningKeyStore } from '../store/ports.js';

const MAX_LOGIN_BYTES = 32 * 1024;
const MAX_LAUNCH_BYTES = 128 * 1024;
const PROBE_NAME = /^[A-Za-z0-9_-]{8}$/;

export type LtiDependencies = LoginHandlerDependencies & LaunchHandlerDependencies & { signingKeys: SigningKeyStore };

export function createLtiRoutes(deps: LtiDependencies): { hot: Route[]; cold: Route[] } {
  const login = createLoginHandler(deps, { inWindow: false });
  const loginInWindow = createLoginHandler(deps, { inWindow: true });
  const launch = createLaunchHandler(deps);

  const at = (method: Route['method'], path: string, handler: Route['handler'], maxBodyBytes?: number): Route => ({
    method,
    path,
    template: path,
    handler,
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
  });

  return {
    hot: [
      at('GET', LTI_PATHS.login, login),
      at('POST', LTI_PATHS.login, login, MAX_LOGIN_BYTES),
      at('GET', `${LTI_PATHS.login}/:ref`, login),
      at('POST', `${LTI_PATHS.login}/:ref`, login, MAX_LOGIN_BYTES),
      at('POST', LTI_PATHS.launch, launch, MAX_LAUNCH_BYTES),
      at('POST', `${LTI_PATHS.launch}/:target`, launch, MAX_LAUNCH_BYTES),
      at('POST', `${LTI_PATHS.play}/:entry`, launch, MAX_LAUNCH_BYTES),
    ],
    cold: [
      at('POST', `${LTI_PATHS.window}/:ref`, loginInWindow, MAX_LOGIN_BYTES),
      at('GET', `${LTI_PATHS.probe}/:name`, (request) => {
        const name = request.params['name'] ?? '';
        if (!PROBE_NAME.test(name)) throw new AppError('INPUT_INVALID', { reason: 'not the name of a login' });
        return {
          status: 200,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ cookieCameBack: hasBindingCookie(request, name) }),
        };
      }),
      // What a reload of an error page, or a person who types the address, gets.
      at('GET', LTI_PATHS.launch, () => {
        throw new AppError('LAUNCH_STATE_MISSING', { reason: 'opened without a launch' });
      }),
      at('GET', LTI_PATHS.jwks, createJwksHandler(deps.signingKeys)),
    ],
  };
}
