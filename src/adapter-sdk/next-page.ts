const MAX_HEADER_CHARACTERS = 16_384;

/**
 * Where the next page of a list is, by its `Link` header (RFC 8288), as `members?p=2` or absolute, as sent; undefined on the
 * last page. Moodle's grade service writes `rel=“next”` with curly quotes, which arrive as three odd characters each when
 * a client reads headers as Latin-1; others leave the quotes out.
 */
export function nextPage(linkHeader: string | undefined): string | undefined {
  const links = (linkHeader ?? '').slice(0, MAX_HEADER_CHARACTERS).matchAll(/<([^<>]*)>([^<]*)/g);
  for (const [, target = '', parameters = ''] of links) {
    const [, relations = ''] = /;\s*rel\s*=\s*[^\w;,]{0,6}([\w.\- ]*)/i.exec(parameters) ?? [];
    if (relations.toLowerCase().split(/\s+/).includes('next')) return target.trim() || undefined;
  }
  return undefined;
}
