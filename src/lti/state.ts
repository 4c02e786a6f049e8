/**
 * The self-contained, signed `state` of a login, and what is derived from it. Login writes nothing: all that the
 * launch must know of its login stands in these 47 bytes, and everything secret follows from the state id by HMAC.
 *
 *   version 1 | key id 1 | platform ref 8 | expiry 4 (epoch s) | flags 1 | deployment tag 4 | state id 12 | MAC 16
 *
 * 63 base64url characters survive Moodle's PARAM_TEXT cleaning. No hint, issuer or URL ever stands in it.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import { toSeconds } from '../runtime/clock.js';
import type { PlatformRef } from '../runtime/ids.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Random } from '../runtime/random.js';

export const STATE_LIFE_MS = 600_000;

const PURPOSE = 'lti-state';
const VERSION = 1;
const BODY_BYTES = 31;
const MAC_BYTES = 16;
const STATE_SHAPE = /^[A-Za-z0-9_-]{63}$/;
const FLAG_DEPLOYMENT_NAMED = 1;

export interface LoginState {
  /** Goes to the platform and comes back with the launch. */
  state: string;
  /** 16 base64url characters; what the launch consumes. */
  stateId: string;
  platformRef: PlatformRef;
  expiresAtMs: number;
  /** What the platform must put into the token: 128 bits. */
  nonce: string;
  /** What this browser must give back in its cookie: 128 bits. */
  cookieProof: string;
  /** True when the login named no deployment, or named this one, in whatever case. */
  acceptsDeployment(deploymentId: string): boolean;
}

export interface StateCodec {
  issue(login: { platformRef: PlatformRef; deploymentId?: string | undefined }): LoginState;
  /** Throws LAUNCH_STATE_INVALID or LAUNCH_STATE_EXPIRED. */
  read(state: string): LoginState;
}

export interface StateCodecDependencies {
  keyring: Keyring;
  clock: Clock;
  random: Random;
}

export function createStateCodec({ keyring, clock, random }: StateCodecDependencies): StateCodec {
  return {
    issue({ platformRef, deploymentId }) {
      const { id, key } = keyring.current(PURPOSE);
      const body = Buffer.alloc(BODY_BYTES);
      body.writeUInt8(VERSION, 0);
      body.writeUInt8(id, 1);
      Buffer.from(platformRef, 'base64url').copy(body, 2, 0, 8);
      body.writeUInt32BE(toSeconds(clock.nowMs() + STATE_LIFE_MS), 10);
      body.writeUInt8(deploymentId === undefined ? 0 : FLAG_DEPLOYMENT_NAMED, 14);
      if (deploymentId !== undefined) deploymentTag(deploymentId).copy(body, 15);
      random.bytes(12).copy(body, 19);
      return describe(body, key);
    },

    read(state) {
      if (!STATE_SHAPE.test(state)) throw new AppError('LAUNCH_STATE_INVALID', { reason: 'wrong form' });
      const bytes = Buffer.from(state, 'base64url');
      const body = bytes.subarray(0, BODY_BYTES);
      const mac = bytes.subarray(BODY_BYTES);
      const key = keyring
        .candidates(PURPOSE, body.readUInt8(1))
        .find((candidate) => timingSafeEqual(macOf(body, candidate), mac));
      if (!key || body.readUInt8(0) !== VERSION) {
        throw new AppError('LAUNCH_STATE_INVALID', { reason: 'not signed by this installation' });
      }
      const login = describe(body, key);
      if (login.expiresAtMs <= clock.nowMs()) throw new AppError('LAUNCH_STATE_EXPIRED');
      return login;
    },
  };
}

function describe(body: Buffer, key: Buffer): LoginState {
  const stateId = body.subarray(19, 31);
  const namesDeployment = (body.readUInt8(14) & FLAG_DEPLOYMENT_NAMED) !== 0;
  const tag = Buffer.from(body.subarray(15, 19));
  return {
    state: Buffer.concat([body, macOf(body, key)]).toString('base64url'),
    stateId: stateId.toString('base64url'),
    platformRef: body.subarray(2, 10).toString('base64url') as PlatformRef,
    expiresAtMs: body.readUInt32BE(10) * 1000,
    nonce: derive(key, 'nonce', stateId),
    cookieProof: derive(key, 'cookie', stateId),
    acceptsDeployment: (deploymentId) => !namesDeployment || tag.equals(deploymentTag(deploymentId)),
  };
}

const macOf = (body: Buffer, key: Buffer): Buffer =>
  createHmac('sha256', key).update('state').update(body).digest().subarray(0, MAC_BYTES);

const derive = (key: Buffer, label: string, stateId: Buffer): string =>
  createHmac('sha256', key).update(label).update(stateId).digest().subarray(0, 16).toString('base64url');

/** Case is left out: Brightspace may write one deployment differently in login and launch. */
const deploymentTag = (deploymentId: string): Buffer =>
  createHash('sha256').update(deploymentId.toLowerCase(), 'utf8').digest().subarray(0, 4);
