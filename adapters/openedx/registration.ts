/** The guide for Open edX, in the words of Studio's LTI Consumer component. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  {
    text: 'In Studio, open Settings → Advanced Settings and see that Advanced Module List contains "lti_consumer". Then add a component: Advanced → LTI Consumer.',
    value: { label: 'Display Name', text: context.toolName },
  },
  {
    text: 'Edit the component. Set LTI Version to “LTI 1.3”: it is 1.1 at first. Enter the address that the component opens.',
    value: { label: 'Tool Launch URL', text: context.targetLinkUrl },
  },
  { text: 'Enter where a login starts.', value: { label: 'Tool Initiate Login URL', text: context.loginUrl } },
  {
    text: 'Enter where launches arrive, in brackets and quotes as here.',
    value: { label: 'Registered Redirect URIs', text: JSON.stringify([context.redirectUrl]) },
  },
  {
    text: 'Set Tool Public Key Mode to “Keyset URL” and enter the keyset.',
    value: { label: 'Tool Keyset URL', text: context.jwksUrl },
  },
  {
    text: 'For choosing videos, set Deep linking to True and enter the same address here: Open edX sends such launches to it and nowhere else.',
    value: { label: 'Deep Linking Launch URL', text: context.redirectUrl },
  },
  {
    text: '“Request user’s username”, “… full name” and “… email” may stay False: the viewer is known by Open edX’s id for external tools. With True, the site must also allow the course to share them.',
  },
  {
    text: 'Set “LTI Launch Target” to Inline, and “Inline Height” to what a video needs, such as 600.',
  },
  {
    text: 'When a course is run again, the copy has a new key and Open edX does not say of which run it is a copy. Write the key of the run before into the component, in brackets and quotes as here, with your own key.',
    value: { label: 'Custom Parameters', text: '["context_history=course-v1:Example+BIO101+2026"]' },
  },
  {
    text: 'Save. The component now shows in Studio what to enter here: Access token URL, Login URL (the authorization endpoint), Keyset URL, Client ID and Deployment ID, which is always 1. The issuer is the address of the LMS, without a slash at its end.',
  },
  {
    text: 'Each component has a Client ID and Keyset URL of its own, unless your site has reusable configurations (LTI Store or passports): then use one for all components. Register each further Client ID here with the same issuer and join it to the tenant of the first: playcontext platform add … --tenant <namespace>. Otherwise one person is two viewers.',
  },
];
