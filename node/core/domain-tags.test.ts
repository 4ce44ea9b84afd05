import { describe, expect, it } from 'vitest'
import { compareBytes, equalBytes } from './bytes.ts'
import { domainTags } from './domain-tags.ts'

describe('domain tags', () => {
  it('none is another or the start of another: what is signed for one purpose never stands for a second', () => {
    const tags = Object.values(domainTags).sort(compareBytes)
    for (let i = 1; i < tags.length; i++) {
      const [one, next] = [tags[i - 1] as Uint8Array, tags[i] as Uint8Array]
      expect(equalBytes(one, next.subarray(0, one.length))).toBe(false)
    }
    for (const tag of tags) expect([tag.indexOf(0), tag.at(-1)]).toEqual([tag.length - 1, 0])
  })
})
