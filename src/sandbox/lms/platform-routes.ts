import { Router, type Request, type Response } from 'express';
import { toSeconds } from '../../runtime/clock.js';
import { activityNumber, authorise } from './authorisation.js';
import { findPersona } from './campus.js';
import {
  findTool,
  formFields,
  queryText,
  sendAutoForm,
  sendAutoLink,
  sendNotice,
  sessionOf,
  type LmsContext,
} from './context.js';
import type { Session } from './sessions.js';
import { isLaunchable, toolOrigins } from './tools.js';

const MAX_LAUNCH_RECORDS = 200;

/** The LTI 1.3 side: third-party login initiation, authorisation endpoint, keys. */
export function createPlatformRoutes(context: LmsContext): Router {
  const { options, issuer, courses, shape, claims, signer, tools, sessions, launches } = context;
  const router = Router();
  const subOf = (session: Session): string => claims.sub(session.persona);

  router.get('/launch/:course/:activity', (request, response) => {
    const course = courses.find(({ id }) => id === request.params.course);
    const activity = course?.activities.find(({ id }) => id === request.params.activity);
    if (!course || !activity) {
      sendNotice(context, response, { status: 404, title: 'Not found', sentence: 'There is no such activity.' });
      return;
    }
    const session = sessionOf(context, request, response);
    const as = queryText(request, 'as');
    if (as !== undefined) {
      const persona = findPersona(as);
      if (!persona) {
        sendNotice(context, response, { status: 400, title: 'Unknown person', sentence: 'Nobody here has that name.' });
        return;
      }
      session.persona = persona;
    }
    const tool = findTool(context, queryText(request, 'tool'));
    if (!tool || !isLaunchable(tool)) {
      sendNotice(context, response, {
        status: 403,
        title: 'This tool can’t be opened',
        sentence: tool
          ? 'An administrator must activate it and show it in the activity chooser first.'
          : 'No tool is registered for this activity.',
      });
      return;
    }
    const window = queryText(request, 'window') === 'new' ? 'new' : 'frame';
    const launchId = session.begin({
      clientId: tool.clientId,
      personaId: session.persona.id,
      course,
      activity,
      window,
    });
    const parameters = shape.loginParameters({
      issuer,
      clientId: tool.clientId,
      deploymentId: tool.deploymentId,
      targetLinkUri: tool.targetLinkUri,
      ...shape.hints({ sub: subOf(session), launchId, activityNumber: activityNumber(activity) }),
    });
    if (shape.loginBy === 'form') {
      sendAutoForm(context, response, { action: tool.loginUrl, fields: parameters, forms: toolOrigins(tool) });
      return;
    }
    const login = new URL(tool.loginUrl);
    for (const [name, value] of Object.entries(parameters)) login.searchParams.set(name, value);
    if (shape.loginBy === 'script') sendAutoLink(context, response, login.href);
    else response.set('cache-control', 'no-store').redirect(302, login.href);
  });

  const answerAuthentication = async (
    request: Request,
    response: Response,
    parameters: Record<string, string | undefined>,
  ): Promise<void> => {
    const session = sessions.find(request.headers.cookie);
    if (!session) {
      if (parameters['repost'] === undefined) {
        // The browser kept our SameSite cookie back because another site sent it here. A form of our own page brings it.
        const fields = Object.entries(parameters).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        );
        sendAutoForm(context, response, {
          action: shape.paths.authorization,
          fields: { ...(Object.fromEntries(fields) as Record<string, string>), repost: '1' },
          forms: tools.list().flatMap(toolOrigins),
        });
        return;
      }
      sendNotice(context, response, {
        status: 403,
        title: 'You are not signed in',
        sentence: 'Open the activity again from its course.',
      });
      return;
    }
    const outcome = authorise(parameters, { shape, session, getTool: tools.get, subOf });
    if (outcome.kind === 'page') {
      sendNotice(context, response, { status: 400, title: 'Invalid request', sentence: outcome.reason });
      return;
    }
    const forms = [new URL(outcome.redirectUri).origin];
    if (outcome.kind === 'error') {
      const { error, description, state } = outcome;
      const fields = { error, ...(description === undefined ? {} : { error_description: description }), state };
      sendAutoForm(context, response, { action: outcome.redirectUri, fields, forms });
      return;
    }
    const { pending, tool, nonce, state, redirectUri } = outcome;
    const { course, activity, window } = pending;
    const atMs = options.clock.nowMs();
    const { persona } = session;
    const payload = claims.make({ issuer, persona, course, activity, window, tool, nonce, issuedAtS: toSeconds(atMs) });
    const idToken = await signer.sign(payload);
    session.lastLaunch = { atMs, redirectUri, idToken, state, personaId: persona.id, course };
    launches.push({
      atMs,
      persona: persona.id,
      course: course.id,
      activity: activity.id,
      window,
      clientId: tool.clientId,
      deploymentId: tool.deploymentId,
      sub: claims.sub(persona),
      contextId: claims.contextId(course),
      nonce,
    });
    if (launches.length > MAX_LAUNCH_RECORDS) launches.shift();
    const storage = shape.storage?.namedInLaunch ? { lti_storage_target: shape.storage.target } : {};
    sendAutoForm(context, response, { action: redirectUri, fields: { id_token: idToken, state, ...storage }, forms });
  };

  router.get(shape.paths.authorization, (request, response) =>
    answerAuthentication(
      request,
      response,
      Object.fromEntries(Object.keys(request.query).map((name) => [name, queryText(request, name)])),
    ),
  );
  router.post(shape.paths.authorization, (request, response) =>
    answerAuthentication(request, response, formFields(request)),
  );

  router.get(shape.paths.jwks, (_request, response) => {
    response.json(signer.jwks);
  });

  // Where most publish it, and where Moodle does. OpenID Connect Discovery with the addition of LTI Dynamic Registration §2.1; registering by itself is not offered.
  router.get(['/.well-known/openid-configuration', '/mod/lti/openid-configuration.php'], (_request, response) => {
    response.json({
      issuer: context.issuer,
      authorization_endpoint: context.url + shape.paths.authorization,
      token_endpoint: context.url + shape.paths.token,
      jwks_uri: context.url + shape.paths.jwks,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
      'https://purl.imsglobal.org/spec/lti-platform-configuration': {
        product_family_code: context.options.shape.adapterId,
        messages_supported: [{ type: 'LtiResourceLinkRequest' }],
        variables: ['Context.id.history'],
      },
    });
  });

  router.post(shape.paths.token, (_request, response) => {
    response.status(400).json({ error: 'unauthorized_client', error_description: 'The demo LMS offers no services' });
  });

  router.get('/replay/frame', (request, response) => {
    const last = sessions.find(request.headers.cookie)?.lastLaunch;
    if (!last) {
      sendNotice(context, response, {
        status: 404,
        title: 'Nothing to replay',
        sentence: 'Play a video first: its launch is what gets sent again here.',
      });
      return;
    }
    sendAutoForm(context, response, {
      action: last.redirectUri,
      fields: { id_token: last.idToken, state: last.state },
      forms: [new URL(last.redirectUri).origin],
    });
  });

  router.get('/sandbox/launches.json', (_request, response) => {
    response.set('cache-control', 'no-store').json({ launches });
  });

  return router;
}
