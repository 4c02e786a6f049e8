/** A browser in an LMS's frame: cookies kept, redirects followed, our login page's script done by hand. */
import type { Pool } from 'undici';
import type { CookieJar } from './cookie-jar.js';

/** As Chromium sent them to a real tool from a real Moodle (test/fixtures/moodle-real), without cookies and lengths. */
const HEADERS = {
  'cache-control': 'max-age=0',
  'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  accept:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'iframe',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-US,en;q=0.9',
};
const MAX_REDIRECTS = 5;

export interface Page {
  status: number;
  /** Where the browser stands. */
  url: URL;
  body: string;
  /** Requests that it took. */
  requests: number;
}

export interface Browser {
  /** Navigates. An address that `isLeaving` knows is not fetched but answered with. */
  navigate(url: URL, form: Record<string, string>, options: NavigateOptions): Promise<Page>;
  /** Fetches like a script of a page of the same origin. */
  fetch(url: URL): Promise<unknown>;
}

export interface NavigateOptions {
  /** Origin of the page that posts the form. */
  origin: string;
  isLeaving?: (url: URL) => boolean;
}

export function createBrowser(pool: Pool, jar: CookieJar): Browser {
  const send = async (method: 'GET' | 'POST', url: URL, headers: Record<string, string>, body?: string) => {
    const cookie = jar.header(url.pathname);
    const answer = await pool.request({
      method,
      path: url.pathname + url.search,
      headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) },
      ...(body === undefined ? {} : { body }),
    });
    const set = answer.headers['set-cookie'];
    if (set !== undefined) jar.store(typeof set === 'string' ? [set] : set);
    return { status: answer.statusCode, location: answer.headers['location'], text: await answer.body.text() };
  };

  return {
    async navigate(start, form, { origin, isLeaving = () => false }) {
      let url = start;
      let answer = await send(
        'POST',
        url,
        { ...HEADERS, origin, referer: `${origin}/`, 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams(form).toString(),
      );
      for (let requests = 1; ; requests += 1) {
        const isRedirect = answer.status >= 300 && answer.status < 400;
        if (!isRedirect) return { status: answer.status, url, body: answer.text, requests };
        if (requests > MAX_REDIRECTS) throw new Error(`too many redirects from ${start.href}`);
        url = new URL(String(answer.location), url);
        if (isLeaving(url)) return { status: answer.status, url, body: '', requests };
        answer = await send('GET', url, HEADERS);
      }
    },
    async fetch(url) {
      const headers = {
        ...HEADERS,
        accept: 'application/json',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
      };
      const { status, text } = await send('GET', url, headers);
      if (status !== 200) throw new Error(`${url.pathname} answered ${status}`);
      return JSON.parse(text) as unknown;
    },
  };
}
