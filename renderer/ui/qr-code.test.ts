import decodeQR from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { qrPath } from './qr-code.tsx'

const link = 'qudag:ruvd1qpta644yd73253pwn83dee98fdlrzwkql4839n7dgzdxe3s5y9567a0xck?amount=12.5&label=Caf%C3%A9'
const scale = 4

/** The path painted on white, as a screen would show it. */
function painted({ path, size }: { path: string; size: number }) {
  const width = size * scale
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x = '', y = '', run = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column += 1) {
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
      }
    }
  }
  return { width, height: width, data }
}

describe('qrPath', () => {
  it('is read as what it was made of', () => {
    expect(decodeQR(painted(qrPath(link)))).toBe(link)
  })
})
