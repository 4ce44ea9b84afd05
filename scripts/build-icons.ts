/**
 * `node scripts/with-node.mjs scripts/build-icons.ts`: draws the icons of the desktop app from the drawings in resources/,
 * with Chromium. Run it when a drawing has changed; what it writes is part of the repository.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const resources = fileURLToPath(new URL('../resources', import.meta.url))

async function drawn(browser: Browser, name: string, pixels: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } })
  const drawing = readFileSync(join(resources, name), 'utf8')
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`)
  const image = await page.screenshot({ omitBackground: true })
  await page.close()
  return image
}

/** Icons of several sizes in one file, each a PNG (Windows Vista and newer; Microsoft, "Icons", ICONDIR). */
export function icoOf(images: readonly { readonly pixels: number; readonly png: Uint8Array }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(images.length, 4)
  let offset = header.length
  for (const [i, { pixels, png }] of images.entries()) {
    const at = 6 + 16 * i
    // 256 is written as 0.
    header.writeUInt8(pixels % 256, at)
    header.writeUInt8(pixels % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([header, ...images.map(({ png }) => png)])
}

if (import.meta.main) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // It draws our own files and nothing else.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const write = async (name: string, drawing: string, pixels: number): Promise<void> =>
    writeFileSync(join(resources, name), await drawn(browser, drawing, pixels))
  await write('icon.png', 'icon.svg', 1_024)
  await write('tray.png', 'tray.svg', 22)
  await write('tray@2x.png', 'tray.svg', 44)
  await write('trayTemplate.png', 'tray-template.svg', 18)
  await write('trayTemplate@2x.png', 'tray-template.svg', 36)
  const sizes = [16, 24, 32, 48, 64, 128, 256]
  const images = await Promise.all(
    sizes.map(async (pixels) => ({ pixels, png: await drawn(browser, 'icon.svg', pixels) })),
  )
  writeFileSync(join(resources, 'icon.ico'), icoOf(images))
  await browser.close()
}
