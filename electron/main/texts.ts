/** What the shell itself says: menus, tray, dialogs, notifications. The windows have catalogues of their own. */

const english = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  send: 'Send…',
  receive: 'Receive…',
  history: 'History',
  addressBook: 'Address book',
  settings: 'Settings…',
  palette: 'Commands…',
  lock: 'Lock',
  show: 'Show QuDAG Exchange',
  quit: 'Quit QuDAG Exchange',
  faultTitle: 'QuDAG Exchange met a fault of its own',
  faultText:
    'The details are in the log. Your money is in the ledger and is not affected; the node is ended in order now.',
  startFaultText: 'The app could not start. The details are in the log.',
  folderFaultText: 'The app cannot write to its folder {folder}: {reason}.',
  pageGoneTitle: 'The window has crashed',
  pageGoneText: 'The node goes on running and no payment is affected.',
  reload: 'Load again',
  updateTitle: 'Version {version} is ready',
  updateText: 'It is installed when the app starts again. The node is ended in order first.',
  updateNow: 'Restart now',
  later: 'Later',
  receivedOne: 'Received {amount} rUv',
  receivedMany: '{count} payments received, {amount} rUv in all',
  finalizedOne: 'A payment is final',
  finalizedMany: '{count} payments are final',
  failedOne: 'A payment failed: only its fee was charged',
  failedMany: '{count} payments failed: only their fees were charged',
  rejectedOne: 'A payment was rejected; nothing was charged',
  rejectedMany: '{count} payments were rejected; nothing was charged',
  diskFull: 'The disk is full: the node has stopped and takes nothing more',
  moduleFiles: 'PKCS #11 libraries',
} as const

export type TextKey = keyof typeof english
export type Texts = Readonly<Record<TextKey, string>>

const german: Texts = {
  file: 'Datei',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  window: 'Fenster',
  send: 'Senden …',
  receive: 'Empfangen …',
  history: 'Verlauf',
  addressBook: 'Adressbuch',
  settings: 'Einstellungen …',
  palette: 'Befehle …',
  lock: 'Sperren',
  show: 'QuDAG Exchange anzeigen',
  quit: 'QuDAG Exchange beenden',
  faultTitle: 'In QuDAG Exchange ist ein Fehler aufgetreten',
  faultText:
    'Näheres steht im Protokoll. Ihr Geld liegt im Ledger und ist nicht betroffen; der Knoten wird jetzt geordnet beendet.',
  startFaultText: 'Die App konnte nicht starten. Näheres steht im Protokoll.',
  folderFaultText: 'Die App kann nicht in ihren Ordner {folder} schreiben: {reason}.',
  pageGoneTitle: 'Das Fenster ist abgestürzt',
  pageGoneText: 'Der Knoten läuft weiter, keine Zahlung ist betroffen.',
  reload: 'Neu laden',
  updateTitle: 'Version {version} ist bereit',
  updateText: 'Sie wird beim nächsten Start der App eingerichtet. Der Knoten wird vorher geordnet beendet.',
  updateNow: 'Jetzt neu starten',
  later: 'Später',
  receivedOne: '{amount} rUv erhalten',
  receivedMany: '{count} Zahlungen erhalten, zusammen {amount} rUv',
  finalizedOne: 'Eine Zahlung ist endgültig',
  finalizedMany: '{count} Zahlungen sind endgültig',
  failedOne: 'Eine Zahlung ist fehlgeschlagen: nur ihre Gebühr wurde erhoben',
  failedMany: '{count} Zahlungen sind fehlgeschlagen: nur ihre Gebühren wurden erhoben',
  rejectedOne: 'Eine Zahlung wurde abgelehnt; nichts wurde erhoben',
  rejectedMany: '{count} Zahlungen wurden abgelehnt; nichts wurde erhoben',
  diskFull: 'Der Datenträger ist voll: der Knoten ist angehalten und nimmt nichts mehr an',
  moduleFiles: 'PKCS-#11-Bibliotheken',
}

/** @param locale of the system: `de-AT` */
export function textsFor(locale: string): Texts {
  return locale.toLowerCase().split('-')[0] === 'de' ? german : english
}

/** A text with its values; a place without a value stays as it is, so that it shows. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
