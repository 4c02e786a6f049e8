import type { LtiClaims } from '../../adapter-sdk/types.js';
import { AppError } from '../../errors/app-error.js';

/** Message types that this tool answers. */
const MESSAGE_TYPES = new Set(['LtiResourceLinkRequest']);

/** Version and message type (LTI 1.3 §5.3.1–5.3.2). */
export function checkMessage({ version, messageType }: Pick<LtiClaims, 'version' | 'messageType'>): void {
  if (version !== '1.3.0') throw new AppError('LAUNCH_VERSION_UNSUPPORTED');
  if (!MESSAGE_TYPES.has(messageType)) throw new AppError('LAUNCH_MESSAGE_UNSUPPORTED');
}
