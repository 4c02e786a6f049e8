/**
 * The guide for an administrator of Example LMS. Use the words of its own screens, in the order in which they come, and
 * name the switches that are easily missed.
 *
 * @param {import('playcontext/adapter-sdk').RegistrationContext} context
 * @returns {import('playcontext/adapter-sdk').RegistrationStep[]}
 */
export const registration = (context) => [
  {
    text: 'In the administration of Example LMS, add an external tool and choose LTI 1.3.',
    value: { label: 'Tool name', text: context.toolName },
  },
  { text: 'Enter where a login starts.', value: { label: 'Login URL', text: context.loginUrl } },
  { text: 'Enter where launches arrive.', value: { label: 'Redirect URL', text: context.redirectUrl } },
  { text: 'Enter what links open.', value: { label: 'Target link URL', text: context.targetLinkUrl } },
  {
    text: 'Enter the address of the public keys. Do not paste a single key: it changes.',
    value: { label: 'Public keyset URL', text: context.jwksUrl },
  },
  {
    text: 'Add these custom parameters to the tool itself, not to single links.',
    value: {
      label: 'Custom parameters',
      text: 'username=$User.username\ncontext_history=$Context.id.history',
    },
  },
  {
    text: 'Copy the issuer, the client id, the deployment id, the authentication URL and the keyset URL of Example LMS, letter by letter, and enter them here.',
  },
];
