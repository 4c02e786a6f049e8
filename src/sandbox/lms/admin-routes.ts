import { Router, type Request, type Response } from 'express';
import { formFields, sendNotice, sendPage, type LmsContext } from './context.js';
import { readToolForm, type ToolFormErrors } from './tools.js';
import type { ToolInput } from './types.js';

const EMPTY_FORM: ToolInput = { name: '', loginUrl: '', redirectUris: [], targetLinkUri: '', jwksUrl: '' };

/** Site administration: the registered tools, activation, and registration by hand. */
export function createAdminRoutes(context: LmsContext): Router {
  const { issuer, url, shape, tools } = context;
  const router = Router();

  const sendTools = (
    request: Request,
    response: Response,
    {
      status = 200,
      form = EMPTY_FORM,
      errors = {},
    }: { status?: number; form?: ToolInput; errors?: ToolFormErrors } = {},
  ): void => {
    sendPage(context, request, response, 'admin-tools', {
      title: 'Tools',
      status,
      data: {
        tools: tools.list(),
        form,
        errors,
        failed: Object.keys(errors).length > 0,
        issuer,
        authorizationUrl: url + shape.paths.authorization,
        tokenUrl: url + shape.paths.token,
        jwksUrl: url + shape.paths.jwks,
      },
    });
  };
  const backToTool = (response: Response, clientId: string): void => {
    response.redirect(303, `/admin/tools#tool-${encodeURIComponent(clientId)}`);
  };
  const unknownTool = (response: Response): void => {
    sendNotice(context, response, { status: 404, title: 'Not found', sentence: 'There is no such tool.' });
  };

  router.get('/admin/tools', (request, response) => {
    sendTools(request, response);
  });

  router.post('/admin/tools', (request, response) => {
    const { tool, errors } = readToolForm(formFields(request));
    if (!tools.hasRoom()) errors['name'] = 'The demo holds no more tools. Start it anew to begin afresh.';
    if (Object.keys(errors).length > 0) {
      sendTools(request, response, { status: 422, form: tool, errors });
      return;
    }
    backToTool(response, tools.register(tool).clientId);
  });

  router.post('/admin/tools/:clientId/activate', (request, response) => {
    const { clientId } = request.params;
    if (tools.activate(clientId)) backToTool(response, clientId);
    else unknownTool(response);
  });

  router.post('/admin/tools/:clientId/visibility', (request, response) => {
    const { clientId } = request.params;
    if (tools.setVisible(clientId, formFields(request)['visible'] === 'yes')) backToTool(response, clientId);
    else unknownTool(response);
  });

  return router;
}
