import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { SOURCE_URL } from '../../runtime/source-url.js';

export type Render = (template: string, data: object) => string;

/** Templates escape every value by default; none of them uses the raw form on data. */
export function createRender(): Render {
  const eta = new Eta({
    views: fileURLToPath(new URL('./assets/templates', import.meta.url)),
    autoEscape: true,
    cache: true,
  });
  return (template, data) => eta.render(`./${template}`, { sourceUrl: SOURCE_URL, ...data });
}
