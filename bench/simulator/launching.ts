/** One launch in two parts, so that signing can happen between them: login up to the platform, and the launch itself. */
import type { Browser, Page } from './browser.js';

export interface SimulatedPlatform {
  issuer: string;
  clientId: string;
  deploymentId: string;
  /** Registered at the tool; never fetched, because the simulator is the platform. */
  authorizationUrl: string;
  /** Custom parameters of its links. */
  custom: Record<string, string>;
}

/** What the platform has to answer: the parameters of the authentication request. */
export interface AuthenticationRequest {
  redirectUri: string;
  state: string;
  nonce: string;
  requests: number;
}

export interface Login {
  loginUrl: string;
  targetLinkUri: string;
  platform: SimulatedPlatform;
  subject: string;
}

export async function login(browser: Browser, wish: Login): Promise<AuthenticationRequest> {
  const { platform } = wish;
  const form = {
    iss: platform.issuer,
    target_link_uri: wish.targetLinkUri,
    login_hint: wish.subject,
    lti_message_hint: `{"cmid":3,"launchid":"ltilaunch1_${wish.subject}"}`,
    client_id: platform.clientId,
    lti_deployment_id: platform.deploymentId,
  };
  const isLeaving = (url: URL): boolean => url.href.startsWith(platform.authorizationUrl);
  const page = await browser.navigate(new URL(wish.loginUrl), form, { origin: platform.issuer, isLeaving });
  const here = isLeaving(page.url);
  const url = here ? page.url : await followLoginPage(browser, page);
  const parameter = (name: string): string => {
    const value = url.searchParams.get(name);
    if (value === null) throw new Error(`the authentication request lacks ${name}: ${url.href}`);
    return value;
  };
  return {
    redirectUri: parameter('redirect_uri'),
    state: parameter('state'),
    nonce: parameter('nonce'),
    requests: page.requests + (here ? 0 : 1),
  };
}

/** As src/lti/assets/login.js does in a browser whose cookies nobody has seen yet. */
async function followLoginPage(browser: Browser, { status, url, body }: Page): Promise<URL> {
  const data = (name: string): string | undefined =>
    new RegExp(`data-${name}="([^"]*)"`).exec(body)?.[1]?.replaceAll('&amp;', '&');
  const [probe, next] = [data('probe'), data('next')];
  if (probe === undefined || next === undefined) throw new Error(`login answered ${status}: ${body.slice(0, 500)}`);
  const answer = (await browser.fetch(new URL(probe, url))) as { cookieCameBack?: boolean };
  if (answer.cookieCameBack !== true) throw new Error('the cookie of the login did not come back');
  return new URL(next);
}

export async function postLaunch(
  browser: Browser,
  request: AuthenticationRequest,
  idToken: string,
  platform: SimulatedPlatform,
): Promise<Page> {
  const form = { id_token: idToken, state: request.state };
  return browser.navigate(new URL(request.redirectUri), form, { origin: platform.issuer });
}
