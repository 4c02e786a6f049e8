/** The event screen of the demo and its live feed. Only pages on this machine may read or frame it. */
import express, { Router } from 'express';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Collector, EventRecord } from './collector.js';
import type { PlayerBundle } from './player-bundle.js';

export interface Screen {
  routes: Router;
  /** Ends the live feeds. */
  close(): void;
}

const assets = fileURLToPath(new URL('./assets/', import.meta.url));
const LOCAL_ORIGIN = /^https?:\/\/(?:[a-z0-9-]+\.)*localhost(?::[0-9]{1,5})?$/;
const MAX_STREAMS = 50;
const KEEP_ALIVE_MS = 15_000;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  'frame-ancestors http://localhost:* http://*.localhost:*',
].join('; ');

export function createScreen({ collector, bundle }: { collector: Collector; bundle: PlayerBundle }): Screen {
  const streams = new Set<ServerResponse>();
  const send = (stream: ServerResponse, event: EventRecord): void => {
    stream.write(`id: ${event.index}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const unsubscribe = collector.subscribe((event) => {
    for (const stream of streams) send(stream, event);
  });
  const keepAlive = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n');
  }, KEEP_ALIVE_MS);
  keepAlive.unref();

  const routes = Router();
  routes.use((request, response, next) => {
    response.removeHeader('Access-Control-Allow-Origin');
    response.setHeader('Vary', 'Origin');
    const origin = request.headers.origin ?? '';
    if (LOCAL_ORIGIN.test(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('Referrer-Policy', 'no-referrer');
    next();
  });
  routes.get('/events', (_request, response) => response.sendFile('events.html', { root: assets }));
  routes.use('/assets', express.static(assets, { index: false, redirect: false }));
  routes.get('/events.json', (_request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.json({ events: collector.list() });
  });
  routes.get('/events.stream', (request, response) => {
    if (streams.size >= MAX_STREAMS) {
      response.status(503).type('text/plain').send('Too many event screens are open.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
    const last = Number(request.headers['last-event-id'] ?? 0);
    response.write('retry: 1000\n\n');
    for (const event of collector.list()) if (event.index > last) send(response, event);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  });
  routes.get('/player-licences.txt', async (_request, response) => {
    response.type('text/plain').send(await bundle.licences());
  });

  return {
    routes,
    close() {
      unsubscribe();
      clearInterval(keepAlive);
      for (const stream of streams) stream.end();
    },
  };
}
