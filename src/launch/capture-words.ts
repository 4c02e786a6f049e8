/** What stays readable in a captured launch, because it says something about the LMS and nothing about people. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Fields of the LTI claims whose value names a thing of the protocol. It stays when it also looks like one. */
export const PROTOCOL_FIELDS = words(`
  accept_media_types accept_presentation_document_targets accept_types document_target lms locale message_type
  product_family_code scope service_versions type version`);
/** A word, a version, a locale, a media type, or a list of them. */
export const PROTOCOL_VALUE = /^[A-Za-z0-9.*_+/-]{1,40}(?:,[A-Za-z0-9.*_+/-]{1,40})*$/;
export const PROTOCOL_NUMBERS = words('width height');

/** Terms of the LTI vocabularies: roles, scopes, types of contexts. */
export const VOCABULARY = /^(?:https?:\/\/(?:purl|www)\.imsglobal\.org\/[A-Za-z0-9/._#-]*|urn:lti:[A-Za-z0-9/:-]*)$/;
/** Roles without their vocabulary. */
export const SHORT_ROLES = words(`
  Administrator ContentDeveloper Faculty Grader Instructor Learner Member Mentor Staff Student TeachingAssistant`);

/** Fields about the person. Their words are replaced wherever they stand, also where other words stay. */
export const PERSONAL_FIELD =
  /name|mail|user|person|login|nick|phone|address|birth|gender|profile|website|mentor|^sub$|^org_defined_id$|sis_?id/i;
/** Claims with names of things, not of people. */
export const IMPERSONAL_CLAIM = /\/(?:tool_platform|context|resource_link|deep_linking_settings)$/;

/** Fields that hold or may hold credentials, opaque data of the LMS, or pictures of people. They are left out. */
export const SECRET_FIELD =
  /token|secret|passw|sesskey|signature|assertion|cookie|jwt|picture|avatar|photo|(?:^|_)sig$|(?:^|_)hint$|(?:^|_)key(?:_|$)|^data$/i;
export const LOOKS_LIKE_TOKEN = /^eyJ[\w-]{8,}\.[\w-]+\.[\w-]*$/;

/** Words of values by which adapters find their way, unless they are a person's own. */
export const VALUE_WORDS = words('course v1 true false null none undefined truncated timed out');
/** The same for paths and names of parameters. */
export const PATH_WORDS = words(`
  CourseSection account accounts activities activity ags and api assignment assignments auth authorize backend binding
  bindings canvas consumer container content
  context contextid contexts course courseid courses coursesection d2l deep deployment deployments dl external file
  files gateway grades group groups history html http https id ids imsblis instance instanceid item items js json jsp
  launch launches learn line lineitem lineitems link links lis lms lti lti13 lti1p3 management members
  membership memberships mod modules names namesandroles nrps ou outcome php placement platform play portal resource
  resources retrieve result results return roster scores section sections service services setting settings site sites tool tools type url user
  users v1 v1p1 v1p3 v2 v2p0 view web webapps`);
/** Words of field names. They are no secret where somebody happens to be called so. */
export const FIELD_WORDS = words(
  'context course custom email history id key login name person resource sub user username',
);
