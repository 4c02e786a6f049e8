/** The guide for a Moodle administrator, in the words of Moodle 4.5. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

const CUSTOM_PARAMETERS = 'username=$User.username\ncontext_history=$Context.id.history';

const automatic = ({ registrationUrl }: RegistrationContext): RegistrationStep[] =>
  registrationUrl === undefined
    ? []
    : [
        {
          text: 'Moodle can register the tool by itself: in Site administration → Plugins → Activity modules → External tool → Manage tools, enter this address and choose “Add LTI Advantage”. The address works once and for an hour. Then click Activate on the tool’s card and check custom parameters and “Tool configuration usage” as below. The other steps are for doing it by hand.',
          value: { label: 'Tool URL', text: registrationUrl },
        },
      ];

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  ...automatic(context),
  {
    text: 'In Moodle, open Site administration → Plugins → Activity modules → External tool → Manage tools and choose “configure a tool manually”.',
    value: { label: 'Tool name', text: context.toolName },
  },
  { text: 'Enter the tool URL.', value: { label: 'Tool URL', text: context.targetLinkUrl } },
  {
    text: 'Set “LTI version” to LTI 1.3 and “Public key type” to Keyset URL, then enter the keyset. Moodle rejects a keyset on a private address until the address is taken off “cURL blocked hosts list” and its port stands in “cURL allowed ports list” (Site administration → General → Security → HTTP security). Launches work without that, grades and content selection do not.',
    value: { label: 'Public keyset', text: context.jwksUrl },
  },
  { text: 'Enter where a login starts.', value: { label: 'Initiate login URL', text: context.loginUrl } },
  {
    text: 'Enter where launches arrive. Moodle compares this address letter by letter.',
    value: { label: 'Redirection URI(s)', text: context.redirectUrl },
  },
  {
    text: 'Enter the custom parameters, one a line. username=$User.username gives the login name that Kaltura’s older Moodle plugin used, even when names are not shared. context_history tells from which course a copy was made.',
    value: { label: 'Custom parameters', text: CUSTOM_PARAMETERS },
  },
  {
    text: 'Set “Tool configuration usage” to “Show in activity chooser and as a preconfigured tool”. With any other choice teachers do not find the tool: each would have to switch it on under Course → More → LTI External tools.',
  },
  { text: 'Set “Default launch container” to “Embed, without blocks”.' },
  {
    text: 'Under Privacy, “Share launcher’s name with tool” and “Share launcher’s email with tool” may stay at Never: the viewer is known by Moodle’s user id. “Accept grades from the tool” may stay at Never too.',
  },
  {
    text: 'Save changes. If the tool’s card says Pending, click Activate: a pending tool cannot be launched.',
  },
  {
    text: 'On the tool’s card, open “View configuration details” and enter here what it shows: Platform ID (the issuer), Client ID, Deployment ID, Public keyset URL and Authentication request URL.',
  },
];
