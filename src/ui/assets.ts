import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Route } from '../http/types.js';

/** Served name → file. */
export type AssetFiles = Readonly<Record<string, URL>>;

export interface Assets {
  /** `/assets/<hash of the content>/<name>`. Throws an `Error` for a name that is not served. */
  url(name: string): string;
  /** GET `/assets/:hash/:name`; throws `HTTP_NOT_FOUND` for every other name. */
  route: Route;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What every screen needs: styles, the error page's script, the icon. */
export const uiAssetFiles: AssetFiles = {
  'tokens.css': new URL('./assets/tokens.css', import.meta.url),
  'app.css': new URL('./assets/app.css', import.meta.url),
  'error-page.js': new URL('./assets/error-page.js', import.meta.url),
  'icon.svg': new URL('./assets/icon.svg', import.meta.url),
};

/** What the admin's screens need besides. */
export const adminAssetFiles: AssetFiles = {
  'admin.css': new URL('./assets/admin.css', import.meta.url),
  'admin.js': new URL('./assets/admin.js', import.meta.url),
  'inspector.css': new URL('./assets/inspector.css', import.meta.url),
  'htmx.min.js': pathToFileURL(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js')),
};

interface Asset {
  hash: string;
  mediaType: string;
  body: Buffer;
}

function readAsset(name: string, file: URL): Asset {
  const mediaType = MEDIA_TYPES[extname(name)];
  if (!mediaType) throw new Error(`no media type is known for the asset ${name}`);
  const body = readFileSync(fileURLToPath(file));
  return { hash: createHash('sha256').update(body).digest('base64url').slice(0, 16), mediaType, body };
}

/** Reads the files of all rooms once, e.g. `{ ...uiAssetFiles, ...playerAssetFiles }`. Nothing else is served. */
export function createAssets({ files }: { files: AssetFiles }): Assets {
  const assets = new Map(Object.entries(files).map(([name, file]) => [name, readAsset(name, file)]));

  return {
    url(name) {
      const asset = assets.get(name);
      if (!asset) throw new Error(`there is no asset ${name}`);
      return `/assets/${asset.hash}/${name}`;
    },
    route: {
      method: 'GET',
      path: '/assets/:hash/:name',
      template: '/assets/:hash/:name',
      handler({ params: { hash, name = '' } }) {
        const asset = assets.get(name);
        if (!asset) throw new AppError('HTTP_NOT_FOUND');
        return {
          status: 200,
          headers: {
            'Content-Type': asset.mediaType,
            // While versions change, a page of one process can ask another process for its script. It gets what there
            // is, but no cache may keep that under the other version's address.
            'Cache-Control': hash === asset.hash ? 'public, max-age=31536000, immutable' : 'no-store',
          },
          body: asset.body,
        };
      },
    },
  };
}
