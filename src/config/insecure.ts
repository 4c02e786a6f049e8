/** What production refuses, and what it warns of when an operator allows it. */
import type { Problem } from './problems.js';
import type { Config } from './schema.js';

interface Finding {
  text: string;
  /** The option that allows it; without one it is never allowed. */
  option?: 'dangerouslyAllowHttp' | 'dangerouslyAllowPrivateAddresses';
}

/** Problems that stop the start, and warnings to log at each start. */
export function checkSecurity(config: Config): { problems: Problem[]; warnings: string[] } {
  const findings = config.environment === 'production' ? [...insecureAddresses(config), ...weakSecrets(config)] : [];
  const refused = findings.filter(({ option }) => option === undefined || !config[option]);
  const allowed = findings.filter((finding) => !refused.includes(finding));
  return {
    problems: refused.map(({ text, option }) => ({
      kind: 'insecure',
      text: option === undefined ? text : `${text} (${option}: true would allow it)`,
    })),
    warnings: [...switchedOn(config), ...allowed.map(({ text }) => text)],
  };
}

function switchedOn(config: Config): string[] {
  return (['dangerouslyAllowHttp', 'dangerouslyAllowPrivateAddresses'] as const)
    .filter((option) => config[option])
    .map((option) => `${option} is on`);
}

function* insecureAddresses({ server, kaltura }: Config): Generator<Finding> {
  const kalturaAddresses = Object.entries(kaltura.accounts).flatMap(([id, account]) =>
    (['serviceUrl', 'playerBaseUrl'] as const).map((key) => ({
      key: `kaltura.accounts.${id}.${key}`,
      url: new URL(account[key]),
    })),
  );
  for (const { key, url } of [{ key: 'server.publicUrl', url: new URL(server.publicUrl) }, ...kalturaAddresses]) {
    if (url.protocol !== 'https:') yield { text: `${key} is not https`, option: 'dangerouslyAllowHttp' };
    if (key !== 'server.publicUrl' && isThisHost(url.hostname)) {
      yield { text: `${key} points to this host itself`, option: 'dangerouslyAllowPrivateAddresses' };
    }
  }
  for (const [id, { playerHosts }] of Object.entries(kaltura.accounts)) {
    if (playerHosts.some((host) => host.startsWith('http:'))) {
      yield { text: `kaltura.accounts.${id}.playerHosts has a host that is not https`, option: 'dangerouslyAllowHttp' };
    }
  }
}

/** `new URL` has already written every notation of an IPv4 address in dotted decimals. */
const isThisHost = (hostname: string): boolean =>
  /^(?:localhost|.+\.localhost|127\..+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f.+\])\.?$/.test(hostname);

function* weakSecrets({ secret, previousSecret, metrics }: Config): Generator<Finding> {
  const secrets = { secret, previousSecret, 'metrics.bearerToken': metrics.bearerToken };
  for (const [key, value] of Object.entries(secrets)) {
    if (value !== undefined && looksInvented(value)) {
      yield { text: `${key} looks like an example or a pattern; draw it at random, e.g. with openssl rand -base64 33` };
    }
  }
}

/** 32 random hexadecimal digits have 14 different characters on average, and fewer than 8 hardly ever (1 in 10⁵). */
const looksInvented = (secret: string): boolean =>
  new Set(secret).size < 8 ||
  /example|change.?me|secret|password|playcontext|insecure|default|0123456789|abcdefgh|qwerty|your.?(?:key|token)/i.test(
    secret,
  );
