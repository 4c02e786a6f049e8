/** What a rule of the conformance kit is. Rules are data: pure, synchronous, and documented by their own words. */
import type { Adapter } from '../types.js';

/** The payload of a launch token. */
export type Payload = Readonly<Record<string, unknown>>;

/** Payloads by the names of their files, without `.json`. */
export type Fixtures = Readonly<Record<string, Payload>>;

/** What is checked. */
export interface Subject {
  adapter: Adapter;
  fixtures: Fixtures;
  /** Names of fixtures whose files are no JSON objects. */
  unreadable?: readonly string[];
  /** The adapters that it will stand beside. */
  rivals: readonly Adapter[];
}

export interface Problem {
  /** The fixture that shows it, without `.json`. */
  fixture?: string;
  /** The claim whose value or absence shows it, e.g. `context.title`; several are joined by commas. */
  path?: string;
  /** What was found, as a sentence without values of claims. */
  message: string;
}

export interface Rule {
  /** Part of addresses and reports: it never changes its meaning. */
  id: string;
  /** The rule, as a sentence. */
  title: string;
  /** How an author repairs a breach. */
  whatToDo: string;
  check(subject: Subject): Problem[];
}
