/** Every way to write an import, and every way to write its specifier. */

export const importRule = 'import rule:'
export const importForm = 'import form:'

/** Ways to name storage from a file of ledger. The form is refused too where it is not the shortest. */
export const shapes = [
  '../storage/x.ts',
  '../storage/index.ts',
  '../storage',
  '../../node/storage/x.ts',
  './../storage/x.ts',
  '../core/../storage/x.ts',
  './/../storage/x.ts',
]
export type ImportSyntax = readonly [name: string, write: (specifier: string) => string, expected: string]

/** Syntaxes that load a module or its types, and the rule that sees each. */
export const syntaxes: readonly ImportSyntax[] = [
  ['named', (s) => `import { x } from '${s}'\nexport const y = x`, importRule],
  ['double quotes', (s) => `import { x } from "${s}"\nexport const y = x`, importRule],
  ['default', (s) => `import x from '${s}'\nexport const y = x`, importRule],
  ['namespace', (s) => `import * as x from '${s}'\nexport const y = x.y`, importRule],
  ['side effect', (s) => `import '${s}'`, importRule],
  ['attributes', (s) => `import x from '${s}' with { type: 'json' }\nexport const y = x`, importRule],
  ['import type', (s) => `import type { X } from '${s}'\nexport type Y = X`, importRule],
  ['inline type', (s) => `import { type X } from '${s}'\nexport type Y = X`, importRule],
  ['export named', (s) => `export { x } from '${s}'`, importRule],
  ['export all', (s) => `export * from '${s}'`, importRule],
  ['export namespace', (s) => `export * as x from '${s}'`, importRule],
  ['export type', (s) => `export type { X } from '${s}'`, importRule],
  ['export type all', (s) => `export type * from '${s}'`, importRule],
  ['import equals', (s) => `import x = require('${s}')\nexport const y = x`, importRule],
  ['dynamic', (s) => `export const y = await import('${s}')`, importRule],
  ['dynamic then', (s) => `export const y = import('${s}').then((x) => x.y)`, importRule],
  ['dynamic double quotes', (s) => `export const y = await import("${s}")`, importRule],
  ['worker', (s) => `export const y = new URL('${s.endsWith('.ts') ? s : `${s}/x.ts`}', import.meta.url)`, importRule],
  ['dynamic attributes', (s) => `export const y = await import('${s}', { with: { type: 'json' } })`, importForm],
  ['dynamic template', (s) => `export const y = await import(\`${s}\`)`, importForm],
  ['dynamic computed', (s) => `const s = '${s}'\nexport const y = await import(s)`, importForm],
  ['require', (s) => `export const y = require('${s}')`, importForm],
  ['require.resolve', (s) => `export const y = require.resolve('${s}')`, importForm],
  ['type query', (s) => `export type Y = typeof import('${s}')`, importForm],
  ['type reference', (s) => `export type Y = import('${s}').X`, importForm],
]

/** Imports that the rules could not read, each in a file of its own. */
export const badForms: readonly string[] = [
  "import { x } from './b'\nexport const y = x",
  "import { x } from './sub/'\nexport const y = x",
  "import { x } from '.'\nexport const y = x",
  "import { x } from '..'\nexport const y = x",
  "import { x } from './sub/../b.ts'\nexport const y = x",
  "import { x } from './sub/./b.ts'\nexport const y = x",
  "import { x } from '\\x2e\\x2e/storage/x.ts'\nexport const y = x",
  "import { x } from '/srv/x.ts'\nexport const y = x",
  "import { x } from 'file:///srv/x.ts'\nexport const y = x",
  "import { x } from 'data:text/javascript,1'\nexport const y = x",
  "import { x } from '#internal'\nexport const y = x",
  "import { x } from 'qudag-exchange/node/storage/x.ts'\nexport const y = x",
  "import { createRequire } from 'node:module'\nexport const y = createRequire(import.meta.url)",
  "import { x } from './b.test.ts'\nexport const y = x",
  "import { x } from './test-support/x.ts'\nexport const y = x",
]
