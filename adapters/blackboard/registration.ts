/** The guide for Blackboard Learn: once in Anthology's developer portal, then in each institution's Learn. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

const CUSTOM_PARAMETERS = 'username=$User.username\ncontext_history=$Context.id.history';

const automatic = ({ registrationUrl }: RegistrationContext): RegistrationStep[] =>
  registrationUrl === undefined
    ? []
    : [
        {
          text: 'The developer portal can read our addresses by itself, if you have the registration URL there. Placements and custom parameters must be added by hand afterwards.',
          value: { label: 'Registration URL', text: registrationUrl },
        },
      ];

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  {
    text: 'Blackboard knows this tool once for all institutions. If somebody has registered it for you, go on with “LTI Tool Providers” below. Otherwise sign in to developer.blackboard.com, choose My Applications → “Register” and give the application a name and a group.',
    value: { label: 'Application Name', text: context.toolName },
  },
  ...automatic(context),
  {
    text: 'Enter the domain. One domain belongs to one application, also across LTI 1.1 and 1.3.',
    value: { label: 'Domain(s)', text: new URL(context.targetLinkUrl).hostname },
  },
  {
    text: 'Switch on “My Integration supports LTI 1.3” and enter where a login starts.',
    value: { label: 'Login Initiation URL', text: context.loginUrl },
  },
  {
    text: 'Enter where launches arrive. Blackboard compares this address letter by letter.',
    value: { label: 'Tool Redirect URL(s)', text: context.redirectUrl },
  },
  { text: 'Enter the address of our public keys.', value: { label: 'Tool JWKS URL', text: context.jwksUrl } },
  {
    text: 'Choose RS256. With RS512 every launch ends with LAUNCH_TOKEN_ALGORITHM.',
    value: { label: 'Signing Algorithm', text: 'RS256' },
  },
  {
    text: 'Enter the custom parameters, one a line.',
    value: { label: 'Custom Parameters', text: CUSTOM_PARAMETERS },
  },
  {
    text: 'Save. Enter here what the portal shows: Issuer, Application ID (the client id), Public keyset URL and OIDC auth request endpoint.',
    value: { label: 'Issuer', text: 'https://blackboard.com' },
  },
  {
    text: 'In Learn, open Administrator → Integrations → LTI Tool Providers → “Register LTI 1.3/Advantage Tool” and enter the Application ID as Client ID. Set Tool Status to Approved.',
  },
  {
    text: 'Copy the Deployment ID that this page shows and enter it here. It stands for your institution: each institution has its own, and launches of one that nobody approved are refused until you approve it.',
  },
  {
    text: 'Under Institution Policies, “User Fields to Send” needs Role in Course. Name and Email Address may stay off: the viewer is known by Learn’s user id. “Allow Membership Service Access” is needed for class lists.',
  },
  {
    text: 'Under Manage Placements, add a placement of the type “Deep Linking content tool” or “Course content tool”. People must be enrolled in the course: Learn lets nobody else launch, administrators included. Launches of system and administrator tools carry no course.',
    value: { label: 'Target Link URI', text: context.targetLinkUrl },
  },
];
