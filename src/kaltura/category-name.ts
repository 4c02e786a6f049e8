const MAX_BYTES = 200;

/**
 * `text` as the name of a category: `>`, `<` and `,` become `_`, as Kaltura itself would make them; at most 200 bytes
 * of UTF-8, because Kaltura counts bytes; never empty. `suffix` always stands at the end and is not cut.
 */
export function toCategoryName(text: string, suffix = ''): string {
  const end = clean(suffix).trimEnd();
  const start = cut(clean(text).trimStart(), MAX_BYTES - Buffer.byteLength(end)).trimEnd();
  return `${start}${end}`.trimStart() || '_';
}

// Kaltura refuses text that XML cannot hold: control characters and halves of surrogate pairs.
const clean = (text: string): string => text.replace(/[<>,]/g, '_').replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ');

/** The longest beginning of whole code points that fits. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
