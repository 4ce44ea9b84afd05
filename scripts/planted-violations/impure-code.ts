/** Code that reads the hour, draws chance or touches the machine, and its look-alikes that do not. */

export const restrictedGlobal = 'lint/style/noRestrictedGlobals'
export const restrictedProperty = 'lint/nursery/noJsRestrictedProperties'

/** Impure code, and the rule that must see it. */
export const impurities: ReadonlyArray<readonly [code: string, expected: string]> = [
  ...[
    'export const y = Date.now()',
    'export const y = new Date()',
    'export const y = Date()',
    'const { now } = Date\nexport const y = now()',
    'const D = Date\nexport const y = new D()',
    "export const y = Date['now']()",
    'export const y = performance.now()',
    "export const y = performance['now']()",
    'const { now } = performance\nexport const y = now()',
    'setTimeout(() => {}, 1)',
    'setInterval(() => {}, 1)',
    'setImmediate(() => {})',
    'queueMicrotask(() => {})',
    'globalThis.setTimeout(() => {}, 1)',
    "globalThis['setTimeout'](() => {}, 1)",
    'const { setTimeout: later } = globalThis\nlater(() => {}, 1)',
    'const g = globalThis\nexport const y = g.performance.now()',
    'export const y = globalThis.process.env',
    'global.setTimeout(() => {}, 1)',
    'export const y = window.performance',
    'export const y = self.crypto',
    'export const y = process.hrtime()',
    'export const y = process.env.HOME',
    'export const y = crypto.getRandomValues(new Uint8Array(8))',
    'export const y = crypto.randomUUID()',
    'const { getRandomValues } = crypto\nexport const y = getRandomValues',
    "export const y = fetch('x')",
    "console.log('x')",
    "console['error']('x')",
    'export const y = new Intl.DateTimeFormat().format()',
    'export const y = new WeakRef({})',
    'export const y = new MessageChannel()',
    "export const y = new Worker('x')",
    'export const y = Buffer.from([1])',
    "export const y = new Function('return 1')()",
    "export const y = process.getBuiltinModule('fs')",
  ].map((code) => [code, restrictedGlobal] as const),
  ...[
    'export const y = Math.random()',
    "export const y = Math['random']()",
    'export const y = Math[`random`]()',
    'export const y = Math?.random()',
    'export const y = Math.floor(10 * Math.random())',
    'const { random } = Math\nexport const y = random()',
    'const { random: chance } = Math\nexport const y = chance()',
    'export const draw = Math.random',
  ].map((code) => [code, restrictedProperty] as const),
  ...[
    "export const y = (Math as unknown as Record<string, () => number>)['random']?.()",
    'const m = Math\nexport const y = m.random()',
    "const name = 'random'\nexport const y = Math[name]()",
    "export const y = Reflect.get(Math, 'random')()",
    'export const f = (m: Math = Math): number => m.random()',
    'export const y = { ...Math }',
    'export const y = Math.max(1, Object.keys(Math).length)',
  ].map((code) => [code, 'purity:'] as const),
]

/** Pure code that a rule by name alone would wrongly refuse. */
export const pureTwins: readonly string[] = [
  'export const f = (clock: { nowMs(): number }): number => Math.max(1, clock.nowMs())',
  'export const f = (rng: { random(): number }): number => Math.floor(10 * rng.random())',
  'export const f = (performance: { now(): number }): number => performance.now()',
  'export const f = (date: { now: number }): number => date.now',
  'export const f = (after: (delayMs: number, callback: () => void) => void): void => after(1, () => undefined)',
]
