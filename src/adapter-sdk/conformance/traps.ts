/** Notes which globals a synchronous call uses to reach beyond its arguments. Best effort: imports are not seen. */

/** What is watched, as documentation and reports name it. */
export const TRAPPED = [
  'fetch',
  'WebSocket',
  'process',
  'console',
  'crypto',
  'performance',
  'Date.now() and Date without arguments',
  'Math.random()',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
] as const;

const FUNCTIONS = ['fetch', 'WebSocket', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const OBJECTS = ['process', 'console', 'crypto', 'performance'];

/** What `work` used, each once. `work` must be synchronous and may throw: that is nobody's business here. */
export function usesOf(work: () => void): string[] {
  const used = new Set<string>();
  const note = (name: string): void => void used.add(name);
  const undo = [
    ...FUNCTIONS.map((name) => replace(globalThis, name, unavailable(name, note))),
    ...OBJECTS.map((name) => replace(globalThis, name, watchedObject(name, note))),
    replace(globalThis, 'Date', watchedDate(note)),
    replace(Math, 'random', noted('Math.random()', note)),
  ];
  try {
    work();
  } catch {
    // Other rules report what an adapter throws; here it may be the trap itself.
  } finally {
    for (const put of undo) put();
  }
  return [...used];
}

/** Returns what puts the original back. A global that this Node does not have stays away. */
function replace(holder: object, name: string, value: unknown): () => void {
  const original = Object.getOwnPropertyDescriptor(holder, name);
  if (original === undefined) return () => undefined;
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  return () => void Object.defineProperty(holder, name, original);
}

const unavailable = (name: string, note: (name: string) => void) =>
  function () {
    note(name);
    throw new TypeError(`adapters have no ${name}`);
  };

const noted = (name: string, note: (name: string) => void) => () => {
  note(name);
  return 0;
};

const watchedObject = (name: string, note: (name: string) => void): object =>
  new Proxy(
    {},
    {
      get(_target, property) {
        note(`${name}.${String(property)}`);
        return undefined;
      },
    },
  );

/** Dates made from an argument are arithmetic; the others read the clock. */
function watchedDate(note: (name: string) => void): DateConstructor {
  return new Proxy(Date, {
    construct(target, given: unknown[]) {
      if (given.length === 0) note('new Date()');
      return Reflect.construct(target, given.length === 0 ? [0] : given) as object;
    },
    apply() {
      note('Date()');
      return '';
    },
    get: (target, property) =>
      property === 'now' ? noted('Date.now()', note) : (Reflect.get(target, property) as unknown),
  });
}
