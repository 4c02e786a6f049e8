import { createServer, request as send, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/runtime/clock.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { startDemoLms, type DemoLms, type DemoLmsOptions } from '../../../src/sandbox/lms/server.js';

export const fixture = (adapterId: string): Record<string, unknown> =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/launches/${adapterId}-resource-link.json`, import.meta.url), 'utf8'),
  ) as Record<string, unknown>;

export const entries = [
  { id: '0_celldiv1', name: 'Cell division' },
  { id: '0_secret01', name: 'Staff meeting', inNoCourse: true },
];

export const startLms = (adapterId = 'moodle', options: Partial<DemoLmsOptions> = {}): Promise<DemoLms> =>
  startDemoLms({
    clock: systemClock,
    random: systemRandom,
    shape: { adapterId, title: adapterId, claims: fixture(adapterId) },
    entries,
    ...options,
  });

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Ask {
  method?: 'GET' | 'POST';
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/** A browser with one cookie jar. Node does not resolve `*.localhost`, so every request goes to 127.0.0.1 by port. */
export function createBrowser() {
  const jar = new Map<string, string>();
  const open = (url: string, { method = 'GET', form, headers = {} }: Ask = {}): Promise<Answer> => {
    const { host, port, pathname, search } = new URL(url);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form === undefined ? undefined : new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      const request = send(
        {
          host: '127.0.0.1',
          port,
          method,
          path: pathname + search,
          headers: {
            host,
            ...(cookies ? { cookie: cookies } : {}),
            ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...headers,
          },
        },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [pair = ''] = line.split(';');
            jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
          }
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  };
  return {
    open,
    get: (url: string) => open(url),
    post: (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      open(url, { method: 'POST', form, headers }),
    forgetCookies: () => jar.clear(),
  };
}

export type Browser = ReturnType<typeof createBrowser>;

const unescape = (text: string): string =>
  text.replace(/&(quot|#39|lt|gt|amp);/g, (_match, name: string) => {
    const characters: Record<string, string> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&' };
    return characters[name] ?? '';
  });

/** Action and fields of the form on a page that posts itself. */
export function readForm({ body }: Answer): { action: string; fields: Record<string, string> } {
  const action = /<form method="post" action="([^"]*)"/.exec(body)?.[1];
  if (action === undefined) throw new Error(`The page has no form: ${body.slice(0, 1500)}`);
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: unescape(action),
    fields: Object.fromEntries(fields.map(([, name = '', value = '']) => [unescape(name), unescape(value)])),
  };
}

export interface StubTool {
  url: string;
  input: { name: string; loginUrl: string; redirectUris: string[]; targetLinkUri: string; jwksUrl: string };
  /** The authentication request that the stub's login sends; tests change it to see what the LMS refuses. */
  request: Record<string, string | undefined>;
  /** Answer the login with a page whose script goes on, not with a redirect. */
  loginByScript: boolean;
  close(): Promise<void>;
}

/** A tool with two routes: login redirects to the authorisation endpoint, launch shows what it was sent. */
export async function startStubTool(authorizationUrl: () => string): Promise<StubTool> {
  const request: Record<string, string | undefined> = {};
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://tool.localhost');
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      const sent = new Map([...searchParams, ...new URLSearchParams(body)]);
      if (pathname !== '/login') {
        const rows = [...sent.keys()].join(', ');
        response.setHeader('content-type', 'text/html');
        response.end(`<h1>${sent.has('error') ? 'LAUNCH_REFUSED' : 'Stub player'}</h1><p>${rows}</p>`);
        return;
      }
      const parameters: Record<string, string | undefined> = {
        scope: 'openid',
        response_type: 'id_token',
        response_mode: 'form_post',
        prompt: 'none',
        client_id: sent.get('client_id'),
        redirect_uri: input.redirectUris[0],
        login_hint: sent.get('login_hint'),
        lti_message_hint: sent.get('lti_message_hint'),
        state: 'state-1',
        nonce: 'nonce-1',
        ...request,
      };
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
      const next = `${authorizationUrl()}?${query.toString()}`;
      if (tool.loginByScript) {
        response.setHeader('content-type', 'text/html');
        response.end(`<script>location.replace(${JSON.stringify(next)})</script>`);
      } else {
        response.writeHead(302, { location: next }).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://tool.localhost:${(server.address() as AddressInfo).port}`;
  const input = {
    name: 'Stub tool',
    loginUrl: `${url}/login`,
    redirectUris: [`${url}/launch`],
    targetLinkUri: `${url}/launch`,
    jwksUrl: `${url}/jwks`,
  };
  const tool: StubTool = {
    url,
    input,
    request,
    loginByScript: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return tool;
}

/** Opens a launch and follows it up to the page of the authorisation endpoint. */
export async function launch(browser: Browser, url: string): Promise<Answer> {
  const opened = await browser.get(url);
  let login: Answer;
  const link = /<a href="([^"]*)">Continue<\/a>/.exec(opened.body)?.[1];
  if (link !== undefined) {
    login = await browser.get(unescape(link));
  } else if (opened.status === 302) {
    login = await browser.get(String(opened.headers.location));
  } else {
    const { action, fields } = readForm(opened);
    login = await browser.post(action, fields);
  }
  return browser.get(String(login.headers.location));
}
