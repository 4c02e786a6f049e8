import type { PlatformId } from '../../runtime/ids.js';

export const PLATFORMS_PATH = '/admin/platforms';
export const NEW_PLATFORM_PATH = `${PLATFORMS_PATH}/new`;

/** `/admin/platforms/<id>/…`; each part is one segment, whatever an LMS put into it. */
export const platformPath = (id: PlatformId, ...parts: string[]): string =>
  [PLATFORMS_PATH, ...[id, ...parts].map(encodeURIComponent)].join('/');

export const newPlatformPath = (adapterId: string): string => `${NEW_PLATFORM_PATH}/${encodeURIComponent(adapterId)}`;
