/** Vendor fields without a form of their own; adapters know what they mean. */
import { z } from 'zod';

export const extClaim = z.record(z.string(), z.unknown()).optional().catch(undefined);
