import { describe, expect, it } from 'vitest'
import { loadRating } from './rate-password.ts'

describe('the rating', () => {
  it('tells what is guessed first from what is not, whatever characters it has', async () => {
    const rate = await loadRating()
    expect(rate('password').level).toBe(0)
    expect(rate('P@ssw0rd!').level).toBe(0)
    expect(rate('qudag-wallet').level).toBeLessThanOrEqual(1)
    expect(rate('a'.repeat(200)).level).toBe(0)
    expect(rate('zebra lamp quiet orbit').level).toBe(4)
  })

  it('gives level and time and nothing of the password', async () => {
    const rate = await loadRating()
    expect(Object.keys(rate('hunter2 hunter2')).sort()).toEqual(['crackTime', 'level'])
  })
})
