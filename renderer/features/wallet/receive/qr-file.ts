/** The code as a picture file. */
import encodeQR from 'qr'

/** Pixels a module: sharp in print, and small. */
const scale = 12
const quietZoneModules = 4

/** PNG bytes, dark on white. */
export async function qrPng(text: string): Promise<Uint8Array> {
  const rows = encodeQR(text, 'raw', { border: quietZoneModules, ecc: 'medium' })
  const canvas = document.createElement('canvas')
  canvas.width = rows.length * scale
  canvas.height = rows.length * scale
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('this window cannot draw')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000'
  for (const [y, row] of rows.entries()) {
    for (const [x, isDark] of row.entries()) if (isDark) context.fillRect(x * scale, y * scale, scale, scale)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob === null) throw new Error('this window cannot make a picture')
  return new Uint8Array(await blob.arrayBuffer())
}
