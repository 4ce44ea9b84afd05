import { expect, it } from 'vitest'
import { createAnswerRoom } from './answer-room.ts'

it('bounds what waits to be taken, of one peer and of all, and gives back what was taken', () => {
  const room = createAnswerRoom({ maxAnswerBytes: 100, maxPeerAnswerBytes: 40 })
  const first = room.take('a', 30)
  expect(room.take('a', 11)).toBeNull()
  expect(room.take('a', 10)).not.toBeNull()
  expect(room.take('b', 40)).not.toBeNull()
  expect(room.take('c', 21)).toBeNull()
  first?.()
  expect(room.bytes).toBe(50)
  expect(room.take('c', 40)).not.toBeNull()
  expect(room.take('a', 30)).toBeNull()
})
