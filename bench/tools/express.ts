/** A bare Express 5 app, as its guide writes one. */
import express from 'express';
import { createBareTool } from './bare.js';
import { pageOf, readInput, ready } from './input.js';

const input = readInput();
const tool = createBareTool(input);
const page = pageOf(input.pageBytes);

const app = express();
app.use(express.urlencoded());
app.post('/login', (request, response) => {
  response.redirect(tool.authenticationUrl(request.body as Record<string, string>));
});
app.post('/launch', (request, response) => {
  const { id_token: idToken = '' } = request.body as Record<string, string>;
  if (tool.verifiedClaims(idToken)) response.send(page);
  else response.status(401).send('The token is not genuine.');
});
app.listen(input.port, '127.0.0.1', ready);
