/** The smallest server that takes the two forms of a launch, on `node:http` alone. */
import { createServer } from 'node:http';
import { ready } from './input.js';

export type Answer = { redirectTo: string } | { status: number; page: string };
export type FormHandler = (form: URLSearchParams) => Answer | Promise<Answer>;

export function serveForms(port: number, routes: { '/login': FormHandler; '/launch': FormHandler }): void {
  const server = createServer((request, response) => {
    const handler = routes[request.url as keyof typeof routes] as FormHandler | undefined;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void (async () => {
        const answer: Answer = handler
          ? await handler(new URLSearchParams(Buffer.concat(chunks).toString()))
          : { status: 404, page: 'Not found.' };
        if ('redirectTo' in answer) {
          response.writeHead(302, { location: answer.redirectTo, 'content-length': 0 }).end();
          return;
        }
        const { status, page } = answer;
        const headers = { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(page) };
        response.writeHead(status, headers).end(page);
      })();
    });
  });
  server.listen(port, '127.0.0.1', ready);
}
