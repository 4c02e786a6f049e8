/**
 * The player puts its own values where a configuration string says `{{name}}`, `{{ks}}` among them, and drops a value
 * that still holds such a place. No two braces in a row: no place.
 */
export const withoutPlaces = (value: string): string => value.replace(/\{(?=\{)|\}(?=\})/g, '');

/**
 * A media name that survives the player's template engine. It puts the name unescaped into JSON text by
 * `String.replace`: a backslash that is no JSON escape, or a `$` pattern, breaks the whole text, and with it every
 * beacon is lost. The viewer's heading shows the true name.
 */
export const mediaNameForPlayer = (name: string): string =>
  withoutPlaces(name)
    .replaceAll('\\', '/')
    .replace(/\$(?=[$&`'<0-9])/g, '')
    // eslint-disable-next-line no-control-regex -- control characters end a JSON string
    .replace(/[\u0000-\u001f\u007f]+/g, ' ');
