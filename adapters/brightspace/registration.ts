/** The guide for a Brightspace administrator, in the words of Brightspace. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

const SUBSTITUTION_PARAMETERS = 'username=$User.username\ncontext_history=$Context.id.history';

const automatic = ({ registrationUrl }: RegistrationContext): RegistrationStep[] =>
  registrationUrl === undefined
    ? []
    : [
        {
          text: 'Brightspace can register the tool by itself: choose Dynamic instead of Standard and enter this address. A new tab opens and may stay blank at the end: close it. The registration is disabled until you enable it, and it needs a deployment as below.',
          value: { label: 'Tool initiation registration endpoint', text: registrationUrl },
        },
      ];

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  {
    text: 'In Brightspace, open Admin Tools → Manage Extensibility → LTI Advantage → “Register Tool” and choose Standard. You need the permissions Manage LTI Advantage Tool Registrations and Manage LTI Advantage Tool Deployments.',
    value: { label: 'Name', text: context.toolName },
  },
  ...automatic(context),
  {
    text: 'Enter the domain. Only one enabled registration may have it.',
    value: { label: 'Domain', text: new URL(context.targetLinkUrl).origin },
  },
  {
    text: 'Enter where launches arrive. Brightspace compares this address letter by letter.',
    value: { label: 'Redirect URLs', text: context.redirectUrl },
  },
  { text: 'Enter where a login starts.', value: { label: 'OpenID Connect Login URL', text: context.loginUrl } },
  { text: 'Enter the address that links open.', value: { label: 'Target Link URI', text: context.targetLinkUrl } },
  {
    text: 'Enter the keyset. Brightspace fetches it while you save, so it must be reachable from the internet.',
    value: { label: 'Keyset URL', text: context.jwksUrl },
  },
  {
    text: 'Tick the extension Deep Linking, and Names and Role Provisioning Services if you want class lists. “Send Institution Role” may stay off: institution roles are ignored, because Brightspace may send all of them at once.',
  },
  {
    text: 'Add these Substitution Parameters, one by one. Unlike in other LMSs nothing is substituted that does not stand here.',
    value: { label: 'Substitution Parameters', text: SUBSTITUTION_PARAMETERS },
  },
  {
    text: 'Tick Enabled and register. Enter here what the page shows: Client Id, Brightspace Keyset URL, OpenID Connect Authentication Endpoint and Issuer; for grades and class lists also Brightspace OAuth2 Access Token URL and Brightspace OAuth2 Audience, which differ.',
  },
  {
    text: 'Choose “View Deployments” → “New Deployment”, take the tool, tick Enabled and the same extensions.',
  },
  {
    text: 'Under Security Settings, tick “Org Unit Information”: without it launches name no course, and plays are counted for none. Tick “User Information” at least as far as User ID, and “Link Information”. Do not tick Anonymous: a launch without a user cannot play. Name, Email, Username and Org Defined ID may stay off.',
  },
  {
    text: 'Choose “Add Org Units” and the courses, or the organization with its descendants. Save, and enter here the Deployment Id. Capital and small letters may differ from those in launches.',
  },
  {
    text: 'Open “View Links” → “New Link”, so that teachers find the tool, or let them use Insert Stuff and Existing Activities.',
    value: { label: 'URL', text: context.targetLinkUrl },
  },
];
