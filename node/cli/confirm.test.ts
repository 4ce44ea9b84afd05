import { describe, expect, it } from 'vitest'
import { confirm } from './confirm.ts'

const answering = (answer: string) => {
  const questions: string[] = []
  const ask = (question: string) => {
    questions.push(question)
    return Promise.resolve(Buffer.from(answer))
  }
  return { ask, questions }
}

describe('confirm', () => {
  it.each(['yes', 'YES', ' yes '])('goes on where the answer is %j, having shown what it is about', async (answer) => {
    const { ask, questions } = answering(answer)
    await confirm('Pays 7 rUv.\nSign this?', ask)
    expect(questions).toEqual([expect.stringContaining('Pays 7 rUv.\nSign this?\n')])
  })

  it.each(['', 'y', 'no', 'yess', 'ye s'])('does not where it is %j', async (answer) => {
    await expect(confirm('Sign?', answering(answer).ask)).rejects.toMatchObject({ code: 'NOT_CONFIRMED', exitCode: 1 })
  })

  it('does not where nobody can be asked', async () => {
    await expect(confirm('Sign?', () => undefined)).rejects.toMatchObject({
      code: 'CONFIRMATION_REQUIRED',
      exitCode: 2,
    })
  })

  it('does not where it is interrupted', async () => {
    const cause = new Error('interrupted')
    await expect(confirm('Sign?', () => Promise.reject(cause))).rejects.toBe(cause)
  })
})
