/** What each tool is told about itself and about the platform. */
import type { JsonWebKey } from 'node:crypto';

export interface ToolInput {
  port: number;
  /** Size of the page that answers a launch, in bytes: that of the product's player page. */
  pageBytes: number;
  jwksUrl: string;
  /** The platform's public key, for tools that keep it in memory. */
  publicJwk: JsonWebKey;
  platform: { issuer: string; clientId: string; deploymentId: string; authorizationUrl: string };
}

export const MARKER = 'launched and verified';

export const readInput = (): ToolInput => JSON.parse(process.argv[2] ?? '') as ToolInput;

/** Tells the bench that requests may come, and ends with it. */
export function ready(): void {
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

/** A page of exactly that size. */
export function pageOf(bytes: number): string {
  const head = `<!doctype html><html lang="en"><title>${MARKER}</title><main>`;
  return `${head}${'x'.repeat(Math.max(0, bytes - head.length - '</main></html>'.length))}</main></html>`;
}
