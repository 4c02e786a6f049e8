/**
 * Phased load: a batch of people log in, the platform signs all their tokens, then all of them launch. Signing costs
 * ten times what a good tool does, and in one phase with the launches it would compete for the same cores.
 */
import { Pool } from 'undici';
import { percentile } from '../figures/statistics.js';
import { createBrowser, type Browser, type Page } from './browser.js';
import { createCookieJar, type CookieJar } from './cookie-jar.js';
import { claimsOf, subjectOf } from './claims.js';
import { login, postLaunch, type AuthenticationRequest, type SimulatedPlatform } from './launching.js';
import type { Signer } from './signer.js';

export interface LoadTarget {
  name: string;
  loginUrl: string;
  targetLinkUri: string;
  platforms: SimulatedPlatform[];
  /** Launches go round through the platforms, and through so many courses of each. */
  courses: number;
  /** Text that only the page of a successful launch holds. */
  marker: string;
  /** Every launch comes from a browser that was never here before. */
  newBrowsers?: boolean;
}

export interface BlockWish {
  name: string;
  launches: number;
  concurrency: number;
}

export interface BlockResult {
  launches: number;
  /** Wall time of the two measured phases. */
  loadMs: number;
  /** Of one person's login and launch, without the platform's signing between them. */
  p50Ms: number;
  p99Ms: number;
  requestsPerLaunch: number;
  /** Largest page of the block. */
  pageBytes: number;
}

/** Also the number of people: nobody launches twice in one batch. */
const BATCH = 256;
const EXCERPT = 600;

interface Launch {
  browser: Browser;
  platform: SimulatedPlatform;
  viewer: number;
  course: number;
  tookMs: number;
  request?: AuthenticationRequest;
  idToken?: string;
  page?: Page;
}

export interface Load {
  aim(target: LoadTarget): void;
  run(wish: BlockWish): Promise<BlockResult>;
  /** Status of a launch whose token was changed after it was signed. */
  launchTampered(input: { name: string }): Promise<number>;
}

export function createLoad(signer: Signer): Load {
  const targets = new Map<string, LoadTarget & { people: CookieJar[]; next: number; pools: Map<number, Pool> }>();
  const find = (name: string) => {
    const target = targets.get(name);
    if (!target) throw new Error(`no target ${name}`);
    return target;
  };

  const nextLaunches = (target: ReturnType<typeof find>, count: number, pool: Pool): Launch[] =>
    Array.from({ length: count }, () => {
      const number = target.next;
      target.next += 1;
      const viewer = number % BATCH;
      const jar = target.newBrowsers ? createCookieJar() : (target.people[viewer] ??= createCookieJar());
      const browser = createBrowser(pool, jar);
      const platform = target.platforms[number % target.platforms.length]!;
      const course = Math.floor(number / target.platforms.length) % target.courses;
      return { browser, platform, viewer, course, tookMs: 0 };
    });

  const logIn = async ({ loginUrl, targetLinkUri }: LoadTarget, launch: Launch): Promise<void> => {
    const { browser, platform, viewer } = launch;
    launch.request = await login(browser, { loginUrl, targetLinkUri, platform, subject: subjectOf(viewer) });
  };
  const sign = async ({ targetLinkUri }: LoadTarget, launch: Launch): Promise<void> => {
    const { platform, viewer, course } = launch;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const { nonce } = launch.request!;
    launch.idToken = await signer.sign(claimsOf({ ...platform, targetLinkUri, nonce, viewer, course, nowSeconds }));
  };
  const post = async ({ marker }: LoadTarget, launch: Launch): Promise<void> => {
    const page = await postLaunch(launch.browser, launch.request!, launch.idToken!, launch.platform);
    if (page.status !== 200 || !page.body.includes(marker)) {
      throw new Error(`a launch was answered with ${page.status}: ${page.body.slice(0, EXCERPT)}`);
    }
    launch.page = page;
  };

  return {
    aim(target) {
      targets.set(target.name, { ...target, people: [], next: 0, pools: new Map() });
    },

    async run({ name, launches: count, concurrency }) {
      const target = find(name);
      const pool = poolOf(target, concurrency);
      const launches: Launch[] = [];
      let loadMs = 0;
      while (launches.length < count) {
        const batch = nextLaunches(target, Math.min(BATCH, count - launches.length), pool);
        loadMs += await phase(batch, concurrency, (launch) => timed(launch, logIn(target, launch)));
        await Promise.all(batch.map((launch) => sign(target, launch)));
        loadMs += await phase(batch, concurrency, (launch) => timed(launch, post(target, launch)));
        launches.push(...batch);
      }
      const times = launches.map(({ tookMs }) => tookMs);
      const sum = (of: (launch: Launch) => number): number => launches.reduce((total, each) => total + of(each), 0);
      return {
        launches: count,
        loadMs,
        p50Ms: percentile(times, 0.5),
        p99Ms: percentile(times, 0.99),
        requestsPerLaunch: sum(({ request, page }) => request!.requests + page!.requests) / count,
        pageBytes: Math.max(...launches.map(({ page }) => Buffer.byteLength(page!.body))),
      };
    },

    async launchTampered({ name }) {
      const target = find(name);
      const [launch] = nextLaunches(target, 1, poolOf(target, 1));
      await logIn(target, launch!);
      await sign(target, launch!);
      const [header, payload, signature = ''] = launch!.idToken!.split('.');
      const changed = signature.startsWith('A') ? 'B' : 'A';
      const idToken = [header, payload, changed + signature.slice(1)].join('.');
      return (await postLaunch(launch!.browser, launch!.request!, idToken, launch!.platform)).status;
    },
  };
}

function poolOf(target: LoadTarget & { pools: Map<number, Pool> }, connections: number): Pool {
  let pool = target.pools.get(connections);
  if (!pool) target.pools.set(connections, (pool = new Pool(new URL(target.loginUrl).origin, { connections })));
  return pool;
}

async function timed(launch: Launch, part: Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await part;
  launch.tookMs += performance.now() - startedAt;
}

/** Wall milliseconds until all have run, `concurrency` at a time. */
async function phase<Item>(items: Item[], concurrency: number, run: (item: Item) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return performance.now() - startedAt;
}
