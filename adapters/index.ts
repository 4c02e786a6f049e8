/** The adapters that ship with the program, in the order of the admin's list. */
import type { Adapter } from '../src/adapter-sdk/index.js';
import { blackboardAdapter } from './blackboard/adapter.js';
import { brightspaceAdapter } from './brightspace/adapter.js';
import { canvasAdapter } from './canvas/adapter.js';
import { genericAdapter } from './generic/adapter.js';
import { moodleAdapter } from './moodle/adapter.js';
import { openedxAdapter } from './openedx/adapter.js';
import { sakaiAdapter } from './sakai/adapter.js';

export const builtInAdapters: readonly Adapter[] = Object.freeze([
  moodleAdapter,
  canvasAdapter,
  blackboardAdapter,
  sakaiAdapter,
  brightspaceAdapter,
  openedxAdapter,
  genericAdapter,
]);
