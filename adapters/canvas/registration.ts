/** The guide for a Canvas administrator, in the words of Canvas. */
import type { RegistrationContext, RegistrationStep } from '../../src/adapter-sdk/index.js';

/** What Canvas expands at each launch; an unknown variable arrives as its own name. */
const CUSTOM_FIELDS = {
  canvas_course_id: '$Canvas.course.id',
  canvas_login_id: '$Canvas.user.loginId',
  context_history: '$Context.id.history',
};

/** The document that Canvas takes under Method → Paste JSON. Without `public`, Canvas sends no names. */
export function developerKey(context: RegistrationContext): string {
  const icon = context.iconUrl === undefined ? {} : { icon_url: context.iconUrl };
  const settings = { text: context.toolName, ...icon };
  return JSON.stringify(
    {
      title: context.toolName,
      description: 'Plays Kaltura videos in courses.',
      oidc_initiation_url: context.loginUrl,
      target_link_uri: context.targetLinkUrl,
      public_jwk_url: context.jwksUrl,
      scopes: [],
      custom_fields: CUSTOM_FIELDS,
      extensions: [
        {
          platform: 'canvas.instructure.com',
          domain: new URL(context.targetLinkUrl).hostname,
          privacy_level: 'public',
          settings: {
            ...settings,
            placements: [
              {
                ...settings,
                placement: 'link_selection',
                message_type: 'LtiResourceLinkRequest',
                target_link_uri: context.targetLinkUrl,
              },
            ],
          },
        },
      ],
    },
    undefined,
    2,
  );
}

const automatic = ({ registrationUrl }: RegistrationContext): RegistrationStep[] =>
  registrationUrl === undefined
    ? []
    : [
        {
          text: 'Canvas can register the tool by itself: in Admin, your account, Apps → Manage → “Install a New App”, choose “Dynamic Registration” and enter this address. The address works for an hour. Canvas may not tell the deployment id then: the first launch brings it, and you approve it here. The other steps are for doing it by hand.',
          value: { label: 'Dynamic Registration URL', text: registrationUrl },
        },
      ];

export const registration = (context: RegistrationContext): RegistrationStep[] => [
  ...automatic(context),
  {
    text: 'In Canvas, open Admin, your account, Developer Keys, and choose “+ Developer Key” → “+ LTI Key”.',
    value: { label: 'Key Name', text: context.toolName },
  },
  {
    text: 'Enter where launches arrive.',
    value: { label: 'Redirect URIs', text: context.redirectUrl },
  },
  {
    text: 'Set Method to “Paste JSON” and paste this document. Its privacy level is public, so that Canvas sends names and e-mail addresses; anonymous works too, because the viewer is known by Canvas’s user id. Keep the custom fields: canvas_course_id is the number by which Kaltura’s own tool names the category of a course.',
    value: { label: 'LTI 1.3 Configuration', text: developerKey(context) },
  },
  {
    text: 'Save, then switch the key’s State to On. It is Off at first, and a launch with it off shows an error of Canvas.',
  },
  {
    text: 'Copy the number in the Details column of the key. It is the client id to enter here.',
  },
  {
    text: 'Open Settings → Apps → View App Configurations → “+ App”, choose Configuration Type “By Client ID”, enter the number, submit and install.',
  },
  {
    text: 'Click the gear next to the installed app and copy its Deployment Id. Each account or course in which the app is installed has its own.',
  },
  {
    text: 'Enter the issuer and addresses here. This is the issuer of every Canvas that Instructure hosts; beta and test installations, and your own servers, may have others.',
    value: {
      label: 'Issuer, authentication URL, keyset URL',
      text: 'https://canvas.instructure.com\nhttps://sso.canvaslms.com/api/lti/authorize_redirect\nhttps://sso.canvaslms.com/api/lti/security/jwks',
    },
  },
];
