/** The one file that knows the template engine. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Assets } from './assets.js';
import type { Translate } from './translate.js';

/** What the layout needs of every screen. A template sees it, its own data, and `text`, `asset`, `json`. */
export interface ScreenData {
  title: string;
  /** See `Translate`. */
  locale?: string | undefined;
  /** Class of the body, for screens with a layout of their own. */
  screen?: string;
  /** Further style sheets by asset name. */
  styles?: readonly string[];
  /** Scripts by asset name, run in this order once the document is parsed. */
  scripts?: readonly string[];
  /** Settings of htmx as JSON, for screens that load it. */
  htmxConfig?: string;
}

export interface Renderer {
  /**
   * A whole HTML document. `template` is the absolute path of a room's `.eta` file, or the bare name of one in
   * `ui/templates`. Every value is escaped by the engine. Throws an `Error` when the template fails.
   */
  page<Data extends ScreenData>(template: string, data: Data): string;
  /** JSON for a `<script type="application/json">`: no value can end the element or open a comment in it. */
  jsonForScript(value: unknown): string;
}

export interface RendererDependencies {
  assets: Assets;
  translate: Translate;
  /** Where the source of this version can be had: the licence asks for the link on every screen. */
  sourceUrl: string;
  version: string;
}

const TEMPLATES = fileURLToPath(new URL('./templates/', import.meta.url));

const UNSAFE_IN_SCRIPT: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function jsonForScript(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  return (json ?? 'null').replace(/[<>&\u2028\u2029]/g, (character) => UNSAFE_IN_SCRIPT[character] ?? '');
}

export function createRenderer({ assets, translate, sourceUrl, version }: RendererDependencies): Renderer {
  const eta = new Eta({ autoEscape: true, cache: true });
  // The engine knows one folder of templates; ours stand in the rooms that they belong to.
  eta.resolvePath = (template) => (isAbsolute(template) ? template : `${TEMPLATES}${template}.eta`);
  eta.readFile = (path) => readFileSync(path, 'utf8');

  return {
    page(template, data) {
      const { lang, dir, text } = translate(data.locale);
      return eta.render(template, {
        ...data,
        lang,
        dir,
        text,
        sourceUrl,
        version,
        styles: ['tokens.css', 'app.css', ...(data.styles ?? [])],
        scripts: data.scripts ?? [],
        asset: (name: string) => assets.url(name),
        json: jsonForScript,
      });
    },
    jsonForScript,
  };
}
