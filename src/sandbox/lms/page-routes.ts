import { Router } from 'express';
import { cleanText } from './authorisation.js';
import { copyCourse, findPersona, fullName, personas } from './campus.js';
import {
  findTool,
  formFields,
  ownPath,
  queryText,
  sendNotice,
  sendPage,
  sessionOf,
  type LmsContext,
} from './context.js';
import { isLaunchable, toolOrigins } from './tools.js';
import { tourHref, tourSteps } from './tour.js';

const FIRST_STEP = 1;

/** The pages that people see: start, courses, activities, replay, connect. */
export function createPageRoutes(context: LmsContext): Router {
  const { options, url, courses, shape, tools } = context;
  const router = Router();
  const eventFrames = options.eventsUrl === undefined ? [] : [new URL(options.eventsUrl).origin];

  router.get('/', (request, response) => {
    sendPage(context, request, response, 'start', {
      title: 'playcontext demo',
      data: { steps: tourSteps.map(({ promise }) => promise), button: tourSteps[0]?.invite },
    });
  });

  router.post('/tour/start', (request, response) => {
    const session = sessionOf(context, request, response);
    const first = personas[0];
    if (first) session.persona = first;
    response.redirect(303, tourHref(FIRST_STEP));
  });

  router.post('/persona', (request, response) => {
    const form = formFields(request);
    const persona = findPersona(form['persona']);
    if (!persona) {
      sendNotice(context, response, { status: 400, title: 'Unknown person', sentence: 'Nobody here has that name.' });
      return;
    }
    sessionOf(context, request, response).persona = persona;
    response.redirect(303, ownPath(url, form['back']));
  });

  router.get('/courses', (request, response) => {
    sendPage(context, request, response, 'courses', { title: 'Courses', data: { courses } });
  });

  router.get('/courses/:course', (request, response, next) => {
    const course = courses.find(({ id }) => id === request.params.course);
    if (!course) {
      next();
      return;
    }
    const own = findTool(context, undefined);
    const others = tools.list().filter((tool) => tool !== own && isLaunchable(tool));
    sendPage(context, request, response, 'course', { title: course.title, data: { course, others } });
  });

  router.post('/courses/:course/copy', (request, response, next) => {
    const course = courses.find(({ id }) => id === request.params.course);
    if (!course) {
      next();
      return;
    }
    const copy =
      sessionOf(context, request, response).persona.role === 'teacher' ? copyCourse(course, courses) : undefined;
    if (!copy) {
      const sentence = 'Teachers may copy courses, and only a few.';
      sendNotice(context, response, { status: 403, title: 'This course was not copied', sentence });
      return;
    }
    courses.push(copy);
    response.redirect(303, `/courses/${copy.id}`);
  });

  router.get('/courses/:course/activities/:activity', (request, response, next) => {
    const course = courses.find(({ id }) => id === request.params.course);
    const activity = course?.activities.find(({ id }) => id === request.params.activity);
    if (!course || !activity) {
      next();
      return;
    }
    const as = findPersona(queryText(request, 'as'));
    if (as) {
      sessionOf(context, request, response).persona = as;
      response.redirect(303, request.path);
      return;
    }
    const toolId = queryText(request, 'tool');
    const tool = findTool(context, toolId);
    const launch = new URLSearchParams({ window: activity.window, ...(toolId === undefined ? {} : { tool: toolId }) });
    sendPage(context, request, response, 'activity', {
      title: activity.title,
      frames: [...(tool ? toolOrigins(tool) : []), ...eventFrames],
      data: {
        course,
        activity,
        tool,
        launchable: tool !== undefined && isLaunchable(tool),
        launchUrl: `/launch/${course.id}/${activity.id}?${launch.toString()}`,
        storageTarget: shape.storage?.target,
        eventsUrl: options.eventsUrl,
      },
    });
  });

  router.get('/storage', (request, response) => {
    sendPage(context, request, response, 'storage', { title: 'Message forwarding' });
  });

  router.get('/be-the-admin', (request, response) => {
    sendPage(context, request, response, 'be-the-admin', {
      title: 'Be the admin',
      data: { course: courses[0]?.title, open: context.tourFacts.current?.adminLink !== undefined },
    });
  });

  // A sign-in link works once, so each click gets one of its own. It signs nobody in before a button there is pressed.
  router.get('/tour/admin', async (_request, response) => {
    const link = await context.tourFacts.current?.adminLink?.();
    if (link === undefined) {
      sendNotice(context, response, { status: 404, title: 'No tool', sentence: 'There is no tool beside this LMS.' });
      return;
    }
    response.redirect(303, link);
  });

  router.get('/replay', (request, response) => {
    const last = sessionOf(context, request, response).lastLaunch;
    const person = findPersona(last?.personaId);
    sendPage(context, request, response, 'replay', {
      title: 'A launch, sent again',
      frames: last ? [new URL(last.redirectUri).origin] : [],
      data: {
        last: last && {
          who: person ? fullName(person) : '',
          course: last.course.title,
          ageS: Math.max(0, Math.round((options.clock.nowMs() - last.atMs) / 1000)),
          to: last.redirectUri,
          lifeS: context.claims.lifeS,
        },
      },
    });
  });

  router.get('/connect', (request, response) => {
    sendPage(context, request, response, 'connect', {
      title: 'Connect your own LMS',
      data: { facts: context.tourFacts.current },
    });
  });

  // Where a tool sends people back to. Its messages are foreign text: cleaned, cut, and escaped by the template.
  router.get('/return', (request, response) => {
    const course = courses.find(({ id }) => id === queryText(request, 'course'));
    const message = queryText(request, 'lti_errormsg') ?? queryText(request, 'lti_msg') ?? '';
    const failed = queryText(request, 'lti_errormsg') !== undefined;
    sendNotice(context, response, {
      status: 200,
      title: failed ? 'An error occurred when launching the external tool' : 'You are back from the tool',
      sentence: cleanText(message).slice(0, 200),
      link: course
        ? { href: `/courses/${course.id}`, label: `Back to ${course.title}` }
        : { href: '/courses', label: 'Back to the courses' },
    });
  });

  return router;
}
