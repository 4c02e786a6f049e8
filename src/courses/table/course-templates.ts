/** The templates of the course screens; each is given all of them as `it.parts`, to include one from another. */
import { fileURLToPath } from 'node:url';
import type { AssetFiles } from '../../ui/assets.js';
import { CATEGORY_CHOOSER, CATEGORY_CHOOSER_ASSETS } from '../categories/category-chooser.js';
import { CATEGORY_PROBLEM } from '../categories/repair-mappings.js';

const file = (name: string): string => fileURLToPath(new URL(`./${name}.eta`, import.meta.url));

export const COURSE_TEMPLATES = {
  /** The list in the shell. */
  list: file('course-list'),
  /** Filter bar, table and pager: what changes with the search. */
  table: file('course-list-table'),
  states: file('course-list-states'),
  row: file('course-list-row'),
  bulk: file('course-list-bulk'),
  proposal: file('course-list-proposal'),
  proposals: file('course-list-proposals'),
  category: file('course-list-category'),
  /** What is wrong with a mapping's category, with its remedies. */
  problem: CATEGORY_PROBLEM,
  /** The field that names a category. */
  chooser: CATEGORY_CHOOSER,
  /** One of the parts below in the shell. */
  page: file('course-sheet-page'),
  /** The course's story. */
  sheet: file('course-sheet'),
  /** What a category that was chosen would change. */
  effect: file('course-sheet-effect'),
  conflict: file('course-sheet-conflict'),
  /** What htmx swaps after a change: the story, the row in the list, the notice. */
  changed: file('course-sheet-changed'),
} as const;

/** Style and script of these screens, and of the field for a category in them. */
export const COURSE_SCREEN_ASSETS = {
  styles: ['courses.css', ...CATEGORY_CHOOSER_ASSETS.styles],
  scripts: ['courses.js', ...CATEGORY_CHOOSER_ASSETS.scripts],
};

export const courseAssetFiles: AssetFiles = {
  'courses.css': new URL('./assets/courses.css', import.meta.url),
  'courses.js': new URL('./assets/courses.js', import.meta.url),
};
