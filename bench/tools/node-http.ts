/** The limit: nothing but Node and the signature. */
import { createBareTool } from './bare.js';
import { serveForms } from './form-server.js';
import { pageOf, readInput } from './input.js';

const input = readInput();
const tool = createBareTool(input);
const page = pageOf(input.pageBytes);

serveForms(input.port, {
  '/login': (form) => ({ redirectTo: tool.authenticationUrl(Object.fromEntries(form)) }),
  '/launch': (form) =>
    tool.verifiedClaims(form.get('id_token') ?? '')
      ? { status: 200, page }
      : { status: 401, page: 'The token is not genuine.' },
});
