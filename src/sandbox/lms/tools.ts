import type { Random } from '../../runtime/random.js';
import { randomLike } from './id-shapes.js';
import type { Tool, ToolInput } from './types.js';

const MAX_TOOLS = 20;

export interface ToolFormErrors {
  [field: string]: string;
}

export interface ToolRegistry {
  list(): readonly Tool[];
  get(clientId: string): Tool | undefined;
  register(input: ToolInput & { activated?: boolean; visible?: boolean }): Tool;
  activate(clientId: string): boolean;
  setVisible(clientId: string, visible: boolean): boolean;
  /** False when the list is full: the demo is no store for strangers. */
  hasRoom(): boolean;
}

export interface ToolRegistryOptions {
  random: Random;
  clientIdTemplate: string;
  deploymentIdTemplate: string;
}

/** Registered tools, in memory. New ones wait for an admin: pending and hidden, as in a real LMS. */
export function createToolRegistry({
  random,
  clientIdTemplate,
  deploymentIdTemplate,
}: ToolRegistryOptions): ToolRegistry {
  const tools = new Map<string, Tool>();
  const deploymentId = (): string =>
    // Moodle and others count their tools: there the deployment is a small number.
    /^\d{1,4}$/.test(deploymentIdTemplate) ? String(tools.size + 1) : randomLike(deploymentIdTemplate, random);
  const change = (clientId: string, values: Partial<Tool>): boolean => {
    const tool = tools.get(clientId);
    if (tool) tools.set(clientId, { ...tool, ...values });
    return tool !== undefined;
  };
  return {
    list: () => [...tools.values()],
    get: (clientId) => tools.get(clientId),
    hasRoom: () => tools.size < MAX_TOOLS,
    register({ activated = false, visible = false, ...input }) {
      let clientId = randomLike(clientIdTemplate, random);
      while (tools.has(clientId)) clientId = randomLike(clientIdTemplate, random);
      const tool = { ...input, clientId, deploymentId: deploymentId(), activated, visible };
      tools.set(clientId, tool);
      return tool;
    },
    activate: (clientId) => change(clientId, { activated: true }),
    setVisible: (clientId, visible) => change(clientId, { visible }),
  };
}

export const isLaunchable = (tool: Tool): boolean => tool.activated && tool.visible;

/** The origins that a launch of this tool visits, for the page's content security policy. */
export function toolOrigins(tool: ToolInput): string[] {
  return [...new Set([tool.loginUrl, ...tool.redirectUris].map((url) => new URL(url).origin))];
}

function isToolUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
}

/** Reads the form "Register a tool". Either a tool or, per field, the sentence to show. */
export function readToolForm(form: Readonly<Record<string, unknown>>): { tool: ToolInput; errors: ToolFormErrors } {
  const text = (name: string): string => {
    const value = form[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const tool: ToolInput = {
    name: text('name'),
    loginUrl: text('loginUrl'),
    redirectUris: text('redirectUris').split(/\s+/).filter(Boolean),
    targetLinkUri: text('targetLinkUri'),
    jwksUrl: text('jwksUrl'),
  };
  const errors: ToolFormErrors = {};
  if (tool.name === '' || tool.name.length > 100) errors['name'] = 'Enter a name of 1 to 100 characters.';
  for (const field of ['loginUrl', 'targetLinkUri', 'jwksUrl'] as const) {
    if (!isToolUrl(tool[field])) errors[field] = 'Enter a full address that starts with https:// or http://.';
  }
  if (tool.redirectUris.length === 0 || tool.redirectUris.length > 10 || !tool.redirectUris.every(isToolUrl)) {
    errors['redirectUris'] = 'Enter one full address per line, 10 at most.';
  }
  return { tool, errors };
}
