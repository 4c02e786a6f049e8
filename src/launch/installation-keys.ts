import type { Keyring } from '../runtime/keyring.js';
import type { Random } from '../runtime/random.js';
import type { InstallationKeyStore } from '../store/ports.js';
import { AppError } from '../errors/app-error.js';

const PURPOSE = 'installation-key';

/**
 * A key of 32 bytes that every process of the installation shares and no rotation of the secret changes; made at its
 * first use. Pseudonyms and signed links hang on such keys for years.
 */
export async function installationKey(
  name: 'pseudonym' | 'entry-link',
  { store, keyring, random }: { store: InstallationKeyStore; keyring: Keyring; random: Random },
): Promise<Buffer> {
  const sealed = await store.getOrCreate(name, keyring.seal(PURPOSE, random.bytes(32).toString('base64url')));
  const key = keyring.open(PURPOSE, sealed);
  if (typeof key !== 'string') {
    throw new AppError('CONFIG_INVALID', {
      reason: 'the secret is not the one that this database was made with; set previousSecret to the earlier one',
    });
  }
  return Buffer.from(key, 'base64url');
}
