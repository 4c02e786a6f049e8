import { fileURLToPath } from 'node:url';
import type { ResponseData } from '../../http/types.js';
import type { AssetFiles } from '../../ui/assets.js';
import type { Renderer } from '../../ui/render.js';
import type { Translate } from '../../ui/translate.js';

export interface LoginPageView {
  authenticationUrl: string;
  probePath: string;
  windowPath: string;
  /** The login's own parameters, for the form that starts over in a window. */
  parameters: [string, string][];
  cookies: string[];
  /** Accept-Language of the request. */
  locale?: string | undefined;
}

export interface LoginPage {
  render(view: LoginPageView): ResponseData;
}

export const ltiAssetFiles: AssetFiles = {
  'login.js': new URL('../assets/login.js', import.meta.url),
  'login.css': new URL('../assets/login.css', import.meta.url),
};

const TEMPLATE = fileURLToPath(new URL('login.eta', import.meta.url));

export function createLoginPage({ renderer, translate }: { renderer: Renderer; translate: Translate }): LoginPage {
  return {
    render: ({ cookies, ...view }) => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'set-cookie': cookies },
      body: renderer.page(TEMPLATE, {
        ...view,
        title: translate(view.locale).text('lti.login.title'),
        styles: ['login.css'],
      }),
      csp: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        // The window's form leads on to the platform by redirect, and browsers check redirects too.
        'form-action': ['*'],
        'base-uri': ["'none'"],
        'object-src': ["'none'"],
        // The LMS may serve its courses from a host that only the launch will name. The page holds nothing of ours.
        'frame-ancestors': ['*'],
      },
    }),
  };
}
