/** How much each form of a run measures. */
import type { PeerName } from '../world/tools.js';

export type ToolName = 'playcontext' | 'playcontext-new-browser' | PeerName;

export interface Amounts {
  rounds: number;
  /** Rounds at 1 and at 64 concurrent. */
  sideRounds: number;
  /** Launches of one block at 16 concurrent; half as many at the others. */
  launches: Record<ToolName, number>;
  warmUp: Record<ToolName, number>;
  flat: { rounds: number; launches: number; fewMappings: number; manyMappings: number[]; platforms: number };
  queryMappings: [few: number, many: number];
  queryRuns: number;
  memoryLaunches: number;
  starts: number;
  profileLaunches: number;
}

const short: Amounts = {
  rounds: 9,
  sideRounds: 3,
  launches: {
    playcontext: 1536,
    'playcontext-new-browser': 768,
    express: 1536,
    'node-http': 1536,
    'lti-tool': 768,
    ltijs: 256,
  },
  warmUp: {
    playcontext: 3072,
    'playcontext-new-browser': 1536,
    express: 3072,
    'node-http': 3072,
    'lti-tool': 1536,
    ltijs: 512,
  },
  flat: { rounds: 9, launches: 768, fewMappings: 100, manyMappings: [100_000], platforms: 1_000 },
  queryMappings: [1_000, 100_000],
  queryRuns: 200,
  memoryLaunches: 20_480,
  starts: 5,
  profileLaunches: 10_240,
};

const full: Amounts = {
  ...short,
  rounds: 15,
  sideRounds: 9,
  flat: { ...short.flat, manyMappings: [100_000, 1_000_000] },
  memoryLaunches: 102_400,
  starts: 9,
};

/** Shows that everything runs; its figures mean nothing. */
const smoke: Amounts = {
  rounds: 2,
  sideRounds: 1,
  launches: {
    playcontext: 32,
    'playcontext-new-browser': 32,
    express: 32,
    'node-http': 32,
    'lti-tool': 32,
    ltijs: 16,
  },
  warmUp: {
    playcontext: 32,
    'playcontext-new-browser': 32,
    express: 16,
    'node-http': 16,
    'lti-tool': 16,
    ltijs: 8,
  },
  flat: { rounds: 1, launches: 32, fewMappings: 10, manyMappings: [1_000], platforms: 10 },
  queryMappings: [500, 1_000],
  queryRuns: 10,
  memoryLaunches: 64,
  starts: 1,
  profileLaunches: 256,
};

export const amounts = { short, full, smoke };
