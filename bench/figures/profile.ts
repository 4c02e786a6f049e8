/** Sums up a V8 CPU profile (`node --cpu-prof`) by function and by step of a launch. */

export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  /** Microseconds of the monotonic clock. */
  startTime: number;
  samples: number[];
  /** Microseconds between a sample and the one before it. */
  timeDeltas: number[];
}

export interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

export interface ProfileLine {
  name: string;
  /** Self time in microseconds. */
  us: number;
}

export interface ProfileSummary {
  /** Busy time of the main thread in microseconds. */
  busyUs: number;
  steps: ProfileLine[];
  functions: ProfileLine[];
}

const IDLE = new Set(['(idle)', '(root)']);

/** Self time between two moments of the monotonic clock, in microseconds, largest first. */
export function summarise(profile: CpuProfile, { fromUs, toUs }: { fromUs: number; toUs: number }): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const steps = new Map<string, number>();
  const functions = new Map<string, number>();
  let atUs = profile.startTime;
  let busyUs = 0;

  const stack = function* (id: number | undefined): Generator<CallFrame> {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const node = nodes.get(at);
      if (node) yield node.callFrame;
    }
  };

  profile.samples.forEach((id, index) => {
    const us = profile.timeDeltas[index] ?? 0;
    atUs += us;
    const frame = nodes.get(id)?.callFrame;
    if (!frame || atUs < fromUs || atUs > toUs || IDLE.has(frame.functionName)) return;
    busyUs += us;
    add(functions, nameOf(frame), us);
    add(steps, stepOf(stack(id)), us);
  });
  return { busyUs, steps: largestFirst(steps), functions: largestFirst(functions) };
}

/** The first frame, from the innermost outwards, that belongs to a step says which one it is. */
const STEPS: [step: string, place: RegExp][] = [
  ['Node: sockets and HTTP', /^node:(?:_http|http|net|_stream|internal\/(?:stream|http|timers|js_stream))/],
  ['token: verify (jose)', /\/node_modules\/jose\/|\/lti\/launch\/verify-token/],
  ['store (libsql)', /\/node_modules\/(?:libsql|@libsql)\/|\/store\/libsql\//],
  [
    'log',
    /\/node_modules\/(?:pino|sonic-boom|quick-format-unescaped|safe-stable-stringify)\/|\/http\/(?:log|redact|error-data)\b/,
  ],
  ['request log and metrics', /\/node_modules\/prom-client\/|\/http\/(?:request-log|metrics)\b/],
  ['security headers', /\/node_modules\/helmet\/|\/http\/security-headers\b|\/player\/player-policy\b/],
  ['page', /\/node_modules\/(?:eta|intl-messageformat|@formatjs)\/|\/src\/(?:ui|player)\/|\/launch\/view-pages\b/],
  ['claims (zod)', /\/adapter-sdk\/claims\/|\/node_modules\/zod\//],
  ['adapter', /\/src\/adapter-sdk\/|\/adapters\//],
  ['identity', /\/src\/identity\//],
  ['course and entry', /\/src\/courses\/|\/launch\/choose-/],
  ['session (KS)', /\/src\/kaltura\//],
  ['view grant', /\/launch\/view-grant\b/],
  ['record', /\/launch\/(?:recorder|capture|personal-record|step-clock)/],
  ['login', /\/lti\/login\//],
  ['state and cookie', /\/lti\/(?:state|browser-binding)\b/],
  ['launch checks', /\/src\/lti\/|\/src\/platforms\//],
  ['launch pipeline', /\/src\/launch\//],
  ['HTTP exchange', /\/src\/http\//],
  ['Express', /\/node_modules\/(?:express|router|body-parser|finalhandler|send)\//],
];

function stepOf(stack: Iterable<CallFrame>): string {
  let isNode = false;
  for (const { functionName, url } of stack) {
    if (functionName === '(garbage collector)') return 'garbage collection';
    if (functionName === '(program)') return 'native code outside JavaScript';
    const step = STEPS.find(([, place]) => place.test(url));
    if (step) return step[0];
    isNode ||= url.startsWith('node:');
  }
  return isNode ? 'Node: other' : 'other';
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const place = url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\/.*\/dist\/(?=src|adapters)/, '');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return place === '' ? name : `${name} ${place}:${lineNumber + 1}`;
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

const largestFirst = (sums: Map<string, number>): ProfileLine[] =>
  [...sums].map(([name, us]) => ({ name, us })).sort((a, b) => b.us - a.us);
