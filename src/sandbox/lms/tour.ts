import type { Persona } from './types.js';

/** One stop of the guided tour. Its number is its place in `tourSteps`, counted from 1. */
export interface TourStep {
  /** The page of the LMS that the step is about. */
  path: string;
  /** What the start page promises. */
  promise: string;
  /** The button that leads here from the step before. */
  invite: string;
  sentence(persona: Persona): string;
}

/** Add a step by adding a row: numbers, buttons and the list on the start page follow. */
export const tourSteps: readonly TourStep[] = [
  {
    path: '/courses/biology/activities/cell-division',
    promise: 'You are Ana, a student, and play a video in Biology 101.',
    invite: 'Start the tour',
    sentence: ({ givenName, role }) => `You are ${givenName}, a ${role}. Play the video in Biology 101.`,
  },
  {
    path: '/courses/biology/activities/cell-division',
    promise: 'You watch the events that Kaltura receives: who, in which course, from which application.',
    invite: 'Look at the events',
    sentence: () => 'Watch the events fill: who, in which course, from which application.',
  },
  {
    path: '/courses/chemistry/activities/cell-division',
    promise: 'You play the same video in Chemistry 101 and see what changes and what stays.',
    invite: 'Open it in Chemistry 101',
    sentence: () => 'Now the same video in Chemistry 101: another playbackContext, the same userId.',
  },
  {
    path: '/be-the-admin',
    promise: 'You are the admin and give Biology 101 another category.',
    invite: 'Be the admin',
    sentence: () => 'Be the admin: give Biology 101 another category. It opens in a window of its own.',
  },
  {
    path: '/courses/biology/activities/cell-division',
    promise: 'You play the video again and see the number change.',
    invite: 'Play the video again',
    sentence: () => 'Play it again: playbackContext is now the category that you chose.',
  },
  {
    path: '/replay',
    promise: 'You send a used launch again, as a thief would.',
    invite: 'Replay a launch',
    sentence: () => 'Replay: what a stolen launch gets.',
  },
  {
    path: '/connect',
    promise: 'You get the values that connect your own LMS.',
    invite: 'Connect your own LMS',
    sentence: () => 'Connect your own LMS: paste these values there, then add it here.',
  },
];

export interface TourStrip {
  number: number;
  total: number;
  sentence: string;
  button: { label: string; href: string };
}

export const tourHref = (number: number): string => {
  const step = tourSteps[number - 1];
  return step ? `${step.path}?step=${number}` : '/courses';
};

/** The step number of a `?step=` parameter, if there is such a step. */
export function readStep(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[1-9][0-9]?$/.test(value) ? Number(value) : 0;
  return tourSteps[number - 1] ? number : undefined;
}

export function tourStrip(number: number, persona: Persona): TourStrip {
  const next = tourSteps[number];
  return {
    number,
    total: tourSteps.length,
    sentence: tourSteps[number - 1]?.sentence(persona) ?? '',
    button: { label: next?.invite ?? 'Finish the tour', href: tourHref(number + 1) },
  };
}
