/** For owners: who asked to open these screens from an LMS, and who may. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Parameters, RequestFacts } from '../http/types.js';
import { ADMIN_TARGET_PATH } from '../launch/admin-launch.js';
import type { Clock } from '../runtime/clock.js';
import type { PlatformId } from '../runtime/ids.js';
import type { Keyring } from '../runtime/keyring.js';
import type { AdminPerson, PlatformRecord, Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { ADMIN_PATHS } from './paths.js';
import { openDetails, personCode } from './person-details.js';

const TEMPLATE = fileURLToPath(new URL('./persons.eta', import.meta.url));
const PATH = `${ADMIN_PATHS.platforms}/:platformId/persons`;

export const personsPath = (platformId: PlatformId): string =>
  PATH.replace(':platformId', encodeURIComponent(platformId));

const ROLES = ['viewer', 'editor'] as const;

export interface PersonScreensDependencies {
  store: Pick<Store, 'adminPersons' | 'platforms' | 'audit'>;
  keyring: Keyring;
  clock: Clock;
  publicUrl: URL;
}

export function createPersonScreens({ store, keyring, clock, publicUrl }: PersonScreensDependencies): AdminRoute[] {
  const requirePlatform = async ({ params }: Pick<RequestFacts, 'params'>): Promise<PlatformRecord> => {
    const platform = await store.platforms.findById((params['platformId'] ?? '') as PlatformId);
    if (!platform) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such platform' });
    return platform;
  };

  /** The person whom the form names by the code that the owner saw. */
  const requirePerson = async (platformId: PlatformId, form: Parameters | undefined): Promise<AdminPerson> => {
    const code = form?.get('person');
    const person = (await store.adminPersons.list(platformId)).find((known) => personCode(known, keyring) === code);
    if (!person) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such request' });
    return person;
  };

  const row = (person: AdminPerson): object => ({
    ...openDetails(person, keyring),
    code: personCode(person, keyring),
    deploymentId: person.deploymentId,
    role: person.role,
    ...timeOf(person.decidedAtMs ?? person.askedAtMs),
  });

  return [
    {
      method: 'GET',
      path: PATH,
      template: PATH,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request);
        const persons = await store.adminPersons.list(platform.id);
        if (persons.some(({ sealedName }) => sealedName !== undefined)) {
          await store.audit.note({
            atMs: clock.nowMs(),
            actor: screen.actor,
            action: 'admin-person.view',
            target: platform.id,
            after: { persons: persons.length },
          });
        }
        return screen.page(TEMPLATE, {
          title: screen.messages.text('admin.persons.title', { platform: platform.name }),
          section: 'platforms',
          styles: ['inspector.css'],
          platformName: platform.name,
          platformUrl: `${ADMIN_PATHS.platforms}/${encodeURIComponent(platform.id)}`,
          baseUrl: personsPath(platform.id),
          isOn: platform.settings.adminSignIn === true,
          recordVersion: platform.version,
          address: new URL(ADMIN_TARGET_PATH, publicUrl).href,
          asked: persons.filter(({ status }) => status === 'asked').map(row),
          approved: persons.filter(({ status }) => status === 'approved').map(row),
        });
      },
    },
    {
      method: 'POST',
      path: `${PATH}/switch`,
      template: `${PATH}/switch`,
      role: 'owner',
      async handler(request, screen) {
        const { id, settings } = await requirePlatform(request);
        const on = request.form?.get('on') === '1';
        const { adminSignIn: _was, ...others } = settings;
        const changed = await store.platforms.update(
          id,
          Number(request.form?.get('version')),
          { settings: { ...others, ...(on ? { adminSignIn: true } : {}) }, updatedAtMs: clock.nowMs() },
          screen.actor,
        );
        if (changed.outcome === 'conflict') {
          throw new AppError('STORE_CONFLICT', { reason: 'the platform was changed in the meantime; look again' });
        }
        const text = screen.messages.text(on ? 'admin.persons.switchedOn' : 'admin.persons.switchedOff');
        return screen.redirect(personsPath(id), { text });
      },
    },
    {
      method: 'POST',
      path: `${PATH}/approve`,
      template: `${PATH}/approve`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request);
        const role = ROLES.find((known) => known === request.form?.get('role'));
        if (role === undefined) throw new AppError('INPUT_INVALID', { reason: 'choose viewer or editor' });
        const { platformId, deploymentId, subject } = await requirePerson(platform.id, request.form);
        const approved = await store.adminPersons.approve(
          { platformId, deploymentId, subject, role },
          screen.actor,
          clock.nowMs(),
        );
        const text = screen.messages.text(approved ? 'admin.persons.wasApproved' : 'admin.persons.gone');
        return screen.redirect(personsPath(platform.id), { text });
      },
    },
    {
      method: 'POST',
      path: `${PATH}/remove`,
      template: `${PATH}/remove`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request);
        const { platformId, deploymentId, subject } = await requirePerson(platform.id, request.form);
        const removed = await store.adminPersons.remove(
          { platformId, deploymentId, subject },
          screen.actor,
          clock.nowMs(),
        );
        const text = screen.messages.text(removed ? 'admin.persons.wasRemoved' : 'admin.persons.gone');
        return screen.redirect(personsPath(platform.id), { text });
      },
    },
  ];
}

function timeOf(atMs: number): { iso: string; date: string } {
  const iso = new Date(atMs).toISOString();
  return { iso, date: iso.slice(0, 16).replace('T', ' ') };
}
