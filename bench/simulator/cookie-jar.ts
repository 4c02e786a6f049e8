/** The cookies of one simulated browser at one tool. Its address is loopback, which browsers let keep Secure cookies. */
export interface CookieJar {
  store(setCookie: readonly string[]): void;
  /** Value of the `Cookie` header for that path; undefined when there are none. */
  header(path: string): string | undefined;
}

interface Cookie {
  value: string;
  path: string;
}

export function createCookieJar(nowMs: () => number = Date.now): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    store(lines) {
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
        const separator = pair.indexOf('=');
        const name = pair.slice(0, separator);
        const attribute = (wanted: string): string | undefined =>
          attributes
            .map((text) => text.split('='))
            .find(([found]) => found?.toLowerCase() === wanted)
            ?.slice(1)
            .join('=');
        const maxAge = attribute('max-age');
        const expires = attribute('expires');
        // RFC 6265 §5.3: Max-Age wins over Expires.
        const isGone =
          maxAge === undefined ? expires !== undefined && Date.parse(expires) <= nowMs() : Number(maxAge) <= 0;
        if (isGone) cookies.delete(name);
        else cookies.set(name, { value: pair.slice(separator + 1), path: attribute('path') ?? '/' });
      }
    },
    header(path) {
      const sent = [...cookies].filter(([, cookie]) => fits(path, cookie.path));
      return sent.length === 0 ? undefined : sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    },
  };
}

const fits = (path: string, cookiePath: string): boolean =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
