import { expect, it } from 'vitest'
import { ManualClock } from '../core/clock.ts'
import { createCatchUpLog } from './catch-up-log.ts'

function setUp(logLevel: 'info' | 'warn', logFormat: 'text' | 'json' = 'text') {
  const lines: string[] = []
  const clock = new ManualClock(0)
  const stderr = { write: (text: string) => lines.push(text) > 0 } as never
  const tell = createCatchUpLog(
    () => ({ logLevel, logFormat }),
    { stderr },
    () => clock.nowMs(),
  )
  return { lines, tell, pass: (ms: number) => clock.advance(ms) }
}
const snapshot = { phase: 'snapshot', unit: 'bytes', done: 500, total: 1_000, remainingMs: 1_500 } as const

it('says each phase at once and then every five seconds, with what is left', () => {
  const { lines, tell, pass } = setUp('info')
  tell({ phase: 'connecting', unit: null, done: 0, total: null, remainingMs: null })
  tell(snapshot)
  pass(4_999)
  tell(snapshot)
  expect(lines).toEqual([
    '1970-01-01T00:00:00.000Z info sync: looks for other nodes of its network\n',
    '1970-01-01T00:00:00.000Z info sync: fetches the state of the network: 500 of 1000 bytes, about 2 s left\n',
  ])
  pass(1)
  tell(snapshot)
  expect(lines).toHaveLength(3)
})

it('is quiet where nobody wants to know, and one JSON value a line for machines', () => {
  const quiet = setUp('warn')
  quiet.tell(snapshot)
  expect(quiet.lines).toEqual([])
  const machine = setUp('info', 'json')
  machine.tell(snapshot)
  expect(JSON.parse(machine.lines[0] ?? '')).toMatchObject({ where: 'sync', phase: 'snapshot', done: 500 })
})
