/**
 * All error codes in one table: HTTP status, the sentence that a viewer reads (what to do), the hint that an admin
 * reads (why, and what to change). A code never changes its meaning. The type union, the error pages and
 * docs/reference/errors.md are made from it.
 */

export interface CatalogueEntry {
  /** HTTP status of the answer. */
  status: number;
  /** What the viewer can do, in plain words, without names of protocols. */
  viewer: string;
  /** Why it happened and what an admin can change. */
  admin: string;
}

const OPEN_AGAIN = 'Go back to your course and open the link again.';
const ASK_ADMIN = 'Please tell your support team the code below.';

const define = <Code extends string>(table: Record<Code, CatalogueEntry>): Readonly<Record<Code, CatalogueEntry>> =>
  Object.freeze(table);

export const catalogue = define({
  // Configuration: raised at start, before anything listens.
  CONFIG_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The configuration has an unknown key or a value of the wrong form. The message names each one.',
  },
  CONFIG_SECRET_MISSING: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'A secret is missing. Set it by its PLAYCONTEXT_… variable or the same name with _FILE.',
  },
  CONFIG_INSECURE: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'Production refuses an insecure setting. Change it, or set the dangerously… option that the message names.',
  },

  // Login: the LMS asks us to start.
  LAUNCH_LOGIN_INVALID: {
    status: 400,
    viewer: OPEN_AGAIN,
    admin: 'The login request lacks a parameter (iss, login_hint, target_link_uri), repeats one, or one is malformed.',
  },
  LAUNCH_TARGET_INVALID: {
    status: 400,
    viewer: `This link points to a page that does not belong here. ${ASK_ADMIN}`,
    admin: 'target_link_uri is not a URL on this tool’s own address. Correct the link in the LMS.',
  },
  PLATFORM_UNKNOWN: {
    status: 403,
    viewer: `Your learning platform is not connected to this service. ${ASK_ADMIN}`,
    admin:
      'No active registration has this issuer and client id. Compare them letter by letter, trailing slashes included.',
  },
  PLATFORM_AMBIGUOUS: {
    status: 409,
    viewer: `Your learning platform is connected more than once. ${ASK_ADMIN}`,
    admin:
      'Several registrations share this issuer and client id. Use the login URL with the registration’s own reference.',
  },
  PLATFORM_DISABLED: {
    status: 403,
    viewer: `The connection of your learning platform is switched off. ${ASK_ADMIN}`,
    admin: 'The registration is disabled. Enable it to accept launches.',
  },
  PLATFORM_DEPLOYMENT_PENDING: {
    status: 403,
    viewer: `This tool has just been added to your course and waits for approval. ${ASK_ADMIN}`,
    admin: 'The deployment id is new. Approve it in the list of pending deployments.',
  },
  PLATFORM_DEPLOYMENT_DISABLED: {
    status: 403,
    viewer: `The tool is switched off for your institution. ${ASK_ADMIN}`,
    admin: 'The deployment is disabled. Enable it to accept launches.',
  },

  // Launch: the LMS sends the signed message.
  LAUNCH_STATE_MISSING: {
    status: 400,
    viewer: OPEN_AGAIN,
    admin: 'The launch carried no state, or state was not one string. Launches must start at the login URL.',
  },
  LAUNCH_STATE_INVALID: {
    status: 400,
    viewer: OPEN_AGAIN,
    admin: 'state was not made by this tool, or was changed on the way.',
  },
  LAUNCH_STATE_EXPIRED: {
    status: 401,
    viewer: `This took too long. ${OPEN_AGAIN}`,
    admin: 'More than ten minutes passed between login and launch.',
  },
  LAUNCH_STATE_FOREIGN: {
    status: 401,
    viewer: OPEN_AGAIN,
    admin: 'The browser that launched is not the one that started the login, or it gave back no cookie of ours.',
  },
  LAUNCH_REPLAYED: {
    status: 401,
    viewer: `This page was already opened once. ${OPEN_AGAIN}`,
    admin: 'The same launch arrived again: a reload, a double click, or a replay. Only the first counts.',
  },
  LAUNCH_TOKEN_MISSING: {
    status: 400,
    viewer: OPEN_AGAIN,
    admin: 'The launch carried no id_token, or id_token was not one string.',
  },
  LAUNCH_TOKEN_MALFORMED: {
    status: 400,
    viewer: OPEN_AGAIN,
    admin: 'id_token is not a signed JWT.',
  },
  LAUNCH_TOKEN_ALGORITHM: {
    status: 401,
    viewer: `Your learning platform could not be verified. ${ASK_ADMIN}`,
    admin: 'The token is not signed with RS256, or its header carries a key or key URL of its own.',
  },
  LAUNCH_TOKEN_KEY_UNKNOWN: {
    status: 401,
    viewer: `Your learning platform could not be verified. ${ASK_ADMIN}`,
    admin: 'The platform’s key set has no key of this id. Check the key set URL of the registration.',
  },
  LAUNCH_TOKEN_SIGNATURE: {
    status: 401,
    viewer: `Your learning platform could not be verified. ${ASK_ADMIN}`,
    admin: 'The signature does not fit the platform’s public key.',
  },
  LAUNCH_TOKEN_ISSUER: {
    status: 401,
    viewer: `Your learning platform could not be verified. ${ASK_ADMIN}`,
    admin: 'iss in the token is not among the issuers accepted for this registration.',
  },
  LAUNCH_TOKEN_AUDIENCE: {
    status: 401,
    viewer: `Your learning platform could not be verified. ${ASK_ADMIN}`,
    admin: 'aud or azp in the token is not the client id of this registration.',
  },
  LAUNCH_TOKEN_EXPIRED: {
    status: 401,
    viewer: `This took too long. ${OPEN_AGAIN}`,
    admin: 'The token is past its exp. If it happens to everybody, compare the clocks of the LMS and this server.',
  },
  LAUNCH_TOKEN_FUTURE: {
    status: 401,
    viewer: `Your learning platform’s clock is wrong. ${ASK_ADMIN}`,
    admin: 'iat or nbf lies in the future. Compare the clocks of the LMS and this server.',
  },
  LAUNCH_TOKEN_NONCE: {
    status: 401,
    viewer: OPEN_AGAIN,
    admin: 'nonce in the token is not the one that this login gave out.',
  },
  LAUNCH_VERSION_UNSUPPORTED: {
    status: 400,
    viewer: `Your learning platform speaks another version. ${ASK_ADMIN}`,
    admin: 'The version claim is not 1.3.0.',
  },
  LAUNCH_MESSAGE_UNSUPPORTED: {
    status: 400,
    viewer: `This kind of link is not supported. ${ASK_ADMIN}`,
    admin: 'The message type claim is not one that this tool answers.',
  },
  LAUNCH_CLAIM_INVALID: {
    status: 400,
    viewer: `Your learning platform sent incomplete information. ${ASK_ADMIN}`,
    admin: 'A required claim is missing or a claim has the wrong form. The log names the claim.',
  },
  LAUNCH_KEYSET_UNREACHABLE: {
    status: 503,
    viewer: 'Your learning platform could not be reached. Try again in a minute.',
    admin: 'The platform’s key set URL did not answer in time or not with a key set.',
  },
  LAUNCH_PLATFORM_REFUSED: {
    status: 400,
    viewer: `Your learning platform refused the request. ${OPEN_AGAIN}`,
    admin: 'The platform answered the authentication request with an error instead of a launch.',
  },
  LAUNCH_PLATFORM_LOGIN_REQUIRED: {
    status: 401,
    viewer: 'Your learning platform asks you to sign in again. Sign in there, then open the link again.',
    admin: 'The platform answered login_required: its own session cookie was missing, often because it was blocked.',
  },
  LAUNCH_NOT_IN_PILOT: {
    status: 403,
    viewer: 'This course does not take part yet.',
    admin: 'The platform is limited to some courses or deployments, and this launch comes from none of them.',
  },
  LAUNCH_WITHOUT_ENTRY: {
    status: 400,
    viewer: `This link does not name a video. ${ASK_ADMIN}`,
    admin: 'Neither custom parameter entry_id nor target_link_uri names a Kaltura entry.',
  },

  // Adapter, viewer, course, entry.
  ADAPTER_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin:
      'An adapter cannot be used: it could not be loaded, is written for another version, shares its id with another one, or is incomplete. The message says which.',
  },
  ADAPTER_UNKNOWN: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The platform names an adapter that is not installed.',
  },
  ADAPTER_THREW: {
    status: 500,
    viewer: `The information of your learning platform could not be read. ${ASK_ADMIN}`,
    admin: 'The platform’s adapter failed on this launch. Other launches are not affected.',
  },
  ADAPTER_RESULT_INVALID: {
    status: 500,
    viewer: `The information of your learning platform could not be read. ${ASK_ADMIN}`,
    admin: 'The platform’s adapter returned something of the wrong form. Run `playcontext adapter check`.',
  },
  ADAPTER_SETTINGS_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The stored adapter settings of the platform do not fit the adapter. Open the platform and save them again.',
  },
  IDENTITY_RULE_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The stored identity rule of the tenant cannot be read. Set it again: `playcontext identity rule`.',
  },
  COURSE_SETTINGS_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The stored rules of courses, or their players, cannot be read. Save them again.',
  },
  VIEWER_ID_COLLISION: {
    status: 409,
    viewer: `Another person is known here by the user id that you have. ${ASK_ADMIN}`,
    admin:
      'The identity rule gives this viewer the user id of somebody else, such as a login name that was given again. ' +
      'Decide who it is: `playcontext identity alias`.',
  },
  VIEWER_ID_MISSING: {
    status: 403,
    viewer: 'Your learning platform did not say who you are. Sign in there and open the link again.',
    admin: 'The launch names no user: an anonymous visitor, or privacy settings that hold the user id back.',
  },
  VIEWER_ID_UNUSABLE: {
    status: 422,
    viewer: `Your user id cannot be used here. ${ASK_ADMIN}`,
    admin: 'The identity rule gave an empty user id or one that Kaltura does not take.',
  },
  MAPPING_MISSING: {
    status: 404,
    viewer: `Your course is not connected to the video library yet. ${ASK_ADMIN}`,
    admin: 'The course has no category, and the platform’s policy refuses unmapped courses.',
  },
  MAPPING_CONFLICT: {
    status: 409,
    viewer: `Somebody else changed this at the same time. ${OPEN_AGAIN}`,
    admin: 'The mapping was changed since it was read.',
  },
  ENTRY_ID_MALFORMED: {
    status: 400,
    viewer: `This link does not name a video correctly. ${ASK_ADMIN}`,
    admin: 'The entry id of the link is not of the form 0_ or 1_ and eight lower-case letters or digits.',
  },
  ENTRY_NOT_ALLOWED: {
    status: 403,
    viewer: `This video is not shared with your course. ${ASK_ADMIN}`,
    admin:
      'The entry is neither in a link that this tool signed, nor in a category that the platform’s entry policy allows.',
  },
  ENTRY_NOT_FOUND: {
    status: 404,
    viewer: `This video does not exist any more. ${ASK_ADMIN}`,
    admin: 'Kaltura knows no entry of this id in the account.',
  },

  // The page after the launch.
  VIEW_GRANT_MISSING: {
    status: 401,
    viewer: OPEN_AGAIN,
    admin:
      'The page was opened without its grant: a bookmark, a shared address, or a browser that cleared its history.',
  },
  VIEW_GRANT_INVALID: {
    status: 401,
    viewer: OPEN_AGAIN,
    admin: 'The view grant was not made by this tool, belongs to another launch, or was changed.',
  },
  VIEW_GRANT_EXPIRED: {
    status: 401,
    viewer: `This page was open for very long. ${OPEN_AGAIN}`,
    admin: 'The view grant is past its end.',
  },

  // Kaltura.
  KALTURA_REFUSED: {
    status: 502,
    viewer: `The video service refused the request. ${ASK_ADMIN}`,
    admin: 'Kaltura answered with an API error. The log holds its code.',
  },
  KALTURA_UNREACHABLE: {
    status: 503,
    viewer: 'The video service cannot be reached right now. Try again in a minute.',
    admin: 'The connection to Kaltura failed, or what answered was not the Kaltura API.',
  },
  KALTURA_TIMEOUT: {
    status: 504,
    viewer: 'The video service is slow right now. Try again in a minute.',
    admin: 'Kaltura did not answer within the time limit.',
  },
  KALTURA_ACCOUNT_UNKNOWN: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The tenant points to a Kaltura account that the configuration does not have.',
  },
  KALTURA_ACCOUNT_CHANGED: {
    status: 409,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin:
      'Kaltura has none of the categories that courses are mapped to, or the LMS was given another account meanwhile. ' +
      'Nothing was marked. Correct the account of the LMS, or map its courses anew.',
  },
  CATEGORY_UNKNOWN: {
    status: 422,
    viewer: `There is no such category. ${ASK_ADMIN}`,
    admin: 'Kaltura has no category of that id or full name, or it is outside of what this admin may choose.',
  },
  KALTURA_ROOT_MISSING: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin:
      'The root category of the account or the platform does not exist in Kaltura. Create it, or correct its full name.',
  },

  // Outbound requests, store, access, input, everything else.
  OUTBOUND_REFUSED: {
    status: 502,
    viewer: `This address cannot be used. ${ASK_ADMIN}`,
    admin: 'The URL is not https, its host resolves to a private address, or the host is not on the platform’s list.',
  },
  OUTBOUND_FAILED: {
    status: 502,
    viewer: 'Another service could not be reached. Try again in a minute.',
    admin: 'The other server did not answer as expected: no connection, wrong status, too large, or not JSON.',
  },
  OUTBOUND_TIMEOUT: {
    status: 504,
    viewer: 'Another service is slow right now. Try again in a minute.',
    admin: 'The other server did not answer within the time limit.',
  },
  STORE_BUSY: {
    status: 503,
    viewer: 'Too much is going on right now. Try again in a moment.',
    admin: 'The database was locked for longer than the limit.',
  },
  STORE_CONFLICT: {
    status: 409,
    viewer: `This cannot be saved as it is. ${ASK_ADMIN}`,
    admin:
      'Somebody else changed this in the meantime, a value that must be unique is taken, or what this belongs to is gone. Load the page again and compare.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    viewer: 'This service is not available right now. Try again in a minute.',
    admin: 'The database could not be opened or reached.',
  },
  STORE_SCHEMA_NEWER: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The database was written by a newer version of this program. Start that version.',
  },
  STORE_IN_USE: {
    status: 409,
    viewer: 'This service is not available right now. Try again in a minute.',
    admin: 'Another process works on the store. Stop playcontext, then run the command again.',
  },
  STORE_TARGET_EXISTS: {
    status: 409,
    viewer: `This cannot be saved as it is. ${ASK_ADMIN}`,
    admin:
      'Nothing is written over: the target must not exist, or hold no data yet. Name another one, or move it away.',
  },
  STORE_BACKUP_INVALID: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'The backup is incomplete or was changed after it was made. Nothing was restored. Take another backup.',
  },
  STORE_COPY_DIFFERS: {
    status: 500,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin:
      'The copy is not what the source holds. Do not use it: empty the target, and copy again with playcontext stopped.',
  },
  STORE_NOT_EMBEDDED: {
    status: 400,
    viewer: `This service is not set up correctly. ${ASK_ADMIN}`,
    admin: 'This command is for the embedded store. MongoDB has tools of its own, which the message names.',
  },
  ACCESS_ORIGIN: {
    status: 403,
    viewer: OPEN_AGAIN,
    admin: 'A request that changes or reveals something came from a page of another site.',
  },
  ACCESS_DENIED: {
    status: 403,
    viewer: 'You may not open this page.',
    admin: 'The request carried no valid sign-in for this page.',
  },
  ACCESS_FORM_STALE: {
    status: 403,
    viewer: 'This page is from an earlier sign-in. Open it again and repeat the last step.',
    admin:
      'The form does not belong to the session that sent it: another sign-in took its place, or another site posted.',
  },
  ACCESS_LINK_SPENT: {
    status: 410,
    viewer: 'This sign-in link was used already or is too old. Ask for a new one.',
    admin: 'A sign-in link works once and for 15 minutes. Make a new one: playcontext admin link.',
  },
  ACCESS_TICKET_SPENT: {
    status: 410,
    viewer: 'This page was used already or was open for too long. Open the link in your learning platform again.',
    admin:
      'The button in the LMS works once and for two minutes, and only while the sign-in of the platform is switched on.',
  },
  ACCESS_ADMIN_LTI_OFF: {
    status: 403,
    viewer: `This link opens settings that are closed to your learning platform. ${ASK_ADMIN}`,
    admin: 'The launch asks for the admin’s screens, and the platform does not let its people sign in there.',
  },
  ACCESS_ADMIN_LTI_ROLE: {
    status: 403,
    viewer: 'This link is for the people who administer your learning platform.',
    admin:
      'The launch asks for the admin’s screens without the role institution/person#Administrator, which the LMS gives to ' +
      'administrators of the institution. An approval of an owner is needed besides.',
  },
  INPUT_INVALID: {
    status: 400,
    viewer: 'The request could not be understood.',
    admin: 'A parameter is missing, repeated or of the wrong form.',
  },
  INPUT_TOO_LARGE: {
    status: 413,
    viewer: 'The request is too large.',
    admin: 'The request body is larger than this route accepts.',
  },
  INPUT_MEDIA_TYPE: {
    status: 415,
    viewer: 'The request could not be understood.',
    admin: 'The request body is of a media type that this route does not accept.',
  },
  HTTP_NOT_FOUND: {
    status: 404,
    viewer: 'There is no such page.',
    admin: 'No route answers this path.',
  },
  HTTP_METHOD: {
    status: 405,
    viewer: 'This page cannot be opened this way.',
    admin: 'The route does not answer this HTTP method.',
  },
  HTTP_TOO_MANY_FAILURES: {
    status: 429,
    viewer: 'Too many failed attempts came from your network. Wait a minute and try again.',
    admin: 'One address caused many failing requests. Valid launches are not counted and not refused.',
  },
  DEMO_CHECK_FAILED: {
    status: 500,
    viewer: 'The check of the demo did not succeed.',
    admin: 'The demo could not be played as a person would play it. The line above says what was missing.',
  },
  DEMO_BROWSER_MISSING: {
    status: 500,
    viewer: 'The check of the demo could not run.',
    admin:
      'No Chromium was found and it could not be installed. Install it (Debian: apt-get install chromium; elsewhere: ' +
      'npx playwright-core install chromium), or set PLAYCONTEXT_CHROMIUM to the path of a Chromium or Chrome.',
  },
  INTERNAL: {
    status: 500,
    viewer: `Something went wrong on our side. ${ASK_ADMIN}`,
    admin: 'An unexpected error. The log line with this request id holds the cause.',
  },
});

export type ErrorCode = keyof typeof catalogue;
