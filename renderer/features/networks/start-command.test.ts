import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startCommand } from './start-command.ts'

it('is what a shell takes for that folder (property)', () => {
  const folder = fc.string({ minLength: 1, unit: fc.constantFrom(...'ab /\'"$`\\!*~.-ü') }).map((text) => `/${text}`)
  fc.assert(
    fc.property(folder, (dataDir) => {
      const script = `qudag() { printf '%s' "$4"; }; ${startCommand(dataDir)}`
      expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(dataDir)
    }),
    { numRuns: 40 },
  )
  expect(startCommand('/home/mara/.qudag')).toBe('qudag node start --data-dir /home/mara/.qudag')
})
