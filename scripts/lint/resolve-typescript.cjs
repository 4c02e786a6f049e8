/**
 * Import resolver for eslint-plugin-boundaries (interface version 2 of eslint-plugin-import): NodeNext specifiers end
 * in `.js` where the source is `.ts`, which the plugin's default resolver does not know.
 */
'use strict';
const { existsSync } = require('node:fs');
const { builtinModules } = require('node:module');
const { dirname, resolve } = require('node:path');

exports.interfaceVersion = 2;

exports.resolve = (source, importer) => {
  if (source.startsWith('node:') || builtinModules.includes(source)) return { found: true, path: null };
  if (!source.startsWith('.')) return { found: false };
  const path = resolve(dirname(importer), source);
  const candidate = [path.replace(/\.js$/, '.ts'), path].find((file) => existsSync(file));
  return candidate === undefined ? { found: false } : { found: true, path: candidate };
};
