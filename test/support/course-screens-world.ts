/** The tool beside a Kaltura stand-in, with a tenant whose courses the test adds, and admins who are signed in. */
import { createSignInLinks } from '../../src/admin/sign-in-links.js';
import { tokenHash } from '../../src/admin/secret-token.js';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import { systemClock } from '../../src/runtime/clock.js';
import { newTenantId, newUuid, type CategoryId, type TenantId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import type {
  AdminRole,
  CourseRecord,
  DeploymentKey,
  MappingOrigin,
  SeenCourse,
  TenantRecord,
} from '../../src/store/ports.js';
import { cookieOf, type SignedIn } from './admin-world.js';
import { testAccount } from './kaltura-account.js';
import { ADMIN } from './store-fixtures.js';
import { DEPLOYMENT_ID, startToolWorld, type ToolWorld, type ToolWorldOptions } from './tool-world.js';

const ids = { clock: systemClock, random: systemRandom };
const HOUR_MS = 3_600_000;

export interface CourseScreensWorld {
  tool: ToolWorld;
  tenant: TenantRecord;
  /** Where the courses are seen unless the test says otherwise. */
  deployment: DeploymentKey;
  /** A one-time address. */
  link(role?: AdminRole): Promise<string>;
  signIn(role?: AdminRole): Promise<SignedIn>;
  /** A session that is limited to a deployment. */
  signInLimited(deployment: DeploymentKey, role?: AdminRole): Promise<SignedIn>;
  addTenant(name: string, deploymentId: string): Promise<TenantRecord>;
  /** Courses as launches show them, the first one launched last. */
  seeCourses(courses: (Pick<SeenCourse, 'courseKey'> & Partial<SeenCourse>)[], tenantId?: TenantId): Promise<void>;
  /** Maps a course behind the screens’ back. */
  map(courseKey: string, to: { id: CategoryId; fullName: string; origin?: MappingOrigin } | undefined): Promise<string>;
  course(courseKey: string): Promise<CourseRecord>;
  /** Makes or finds the category of that name below `site>channels`. */
  category(name: string): Promise<{ id: CategoryId; fullName: string }>;
  get(path: string, who?: SignedIn, headers?: Record<string, string>): Promise<Response>;
  post(path: string, form: Record<string, string>, who: SignedIn, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startCourseScreensWorld(options: ToolWorldOptions = {}): Promise<CourseScreensWorld> {
  const tool = await startToolWorld({ settings: { unmappedCourse: 'play' }, ...options });
  const { store, platform, kaltura, baseUrl, publicUrl } = tool;
  const deployment = { platformId: platform.id, deploymentId: DEPLOYMENT_ID };
  const account = testAccount({
    serviceUrl: kaltura.url,
    partnerId: kaltura.partnerId,
    adminSecret: kaltura.adminSecret,
    rootCategory: kaltura.rootCategory,
    timeoutMs: 20_000,
  });
  const api = createKaltura({ accounts: [account], gateway: createGateway(), ...ids });
  const links = createSignInLinks({ admins: store.admins, publicUrl: new URL(publicUrl), ...ids });

  const addTenant: CourseScreensWorld['addTenant'] = async (name, deploymentId) => {
    await store.deployments.approve(platform.id, deploymentId, ADMIN, systemClock.nowMs());
    return store.deployments.assignTenant({
      platformId: platform.id,
      deploymentId,
      hint: deploymentId,
      create: {
        id: newTenantId(ids),
        accountId: platform.accountId,
        namespace: name.toLowerCase().replace(/[^a-z]/g, ''),
        name,
        createdAtMs: systemClock.nowMs(),
      },
    });
  };
  const tenant = await addTenant('Moodle of Northfield', DEPLOYMENT_ID);

  const signedIn = async (cookie: string): Promise<SignedIn> => {
    const page = await (await world.get('/admin/courses', { cookie, csrfToken: '' })).text();
    return { cookie, csrfToken: /name="_csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '' };
  };

  const world: CourseScreensWorld = {
    tool,
    tenant,
    deployment,
    link: (role = 'editor') => links.make({ role, name: 'Ada Byron' }, { kind: 'cli' }),
    async signIn(role = 'editor') {
      const { pathname } = new URL(await world.link(role));
      const answer = await world.post(pathname, {}, { cookie: '', csrfToken: '' });
      return signedIn(cookieOf(answer, '__Host-pca'));
    },
    async signInLimited(limit, role = 'editor') {
      const token = systemRandom.bytes(32).toString('base64url');
      const nowMs = systemClock.nowMs();
      await store.admins.addSession(
        {
          tokenHash: tokenHash(token),
          adminId: 'limited',
          name: 'Limited',
          role,
          deployment: limit,
          createdAtMs: nowMs,
          idleExpiresAtMs: nowMs + HOUR_MS,
          expiresAtMs: nowMs + 8 * HOUR_MS,
        },
        nowMs,
      );
      return signedIn(`__Host-pca=${token}`);
    },
    addTenant,
    seeCourses: (courses, tenantId = tenant.id) =>
      store.courses.noteSeen(
        courses.map((course, index) => ({
          tenantId,
          previousKeys: [],
          categoryNames: [course.courseKey],
          seenIn: deployment,
          seenAtMs: systemClock.nowMs() - index * HOUR_MS,
          ...course,
        })),
      ),
    async map(courseKey, to) {
      const changeSetId = newUuid(ids);
      const { mapping } = await world.course(courseKey);
      await store.mappings.apply(
        {
          changeSetId,
          summary: 'as the test wants it',
          atMs: systemClock.nowMs(),
          changes: [
            {
              tenantId: tenant.id,
              courseKey,
              ...(mapping ? { expectedVersion: mapping.version } : {}),
              ...(to
                ? { to: { categoryId: to.id, categoryFullName: to.fullName, origin: to.origin ?? 'manual' } }
                : {}),
            },
          ],
        },
        { ...ADMIN, id: 'link:Grace Hopper' },
      );
      return changeSetId;
    },
    async course(courseKey) {
      const course = await store.courses.find(tenant.id, courseKey);
      if (!course) throw new Error(`there is no course ${courseKey}`);
      return course;
    },
    async category(name) {
      const fullName = `${kaltura.rootCategory}>site>channels>${name}`;
      const parentFullName = kaltura.rootCategory;
      const { id } = await api.ensureCategory(account, { parentFullName, names: ['site', 'channels', name] });
      return { id, fullName };
    },
    get: (path, who, headers = {}) =>
      fetch(`${baseUrl}${path}`, {
        redirect: 'manual',
        headers: { ...(who ? { cookie: who.cookie } : {}), ...headers },
      }),
    post: (path, form, who, headers = {}) =>
      fetch(`${baseUrl}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: publicUrl, cookie: who.cookie, ...headers },
        body: new URLSearchParams({ _csrf: who.csrfToken, ...form }),
      }),
    close: () => tool.close(),
  };
  return world;
}
