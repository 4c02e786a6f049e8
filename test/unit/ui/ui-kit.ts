import type { RequestFacts } from '../../../src/http/types.js';
import { playerAssetFiles } from '../../../src/player/page.js';
import { adminAssetFiles, createAssets, uiAssetFiles, type Assets } from '../../../src/ui/assets.js';
import { createRenderer, type Renderer } from '../../../src/ui/render.js';
import { createTranslator, type Translate } from '../../../src/ui/translate.js';

/** The user interface as the application puts it together. */
export function createUiKit(): { assets: Assets; translate: Translate; renderer: Renderer } {
  const assets = createAssets({ files: { ...uiAssetFiles, ...adminAssetFiles, ...playerAssetFiles } });
  const translate = createTranslator();
  const renderer = createRenderer({ assets, translate, sourceUrl: 'https://source.example/pc', version: '9.8.7' });
  return { assets, translate, renderer };
}

export function factsOf(overrides: Partial<RequestFacts> = {}): RequestFacts {
  const none = { get: () => undefined, count: () => 0, entries: () => [] };
  return {
    method: 'GET',
    path: '/',
    params: {},
    query: none,
    headers: {},
    cookies: new Map(),
    requestId: '0193fd10-7c1e-7000-8000-00000000abcd',
    address: '192.0.2.1',
    receivedAtMs: 0,
    ...overrides,
  };
}
