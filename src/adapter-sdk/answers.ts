/** The form of an adapter's answers. Ids must be right as they are; text for people is cleaned and cut. */
import { z } from 'zod';
import { isApplicationName } from './application-name.js';
import { compact } from './claims/groups/fields.js';
import { cleanText, ID_MAX_LENGTH, isId, unique, VIEWER_ID_MAX_LENGTH } from './text.js';
import { ROLES } from './types.js';

/** UTF-16 units. */
const TEXT_MAX_LENGTH = 255;
const STEP_MAX_LENGTH = 1_000;
const STEP_VALUE_MAX_LENGTH = 10_000;

const id = (maxLength = ID_MAX_LENGTH) => z.string().refine((value) => isId(value, maxLength));
const text = z.string().transform((value) => cleanText(value, TEXT_MAX_LENGTH));
/** Adapters may hand an empty claim through; it means absent, as in the claims. */
const optionalId = (maxLength?: number) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(id(maxLength))
    .optional();
const candidate = optionalId(VIEWER_ID_MAX_LENGTH);

export const acceptsIssuerAnswer = z.boolean();

export const tenantHintAnswer = id(1_024);

export const viewerAnswer = z
  .object({
    candidates: z
      .object({
        sub: candidate,
        username: candidate,
        email: candidate,
        sourcedId: candidate,
        lti1p1: candidate,
      })
      .transform(compact),
    name: text.optional(),
    isTestUser: z.boolean().optional(),
  })
  .transform(compact);

export const courseAnswer = z
  .object({
    key: id(),
    title: text.optional(),
    label: text.optional(),
    sourcedId: optionalId(),
    previousKeys: z.array(id()).max(1_000).transform(unique),
    categoryNames: z.array(id()).max(20).transform(unique),
  })
  .transform((course) => compact({ ...course, previousKeys: course.previousKeys.filter((key) => key !== course.key) }))
  .optional();

export const rolesAnswer = z
  .array(z.enum(ROLES))
  .max(100)
  .transform((roles) => ROLES.filter((role) => roles.includes(role)));

export const applicationAnswer = z.string().refine(isApplicationName);

const address = z.url({ protocol: /^https?$/ }).max(TEXT_MAX_LENGTH);

export const endpointsAnswer = z
  .object({
    issuer: address,
    authorizationUrl: address,
    jwksUrl: address.optional(),
    tokenUrl: address.optional(),
    tokenAudience: z.string().min(1).max(TEXT_MAX_LENGTH).optional(),
    configurationUrl: address.optional(),
  })
  .transform(compact)
  .optional();

export const registrationAnswer = z
  .array(
    z
      .object({
        text: z.string().min(1).max(STEP_MAX_LENGTH),
        value: z
          .object({ label: z.string().min(1).max(TEXT_MAX_LENGTH), text: z.string().max(STEP_VALUE_MAX_LENGTH) })
          .optional(),
      })
      .transform(compact),
  )
  .min(1)
  .max(50);
