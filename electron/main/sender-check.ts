/** Who asks for a port: handed to the page of a window that we opened, in its main frame, and to nothing else. */
import { isPageOf, type WindowKind } from './pages.ts'

/** The part of Electron's WebFrameMain that is looked at. */
export interface SenderFrame {
  readonly url: string
  /** Null for a main frame. */
  readonly parent: unknown
}

export interface Sender {
  readonly webContentsId: number
  /** Null where the frame has gone since. */
  readonly frame: SenderFrame | null
}

/** @param kindOf what the shell opened under this id. @returns what it may have; undefined where it may have nothing */
export function kindOfSender(
  { webContentsId, frame }: Sender,
  kindOf: (webContentsId: number) => WindowKind | undefined,
): WindowKind | undefined {
  const kind = kindOf(webContentsId)
  if (kind === undefined || frame === null || frame.parent !== null) return undefined
  return isPageOf(kind, frame.url) ? kind : undefined
}
