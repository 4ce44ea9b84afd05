/** The icon in the notification area, while the owner wants one. */
import { Menu, Tray } from 'electron'
import type { ReportFault } from './fault-log.ts'
import type { Texts } from './texts.ts'

export interface TrayActions {
  readonly texts: Texts
  readonly iconFile: string
  readonly show: () => void
  readonly lock: () => void
  readonly quit: () => void
  readonly reportFault: ReportFault
}

export interface TrayIcon {
  /** Shows or removes it. */
  set(isWanted: boolean): void
}

export function createTrayIcon({ texts, iconFile, show, lock, quit, reportFault }: TrayActions): TrayIcon {
  // Held here: an icon that nobody holds is collected, and disappears.
  let tray: Tray | undefined
  return {
    set(isWanted) {
      if (!isWanted) {
        tray?.destroy()
        tray = undefined
        return
      }
      if (tray !== undefined) return
      try {
        tray = new Tray(iconFile)
        tray.setToolTip('QuDAG Exchange')
        tray.setContextMenu(
          Menu.buildFromTemplate([
            { label: texts.show, click: show },
            { label: texts.lock, click: lock },
            { type: 'separator' },
            { label: texts.quit, click: quit },
          ]),
        )
        tray.on('click', show)
      } catch (cause) {
        reportFault(cause, 'tray')
      }
    },
  }
}
