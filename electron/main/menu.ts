/** The application menu: the roles that a system expects, and the commands that the page carries out. */
import type { MenuItemConstructorOptions } from 'electron'
import type { DesktopCommand } from '../../node/api/contract/index.ts'
import type { Texts } from './texts.ts'

export interface MenuActions {
  readonly texts: Texts
  readonly platform: NodeJS.Platform
  /** Developer tools and reloading: in a checkout only. */
  readonly isDeveloper: boolean
  readonly command: (command: DesktopCommand) => void
  readonly quit: () => void
}

export function menuTemplate({
  texts,
  platform,
  isDeveloper,
  command,
  quit,
}: MenuActions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const of = (label: string, wanted: DesktopCommand, accelerator?: string): MenuItemConstructorOptions => ({
    id: wanted,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => command(wanted),
  })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const quitItem: MenuItemConstructorOptions = {
    id: 'quit',
    label: texts.quit,
    accelerator: 'CmdOrCtrl+Q',
    click: () => quit(),
  }
  const settings = of(texts.settings, 'settings', 'CmdOrCtrl+,')
  const lock = of(texts.lock, 'lock', 'CmdOrCtrl+L')
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      separator,
      quitItem,
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: texts.file,
    submenu: [
      of(texts.send, 'send', 'CmdOrCtrl+Shift+S'),
      of(texts.receive, 'receive', 'CmdOrCtrl+Shift+R'),
      separator,
      lock,
      ...(isMac ? [] : [settings, separator, quitItem]),
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: texts.view,
    submenu: [
      of(texts.palette, 'palette', 'CmdOrCtrl+K'),
      of(texts.history, 'history'),
      of(texts.addressBook, 'address-book'),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      ...(isDeveloper ? ([separator, { role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
    ],
  }
  return [
    ...(isMac ? [appMenu] : []),
    file,
    { role: 'editMenu', label: texts.edit },
    view,
    { role: 'windowMenu', label: texts.window },
  ]
}
