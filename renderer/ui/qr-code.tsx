import encodeQR from 'qr'
import { useMemo } from 'react'
import './qr-code.css'

/** Modules of white around it: ISO/IEC 18004 asks for four. */
const quietZone = 4

/** Path over all dark modules, a run of a row at a time. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const rows = encodeQR(text, 'raw', { border: quietZone, ecc: 'medium' })
  const path = rows
    .map((row, y) => {
      let out = ''
      for (let x = 0; x < row.length; x += 1) {
        if (!row[x]) continue
        const from = x
        while (row[x + 1]) x += 1
        out += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`
      }
      return out
    })
    .join('')
  return { path, size: rows.length }
}

/** The code as a file of its own. */
export function qrSvg(text: string): string {
  const { path, size } = qrPath(text)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`
}

export interface QrCodeProps {
  readonly text: string
  /** What scanning it gives. */
  readonly label: string
  /** Pixels across. */
  readonly size?: number
}

/** Dark on white in both themes: many scanners read nothing else. */
export function QrCode({ text, label, size = 208 }: QrCodeProps) {
  const { path, size: modules } = useMemo(() => qrPath(text), [text])
  return (
    <svg
      className="qr-code"
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${modules} ${modules}`}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  )
}
