/** The errors of Kaltura's API: HTTP 200 with a `KalturaAPIException` body. Codes, arguments and texts are Kaltura's. */

const TEXTS = {
  ACTION_DOES_NOT_EXISTS: 'Action "@ACTION_NAME@" does not exists for service "@SERVICE_NAME@"',
  APP_TOKEN_ID_NOT_FOUND: 'Application token id "@ID@" not found',
  CANNOT_MOVE_CATEGORIES_FROM_DIFFERENT_PARENT_CATEGORIES: 'Cannot move categories from different parent categories',
  CANNOT_RETRIEVE_ANOTHER_USER_USING_NON_ADMIN_SESSION:
    'cannot retrieve another user "@USER_ID@" using non-admin session',
  CAPTION_ASSET_ID_NOT_FOUND: 'The Caption asset id "@ID@" not found',
  CATEGORY_ENTRY_ALREADY_EXISTS: 'Entry already assigned to this category',
  CATEGORY_NOT_FOUND: 'Category id "@ID@" not found',
  DUPLICATE_CATEGORY: 'The category "@CATEGORY@" already exists',
  ENTRY_ID_NOT_FOUND: 'Entry id "@ENTRY_ID@" not found',
  ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY: "Entry doesn't assigned to category",
  INTERNAL_SERVERL_ERROR: 'Internal server error occurred',
  INVALID_ENTRY_ID: 'Invalid entry id ["@ID@"]',
  INVALID_KS: 'Invalid KS "@KSID@", Error "@ERR_CODE@,@ERR_DESC@"',
  INVALID_USER_ID: 'Invalid user id',
  MAX_CATEGORIES_FOR_ENTRY_REACHED: 'Entry can be linked with a maximum of "@CATEGORIES@" categories',
  MISSING_KS: 'Missing KS, session not established',
  MISSING_MANDATORY_PARAMETER: 'Missing parameter "@PARAM_NAME@"',
  MUST_FILTER_ON_ENTRY_OR_CATEGORY: 'Must filter on entry id or category',
  PARENT_CATEGORY_IS_CHILD:
    'The parent category "@PARENT_CATEGORY@" is one of the children for category "@OTHER_CATEGORY@"',
  PARENT_CATEGORY_NOT_FOUND: 'Parent category id "@ID@" not found',
  PRIVACY_CONTEXT_INVALID_STRING: 'Privacy context is invalid "@CONTEXT@"',
  PROPERTY_VALIDATION_MAX_LENGTH: 'The property "@PROP_NAME@" cannot have more than @MAX_LEN@ characters',
  PROPERTY_VALIDATION_MIN_LENGTH: 'The property "@PROP_NAME@" must have a min length of @MIN_LEN@ characters',
  SERVICE_DOES_NOT_EXISTS: 'Service "@SRV_NAME@" does not exists',
  SERVICE_FORBIDDEN: 'The access to service [@SERVICE@] is forbidden',
  START_SESSION_ERROR: 'Error while starting session for partner [@PID@]',
  UICONF_ID_NOT_FOUND: 'UI conf id "@ID@" not found',
  UNKNOWN_ROLE_ID: 'Unknown role id [@ROLE_ID@]',
} as const;

export type ApiErrorCode = keyof typeof TEXTS;

export class ApiException extends Error {
  readonly code: string;
  readonly args: Readonly<Record<string, string>>;

  constructor(code: ApiErrorCode, args: Record<string, string | number> = {}) {
    const texts = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)]));
    super(TEXTS[code].replace(/@([A-Z_]+)@/g, (whole, name: string) => texts[name] ?? whole));
    this.code = code;
    this.args = texts;
  }
}

/** The body as the server writes it. PHP turns an empty list of arguments into `[]`. */
export function exceptionBody(error: { code: string; message: string; args?: Readonly<Record<string, string>> }) {
  const args = error.args ?? {};
  return {
    code: error.code,
    message: error.message,
    objectType: 'KalturaAPIException',
    args: Object.keys(args).length === 0 ? [] : args,
  };
}
