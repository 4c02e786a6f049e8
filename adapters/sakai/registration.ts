/** The guide for a Sakai administrator, in the words of Sakai 23. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

const CUSTOM_PARAMETERS = 'context_history=$Context.id.history';

const automatic = ({ registrationUrl }: RegistrationContext): RegistrationStep[] =>
  registrationUrl === undefined
    ? []
    : [
        {
          text: 'Sakai can register the tool by itself: in Administration Workspace → External Tools choose “LTI Advantage Auto Provision”, enter a title and this address, and follow the pages. The address works once and for an hour. Afterwards check the custom parameters below. The other steps are for doing it by hand.',
          value: { label: 'Tool Registration URL', text: registrationUrl },
        },
      ];

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  ...automatic(context),
  {
    text: 'In Sakai, open Administration Workspace → External Tools and choose “Install LTI 1.x Tool”. A tool that a site’s maintainer installs works too, but for that site only, and it is a registration of its own.',
    value: { label: 'Tool Title', text: context.toolName },
  },
  { text: 'Enter the launch URL.', value: { label: 'Launch URL', text: context.targetLinkUrl } },
  { text: 'Leave “Launch Key” and “Launch Secret” empty, unless this tool replaces one of LTI 1.1.' },
  {
    text: 'Under Privacy Settings, “Send User Names to External Tool” and “Send Email Addresses to External Tool” may stay off: the viewer is known by Sakai’s user id. Sakai sends the login name (eid) in any case.',
  },
  {
    text: 'Enter the custom parameter. It tells from which site a copy was made.',
    value: { label: 'Custom Parameters', text: CUSTOM_PARAMETERS },
  },
  {
    text: 'Tick “Tool supports LTI 1.3” and enter the keyset.',
    value: { label: 'LTI 1.3 Tool Keyset URL', text: context.jwksUrl },
  },
  {
    text: 'Enter where a login starts.',
    value: { label: 'LTI 1.3 Tool OpenID Connect/Initialization Endpoint', text: context.loginUrl },
  },
  {
    text: 'Enter where launches arrive. When this field is wrong, Sakai sends launches to the launch URL instead.',
    value: { label: 'LTI 1.3 Tool Redirect Endpoint(s)', text: context.redirectUrl },
  },
  {
    text: 'Allow the tool to be launched as a link. For choosing videos, also allow it in Lessons and in the rich text editor.',
  },
  {
    text: 'Save, then open the tool’s entry again. Enter here what it shows: Platform Issuer, Client ID, Platform OAuth2 Well-Known/KeySet URL and Platform OIDC Authentication URL. Enter the issuer without a slash at its end and without /deployment/… or /site/…: launches may add these, and are accepted.',
  },
  {
    text: 'The deployment id is 1 unless lti13.deployment_id in sakai.properties says otherwise.',
    value: { label: 'Deployment ID', text: '1' },
  },
];
