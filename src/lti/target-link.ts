import { AppError } from '../errors/app-error.js';

/** Paths that a link may name. Everything else on our origin is no target of a launch. */
const TARGET_PATH = /^\/(?:$|lti\/launch(?:\/|$)|play\/[^/]+$)/;

/**
 * `target_link_uri`, parsed once: on our own origin, one of our own paths, no credentials. Never redirected to.
 * (Moodle accepts and signs links to foreign hosts, so a signed token alone proves nothing about it.)
 */
export function parseTargetLink(value: string, publicUrl: URL): URL {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new AppError('LAUNCH_TARGET_INVALID', { reason: 'not a URL' });
  }
  if (url.origin !== publicUrl.origin || url.username !== '' || url.password !== '') {
    throw new AppError('LAUNCH_TARGET_INVALID', { reason: 'not on this tool’s origin' });
  }
  if (!TARGET_PATH.test(url.pathname)) throw new AppError('LAUNCH_TARGET_INVALID', { reason: 'no target of a launch' });
  return url;
}
