/** How a course is found and sorted by its words, the same for every store. */
import { searchTokens } from './search-tokens.js';

const MAX_ORDER_CHARACTERS = 200;

interface CourseText {
  courseKey: string;
  title?: string | undefined;
  label?: string | undefined;
  sourcedId?: string | undefined;
}

/** What a search looks through: title, label, key and the institution's own id. */
export const courseTokens = ({ title, label, courseKey, sourcedId }: CourseText): string[] =>
  searchTokens(title, label, courseKey, sourcedId);

/** What courses are sorted by, code point by code point: the title, or the key where there is none, in lower case, without marks. */
export function titleOrder({ title, courseKey }: Pick<CourseText, 'title' | 'courseKey'>): string {
  const plain = (title ?? courseKey)
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .trim();
  return Array.from(plain).slice(0, MAX_ORDER_CHARACTERS).join('');
}
